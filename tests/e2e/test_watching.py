"""What those who watch the machines rely on: metrics, health, documents."""

import re
import subprocess

import httpx
import pytest

from tests.deployed_metrics import exported_families, named_families
from tests.e2e import desk
from tests.e2e.system import SERVICES, System
from tests.e2e.which import only_embedded
from tests.eventually import eventually
from tests.plain_http import PLAIN


def metrics_of(system: System) -> list[str]:
    """Of each of its processes."""
    urls = set(system.urls.values())
    return [httpx.get(f"{url}/metrics", verify=PLAIN).text for url in urls]


@only_embedded
def test_prometheus_finds_nothing_to_say_about_the_metrics(system: System, promtool: str) -> None:
    client = system.client()
    desk.work_order(client, desk.register(client)["ticket_id"])
    client.close()
    metrics = httpx.get(f"{system.urls['intake']}/metrics", verify=PLAIN).text
    assert "huiyin_http_request_duration_seconds_bucket" in metrics
    assert "huiyin_consumer_mark_position" in metrics
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=metrics, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_what_rules_and_board_name_is_exported(system: System) -> None:
    """Canaries apart, which these systems have not."""
    scrapes = metrics_of(system)
    exported = {family for text in scrapes for family in exported_families(text)}
    assert {one for one in named_families() - exported if "canary" not in one} == set()


def test_every_reader_says_that_it_has_read_to_the_end(system: System) -> None:
    client = system.client()
    desk.work_order(client, desk.register(client)["ticket_id"])
    client.close()
    lags = re.compile(
        r'^kafka_consumergroup_group_sum_lag{.*group="huiyin-(\w+)"} (.*)$', re.MULTILINE
    )

    def at_the_end() -> bool:
        scrapes = metrics_of(system)
        found = dict(pair for text in scrapes for pair in lags.findall(text))
        return found == dict.fromkeys(SERVICES, "0.0")

    eventually(at_the_end, "no reader lags")


def test_promtool_would_say_so(promtool: str) -> None:
    bad = "# HELP huiyin_bad_ms Time.\n# TYPE huiyin_bad_ms counter\nhuiyin_bad_ms 1\n"
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=bad, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 3


@only_embedded
def test_no_label_names_a_ticket(system: System) -> None:
    client = system.client()
    ticket_id = desk.register(client)["ticket_id"]
    desk.ticket(client, ticket_id)
    client.close()
    assert ticket_id not in httpx.get(f"{system.urls['intake']}/metrics", verify=PLAIN).text


@pytest.mark.parametrize("check", ["live", "ready", "started"])
def test_a_running_system_is_well(system: System, check: str) -> None:
    def is_well() -> bool:
        answers = [
            httpx.get(f"{url}/health/{check}", verify=PLAIN) for url in set(system.urls.values())
        ]
        found = {(answer.status_code, answer.json()["status"]) for answer in answers}
        return found == {(200, "UP")}

    eventually(is_well, f"{check} of all")


def test_the_documents_of_all_services_open_without_a_network(system: System) -> None:
    for service, url in system.urls.items():
        page = httpx.get(f"{url}/docs", verify=PLAIN).text
        assert "https://" not in page
        paths = httpx.get(f"{url}/openapi.json", verify=PLAIN).json()["paths"]
        assert f"/{service}/v1/consumers" in paths
