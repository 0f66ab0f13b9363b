"""A running system proves itself alive, and says so to Prometheus and to whoever asks."""

import subprocess
from collections.abc import Iterator

import httpx
import pytest

from tests.deployed_metrics import exported_families, named_families
from tests.e2e.system import System, embedded
from tests.eventually import eventually
from tests.plain_http import PLAIN


@pytest.fixture(scope="module")
def watched_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Its clock runs ahead, so that the minute until a canary is raised is a second."""
    folder = tmp_path_factory.mktemp("canary")
    system = embedded(folder, HUIYIN_CANARY_SECONDS="300", HUIYIN_CLOCK_SPEED="60")
    yield system
    system.programs["run"].stop()


def test_a_canary_comes_back_through_all_services(watched_system: System) -> None:
    client = watched_system.client()
    try:
        eventually(lambda: client.get("/reporting/v1/canary")["last_back_at"], "a canary is back")
        assert client.get("/intake/v1/tickets")["items"] == []
        assert client.get("/sla/v1/escalations")["items"] == []
    finally:
        client.close()


def test_prometheus_reads_the_alarm(watched_system: System, promtool: str) -> None:
    metrics = httpx.get(f"{watched_system.urls['reporting']}/metrics", verify=PLAIN).text
    assert "huiyin_canary_late 0.0" in metrics
    assert named_families() - exported_families(metrics) == set()
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=metrics, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
