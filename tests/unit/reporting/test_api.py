"""Reporting's routes: who sees which history, in which form, and what on-call is told."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, MockTransport, Response

from services.intake.main import create_app as create_intake
from services.reporting.main import create_app
from shared.carrier import EmbeddedLine
from shared.keys import KeyFile, Scope
from shared.messaging.envelope import Record
from shared.messaging.topics import partition_of
from shared.settings import Settings
from tests.unit.reporting.examples import TICKET, event_id, minute, offered, record, registered
from tests.until import PATIENCE

HISTORY = f"/reporting/v1/tickets/{TICKET}/history"
LETTERS = "/reporting/v1/dead-letters"


def silent(_request: httpx.Request) -> Response:
    raise httpx.ConnectError("nobody there")


class Desk:
    """A running intake and reporting; the other three do not answer."""

    def __init__(self, client: AsyncClient, apps: dict[str, FastAPI], keys: KeyFile) -> None:
        self.client = client
        self._apps = apps
        self._keys = keys
        self.client.headers.update(self.as_key("office", "admin"))

    def as_key(
        self, client: str, *scopes: Scope, departments: tuple[str, ...] = ()
    ) -> dict[str, str]:
        token = self._keys.create(client, scopes, datetime.now(UTC), departments)
        return {"Authorization": f"Bearer {token}"}

    async def hear(self, *records: Record, source: str = "intake", at: str = "reporting") -> None:
        consumer = self._apps[at].state.line.consumer
        for one in records:
            await consumer.take(source, one.partition, [one])

    async def hear_a_ticket(self) -> None:
        await self.hear(record(registered(), recorded=1))
        order = record(offered("network"), source="dispatch", recorded=2)
        await self.hear(order, source="dispatch")

    async def history(self, **query: str) -> list[str]:
        answer = await self.client.get(HISTORY, params=query)
        assert answer.status_code == 200
        return [item["type"] for item in answer.json()["items"]]

    async def topics(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.client.get("/reporting/v1/topics")).json()
        return answer


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    settings = Settings(data=tmp_path)
    line = EmbeddedLine()
    intake = create_intake(settings, line, alone=False)
    transports: dict[str, httpx.AsyncBaseTransport] = {
        name: MockTransport(silent) for name in ("dispatch", "sla", "revisit")
    }
    transports["intake"] = ASGITransport(intake)
    reporting = create_app(settings, line, transports=transports)
    async with AsyncExitStack() as stack:
        for app in (intake, reporting):
            await stack.enter_async_context(LifespanManager(app, PATIENCE, PATIENCE))
        client = AsyncClient(transport=ASGITransport(reporting), base_url="http://reporting")
        await stack.enter_async_context(client)
        apps = {"intake": intake, "reporting": reporting}
        yield Desk(client, apps, KeyFile(settings.keys_path))


async def test_a_history_names_every_event_of_every_service(desk: Desk) -> None:
    await desk.hear_a_ticket()
    answer = (await desk.client.get(HISTORY)).json()
    assert (answer["ticket_id"], answer["number"]) == (str(TICKET), "T20261121-7K3Q9D2M")
    first, second = answer["items"]
    assert (first["source"], first["type"]) == ("intake", "ticket-registered.v1")
    assert first["data"]["customer_name"] == "张**"
    assert second["data"]["department"] == "network"
    assert set(first) == {
        "event_id",
        "source",
        "type",
        "sequence",
        "position",
        "occurred_at",
        "recorded_at",
        "actor",
        "correlation_id",
        "causation_id",
        "data",
    }


async def test_a_ticket_is_found_by_its_number_too(desk: Desk) -> None:
    await desk.hear_a_ticket()
    answer = await desk.client.get("/reporting/v1/tickets/t20261121-7k3q9d2m/history")
    assert answer.json()["ticket_id"] == str(TICKET)


async def test_a_history_as_of_a_time_counts_what_was_known_or_what_had_happened(
    desk: Desk,
) -> None:
    await desk.hear_a_ticket()
    before = minute(0).isoformat()
    assert await desk.history(at=before) == []
    assert await desk.history(at=before, by="event") == ["ticket-registered.v1"]
    assert len(await desk.history(at=minute(2).isoformat())) == 2


async def test_a_history_comes_as_lines_and_as_a_table_for_spreadsheets(desk: Desk) -> None:
    await desk.hear_a_ticket()
    lines = await desk.client.get(HISTORY, params={"format": "jsonl"})
    assert [line[:12] for line in lines.text.splitlines()] == ['{"event_id":'] * 2
    table = await desk.client.get(HISTORY, params={"format": "csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-disposition"].endswith('T20261121-7K3Q9D2M.csv"')
    assert table.content.startswith(b"\xef\xbb\xbfevent_id,")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["type"] for row in rows] == ["ticket-registered.v1", "work-order-offered.v1"]
    assert "张**" in rows[0]["data"]


async def test_a_cell_is_never_a_formula(desk: Desk) -> None:
    body = b'{"at":"2026-11-21T08:00:00Z","ticket_id":"%s"}' % str(TICKET).encode()
    evil = record(body, name="=cmd.v1", position=2, previous=1)
    await desk.hear(record(registered()), evil)
    table = (await desk.client.get(HISTORY, params={"format": "csv"})).text
    assert ",'=cmd.v1," in table


@pytest.mark.parametrize(
    ("client", "departments", "status"),
    [
        ("crm", (), 200),
        ("other", (), 404),
        ("lee", ("network",), 200),
        ("lee", ("billing",), 404),
        ("auditor", ("*",), 200),
    ],
)
async def test_a_history_is_there_for_those_who_may_see_the_ticket(
    desk: Desk, client: str, departments: tuple[str, ...], status: int
) -> None:
    await desk.hear_a_ticket()
    headers = desk.as_key(client, "audit:read", departments=departments)
    assert (await desk.client.get(HISTORY, headers=headers)).status_code == status


async def test_a_ticket_whose_registration_is_not_heard_of_has_no_client_yet(desk: Desk) -> None:
    body = b'{"at":"2026-11-21T08:00:00Z","ticket_id":"%s"}' % str(TICKET).encode()
    await desk.hear(record(body, name="sung.v1"))
    assert (await desk.client.get(HISTORY)).status_code == 404


@pytest.mark.parametrize(
    "path", [f"{HISTORY}?at=yesterday", f"{HISTORY}?at=2026", f"{HISTORY}?format=xml"]
)
async def test_what_is_asked_wrongly_is_422(desk: Desk, path: str) -> None:
    assert (await desk.client.get(path)).status_code == 422


async def test_topics_tell_silence_from_being_up_to_date(desk: Desk) -> None:
    found = await desk.topics()
    reachable = {one["service"]: one["reachable"] for one in found["services"]}
    assert reachable == {
        "intake": True,
        "dispatch": False,
        "sla": False,
        "revisit": False,
        "reporting": True,
    }
    intake = found["topics"][0]
    lags = {one["service"]: one["lag"] for one in intake["consumers"]}
    assert lags == {"dispatch": None, "sla": None, "revisit": None, "reporting": 0}


async def test_letters_of_all_services_stand_in_one_list_page_by_page(desk: Desk) -> None:
    bad = record(b"{", name="ticket-registered.v1")
    await desk.hear(bad)
    await desk.hear(record(b"{", name="clock-started.v1", source="sla"), source="sla", at="intake")
    first = (await desk.client.get(LETTERS, params={"limit": 1})).json()
    assert [item["service"] for item in first["items"]] == ["intake"]
    second = (
        await desk.client.get(LETTERS, params={"limit": 1, "cursor": first["next_cursor"]})
    ).json()
    every = (await desk.client.get(LETTERS)).json()
    assert [item["service"] for item in every["items"]] == ["intake", "reporting"]
    assert second["unreachable"] == ["dispatch", "sla", "revisit"]
    assert second["items"] == every["items"][1:]
    own = (await desk.client.get(LETTERS, params={"service": "reporting"})).json()
    assert own["items"] == every["items"][1:]
    assert own["unreachable"] == []


async def test_a_letter_is_redriven_and_discarded_by_its_own_service(desk: Desk) -> None:
    bad = record(b"{", name="clock-started.v1", source="sla")
    await desk.hear(bad, source="sla", at="intake")
    [letter] = (await desk.client.get(LETTERS)).json()["items"]
    path = f"{LETTERS}/{letter['letter_id']}"
    shown = (await desk.client.get(path)).json()
    assert (shown["service"], shown["value"]) == ("intake", "{")
    unread = await desk.client.post(f"{path}/redrive")
    assert unread.status_code != 404
    assert (await desk.client.post(f"{path}/discard", json={})).status_code == 422
    gone = await desk.client.post(f"{path}/discard", json={"reason": "broken at its source"})
    assert (gone.status_code, gone.json()["state"]) == (200, "discarded")
    assert (await desk.client.get(LETTERS)).json()["items"] == []


async def test_one_event_that_failed_in_two_services_is_two_letters(desk: Desk) -> None:
    bad = record(b"{", name="clock-started.v1", source="sla")
    for service in ("intake", "reporting"):
        await desk.hear(bad, source="sla", at=service)
    letters = (await desk.client.get(LETTERS)).json()["items"]
    assert len({one["letter_id"] for one in letters}) == 2
    path = f"{LETTERS}/{letters[0]['letter_id']}/discard"
    assert (await desk.client.post(path, json={"reason": "broken at its source"})).is_success
    left = (await desk.client.get(LETTERS)).json()["items"]
    assert [one["service"] for one in left] == ["reporting"]


async def test_a_discard_repeated_under_its_key_gets_its_owners_first_answer(desk: Desk) -> None:
    await desk.hear(record(b"{", name="clock-started.v1", source="sla"), source="sla", at="intake")
    [letter] = (await desk.client.get(LETTERS)).json()["items"]
    path, once = f"{LETTERS}/{letter['letter_id']}/discard", {"Idempotency-Key": "once"}
    body = {"reason": "broken at its source"}
    first = await desk.client.post(path, json=body, headers=once)
    again = await desk.client.post(path, json=body, headers=once)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotent-replay"] == "true"
    without = await desk.client.post(path, json=body)
    assert (without.status_code, without.json()["code"]) == (409, "letter-closed")


async def test_a_letter_that_a_silent_service_may_keep_is_not_called_missing(desk: Desk) -> None:
    path = f"{LETTERS}/{event_id('none')}"
    unanswered = await desk.client.post(f"{path}/redrive")
    assert (unanswered.status_code, unanswered.json()["code"]) == (503, "peer-unavailable")
    known = await desk.client.post(f"{path}/redrive", params={"service": "intake"})
    assert known.status_code == 404


async def test_the_documents_show_the_routes_that_answer(desk: Desk) -> None:
    paths = (await desk.client.get("/openapi.json")).json()["paths"]
    listed = paths["/reporting/v1/dead-letters"]["get"]
    assert listed["operationId"] == "list_all_dead_letters"
    assert "/reporting/v1/consumers" in paths


def test_examples_share_a_partition_in_every_topic() -> None:
    assert record(registered()).partition == partition_of(TICKET)
