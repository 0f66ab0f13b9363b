"""What an operator brings reaches the containers of `make up`: packs, directory, notices."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.e2e.system import DEPLOY, FERRIES, SERVICES, System, compose
from tests.e2e.which import only_composed

INSIDE = {
    "HUIYIN_PACKS": ("packs", "/etc/huiyin/packs"),
    "HUIYIN_DIRECTORY_FILE": ("directory.yaml", "/etc/huiyin/directory.yaml"),
    "HUIYIN_HOLIDAYS_FILE": ("holidays.yaml", "/etc/huiyin/holidays.yaml"),
}
"""By setting: of the ferry line's what, and where the services find it."""


def config(folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """What compose would run with these settings."""
    environment = {**os.environ, "HUIYIN_DEPLOY_STATE": str(folder), **settings}
    return subprocess.run(
        [DEPLOY / "compose", "config"],
        env=environment,
        cwd=FERRIES,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.usefixtures("docker")
def test_each_service_finds_them_where_its_setting_says(tmp_path: Path) -> None:
    told = config(tmp_path, **{name: given for name, (given, _) in INSIDE.items()})
    assert told.returncode == 0, told.stderr
    services = yaml.safe_load(told.stdout)["services"]
    for service in SERVICES:
        mounted = [str(one) for one in services[service]["volumes"]]
        for name, (given, inside) in INSIDE.items():
            assert services[service]["environment"][name] == inside
            source = str(FERRIES / given)
            assert any(source in one and inside in one for one in mounted), (service, name)
    assert services["cli"]["environment"]["HUIYIN_PACKS"] == INSIDE["HUIYIN_PACKS"][1]


@pytest.mark.usefixtures("docker")
def test_without_them_nothing_is_set_and_nothing_of_the_machine_mounted(tmp_path: Path) -> None:
    services = yaml.safe_load(config(tmp_path, **dict.fromkeys(INSIDE, "")).stdout)["services"]
    for service in SERVICES:
        assert not any(services[service]["environment"][name] for name in INSIDE)
        assert str(FERRIES) not in str(services[service]["volumes"])


def test_a_file_that_is_not_there_is_named_before_anything_starts(tmp_path: Path) -> None:
    told = config(tmp_path, HUIYIN_PACKS="nowhere")
    assert (told.returncode, told.stderr) == (
        2,
        "HUIYIN_PACKS names nothing that is there: nowhere.\n",
    )


@only_composed
def test_containers_run_the_packs_that_they_are_given(system: System) -> None:
    client = system.client()
    names = {one["name"] for one in client.get("/sla/v1/packs", limit=100)["items"]}
    client.close()
    assert "harbour-ferries" in names
    key = ("keys", "create", "ferries", "--scope", "tickets:write", "--pack", "harbour-ferries")
    compose(system.environment, "run", "--rm", "cli", *key)
