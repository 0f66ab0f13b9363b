"""Clients that go away: what they asked for is stored once or not at all, and nothing is left."""

import json
import re
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.e2e.system import System
from tests.eventually import NeverError, eventually
from tests.faults.api_launch import launcher
from tests.faults.histories import log_of, registrations
from tests.faults.ledger import TICKETS, Attempt, Ledger, Operation, Outcome, check, submit
from tests.faults.load import PATIENCE
from tests.faults.systems import only
from tests.plain_http import PLAIN

TIMES = 60
WAYS: dict[str, Outcome] = {
    "after the request": "unknown",
    "by a reset": "unknown",
    "within the body": "fail",
    "within the headers": "fail",
}
"""When clients go away, and what they then know."""
REST = 5.0
"""Seconds after which nothing of a request may be left."""
ASKED_AGAIN = 4
"""Every so many ask again, at once: the first request may still be underway."""
SLACK = TIMES // 2
"""Tasks and descriptors that come and go without requests; readers of the stores, above all."""
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no seconds: the close is a reset."""


def request(system: System, operation: Operation) -> tuple[bytes, bytes]:
    """Headers and body as they are on the wire."""
    body = json.dumps(operation.body).encode()
    headers = {
        "Host": "huiyin",
        "Authorization": f"Bearer {system.key}",
        "Content-Type": "application/json",
        "Content-Length": len(body),
        "Idempotency-Key": operation.key,
    }
    lines = [f"POST {TICKETS} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode(), body


def go_away(system: System, operation: Operation, way: str) -> None:
    """Connects, sends what that way sends, and closes."""
    headers, body = request(system, operation)
    sent = {
        "within the body": headers + body[: len(body) // 2],
        "within the headers": headers[: len(headers) // 2],
    }.get(way, headers + body)
    address, started = urlsplit(system.urls["intake"]), time.monotonic()
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(sent)
        if way == "by a reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    operation.attempts.append(Attempt(started, time.monotonic(), WAYS[way]))


def metrics(system: System) -> str:
    return httpx.get(f"{system.urls['intake']}/metrics", verify=PLAIN, timeout=30).text


def held(system: System) -> tuple[int, int]:
    """How many tasks and descriptors the process has."""
    process = only(system).process
    tasks = re.search(r"^asyncio_tasks (\S+)$", metrics(system), re.MULTILINE)
    assert process is not None
    assert tasks is not None
    return int(float(tasks[1])), len([*Path(f"/proc/{process.pid}/fd").iterdir()])


def goes_on(system: System, ledger: Ledger, *ways: str) -> list[str]:
    """Clients go away; some of them ask again. Returns what is left of their requests."""
    client = system.client()
    first = ledger.next()
    eventually(lambda: submit(client, first) == "ok", "an answer", PATIENCE)
    before = held(system)
    for way in ways:
        for number in range(TIMES):
            operation = ledger.next()
            go_away(system, operation, way)
            if number % ASKED_AGAIN == 0:
                assert submit(client, operation) == "ok"
    client.close()

    def is_at_rest() -> bool:
        return all(now <= then + SLACK for now, then in zip(held(system), before, strict=True))

    try:
        eventually(is_at_rest, "rest", REST)
    except NeverError:
        return [f"I12: tasks and descriptors were {before} and are {held(system)}"]
    return []


def stored(system: System, ledger: Ledger) -> list[str]:
    """What is amiss in the store, once its process has ended."""
    return [*ledger.breaches(registrations(log_of(system, "intake")))]


def test_clients_that_go_away_leave_nothing_behind(run: Callable[..., System]) -> None:
    system, ledger = run(launcher("counts-tasks")), Ledger()

    check(goes_on(system, ledger, *WAYS))
    faults_of_ours = re.findall(r'^huiyin_http.*status="500".*$', metrics(system), re.MULTILINE)
    system.stop()

    assert not faults_of_ours
    check(stored(system, ledger))


def test_what_a_client_leaves_behind_is_found_out(run: Callable[..., System]) -> None:
    system = run(launcher("counts-tasks", "leaks"))

    check(goes_on(system, Ledger(), "within the body"), "I12")


def test_a_second_ticket_for_a_client_that_went_away_is_found_out(
    run: Callable[..., System],
) -> None:
    system, ledger = run(launcher("counts-tasks", "forgets-keys")), Ledger()

    goes_on(system, ledger, "after the request")
    system.stop()

    check(stored(system, ledger), "I1")
