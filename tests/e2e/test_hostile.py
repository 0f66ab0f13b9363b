"""Every input is hostile: whatever is sent, a clear refusal and never a 5xx."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Err
from schemathesis.schemas import APIOperation

from tests.e2e import desk
from tests.e2e.system import SERVICES, System
from tests.e2e.which import only_embedded
from tests.plain_http import PLAIN

SEEDLESS = settings(
    derandomize=True,  # the same requests every time: a failure is a bug, not luck
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def operations(url: str) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    for found in schemathesis.openapi.from_url(f"{url}/openapi.json").get_all_operations():
        assert not isinstance(found, Err), found.err()
        yield found.ok()


def once_each(url: str) -> Iterable[APIOperation[Any, Any, Any, Any]]:
    """What every service has, as its dead letters, is the same code: one service's will do."""
    service = re.compile(f"^/({'|'.join(SERVICES)})/")
    return {(one.method, service.sub("/", one.path)): one for one in operations(url)}.values()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("examples", [3, pytest.param(30, marks=pytest.mark.faults)])
@only_embedded
def test_no_request_made_up_from_the_document_gets_a_5xx(system: System, examples: int) -> None:
    url = system.urls["intake"]
    headers = {"Authorization": f"Bearer {system.key}"}
    tried = 0
    for operation in once_each(url):

        @settings(SEEDLESS, max_examples=examples)
        @given(case=operation.as_strategy())
        def send(case: schemathesis.Case[Any]) -> None:
            answer = case.call(base_url=url, headers=headers)
            assert answer.status_code < 500, (case.as_curl_command(), answer.text)

        send()
        tried += 1
    assert tried > 20


@only_embedded
def test_no_route_of_the_services_answers_without_a_key(system: System) -> None:
    url = system.urls["intake"]
    nobody = httpx.Client(verify=PLAIN)
    stranger = httpx.Client(verify=PLAIN, headers={"Authorization": "Bearer hy_nobody"})
    open_to_all = ("/health/", "/metrics", "/docs", "/openapi.json", "/static-offline-docs")
    for operation in operations(url):
        if operation.path.startswith(open_to_all):
            continue
        path = operation.path
        for name in ("ticket_id", "work_order_id", "revisit_id", "escalation_id", "letter_id"):
            path = path.replace(f"{{{name}}}", "00000000-0000-4000-8000-000000000000")
        for client in (nobody, stranger):
            answer = client.request(operation.method, url + path, json={})
            assert answer.status_code == 401, (operation.method, operation.path, answer.text)
    nobody.close()
    stranger.close()


@only_embedded
def test_every_ticket_stays_readable_after_hostile_bodies(system: System) -> None:
    client = system.client()
    ticket_id = desk.register(client)["ticket_id"]
    order = desk.work_order(client, ticket_id)["work_order_id"]
    bodies: list[bytes] = [
        b'{"_type_": "uuid_hex", "_data_": "x"}',
        b'{"solution": NaN}',
        b'{"solution": "\\ud800"}',
        b'{"solution": "\\u0000"}',
        b'{"solution": "a", "solution": "b"}',
        b"[" * 100_000,
        b"",
        b"\xff\xfe",
    ]
    for path in (
        f"/dispatch/v1/work-orders/{order}/completion",
        f"/intake/v1/tickets/{ticket_id}/answer",
    ):
        for body in bodies:
            answer = client.call(
                "POST", path, content=body, headers={"Content-Type": "application/json"}
            )
            assert 400 <= answer.status_code < 500, (path, body[:40], answer.text)
    desk.handle(client, ticket_id)
    desk.conclude(client, ticket_id, solved=True)
    desk.wait_for_status(client, ticket_id, "closed")
    client.close()
