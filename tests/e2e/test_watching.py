"""What those who watch the machines rely on: metrics, health, documents."""

import subprocess

import httpx
import pytest

from tests.e2e import desk
from tests.e2e.system import System
from tests.e2e.which import only_embedded


@only_embedded
def test_prometheus_finds_nothing_to_say_about_the_metrics(system: System, promtool: str) -> None:
    client = system.client()
    desk.work_order(client, desk.register(client)["ticket_id"])
    client.close()
    metrics = httpx.get(f"{system.urls['intake']}/metrics").text
    assert "huiyin_http_request_duration_seconds_bucket" in metrics
    assert "huiyin_consumer_mark_position" in metrics
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=metrics, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


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
    assert ticket_id not in httpx.get(f"{system.urls['intake']}/metrics").text


@pytest.mark.parametrize("check", ["live", "ready", "started"])
def test_a_running_system_is_well(system: System, check: str) -> None:
    for url in set(system.urls.values()):
        answer = httpx.get(f"{url}/health/{check}")
        assert (answer.status_code, answer.json()["status"]) == (200, "UP")


def test_the_documents_of_all_services_open_without_a_network(system: System) -> None:
    for service, url in system.urls.items():
        page = httpx.get(f"{url}/docs").text
        assert "https://" not in page
        paths = httpx.get(f"{url}/openapi.json").json()["paths"]
        assert f"/{service}/v1/consumers" in paths
