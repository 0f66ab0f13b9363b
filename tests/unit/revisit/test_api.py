"""Revisit's routes keep what the contract says of every request."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from asgi_lifespan import LifespanManager
from httpx import ASGITransport, AsyncClient, Response

from services.revisit.main import create_app
from shared.carrier import EmbeddedLine
from shared.codec import name_of_kind
from shared.contracts.revisit import RectificationOrdered, RevisitConcluded
from shared.contracts.terms import Event, PersonalDataRead, Tier
from shared.keys import KeyFile, Scope
from shared.messaging.envelope import to_record
from shared.settings import Settings
from shared.vault import TEXTS
from tests.unit.revisit.examples import CASE, CLOCK_STARTED, DUE_AT, NOTIFIED, NUMBER, R, T
from tests.unit.revisit.service import NOW, Ears, StillClock

REVISITS = "/revisit/v1/revisits"
SOLVED = {"solved": True, "score": 5}
NO_ANSWER = {"channel": "phone", "outcome": "no_answer"}
REMARKS = "维修师傅很耐心。"


class Desk:
    """One running revisit and a key for each kind of caller."""

    def __init__(self, client: AsyncClient, keys: KeyFile, heard: Ears, clock: StillClock) -> None:
        self.client = client
        self.heard = heard
        self.clock = clock
        self._keys = keys
        self.client.headers.update(self.key("desk", "admin"))

    def key(self, client: str, *scopes: Scope, departments: tuple[str, ...] = ()) -> dict[str, str]:
        token = self._keys.create(client, scopes, NOW, departments)
        return {"Authorization": f"Bearer {token}"}

    async def told(self, ticket_id: UUID = T, tier: Tier = "standard", client: str = "crm") -> None:
        """A ticket whose customer was told the result."""
        case = msgspec.structs.replace(CASE, tier=tier, client=client)
        await self.heard.hear(msgspec.structs.replace(NOTIFIED, ticket_id=ticket_id, case=case))

    async def attempt(self, revisit_id: UUID = R, **body: object) -> Response:
        return await self.client.post(f"{REVISITS}/{revisit_id}/attempts", json=NO_ANSWER | body)

    async def conclude(
        self, body: object = SOLVED, headers: dict[str, str] | None = None
    ) -> Response:
        return await self.client.post(f"{REVISITS}/{R}/result", json=body, headers=headers)

    async def items(self, headers: dict[str, str] | None = None, **query: Any) -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.get(REVISITS, params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def said(self, kind: type[Event]) -> list[Event]:
        """All events of that type in revisit's log, as they are published."""
        store = self.heard.revisit.core.store
        found = []
        for logged in await store.read_log(0):
            value = to_record("revisit", store.epoch, logged, 0).value
            if logged.event.name == name_of_kind(kind):
                found.append(msgspec.json.decode(value or b"", type=kind))
        return found


def code_of(answer: Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    settings = Settings(data=tmp_path)
    clock = StillClock()
    app = create_app(settings, EmbeddedLine(), clock)
    async with (
        LifespanManager(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://revisit") as client,
    ):
        desk = Desk(client, KeyFile(settings.keys_path), Ears(app.state.service), clock)
        await desk.told()
        yield desk


async def test_a_revisit_is_found_by_its_ticket(desk: Desk) -> None:
    await desk.heard.hear(CLOCK_STARTED)
    [item] = await desk.items(ticket_id=T)
    assert item == {
        "revisit_id": str(R),
        "ticket_id": str(T),
        "number": NUMBER,
        "round": 1,
        "state": "due",
        "version": 1,
        "tier": "standard",
        "department": "network",
        "scheduled_at": "2026-11-27T02:00:00Z",
        "due_at": "2026-11-26T09:30:00Z",
        "attempts": 0,
        "solved": None,
        "unreachable": False,
        "score": None,
        "concluded_at": None,
        "links": {
            "self": f"{REVISITS}/{R}",
            "ticket": f"/intake/v1/tickets/{T}",
            "history": f"/reporting/v1/tickets/{T}/history",
        },
    }


async def test_what_was_answered_can_be_read_at_once(desk: Desk) -> None:
    answer = await desk.attempt()
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    found = await desk.client.get(f"{REVISITS}/{R}")
    assert found.json() == answer.json()
    assert found.headers["etag"] == '"2"'
    assert (found.json()["state"], found.json()["attempts"]) == ("in_progress", 1)
    [item] = await desk.items(ticket_id=T)
    assert {**found.json(), **item} == found.json()


async def test_a_solved_matter_is_concluded(desk: Desk) -> None:
    """H-19."""
    answer = (await desk.conclude()).json()
    assert (answer["state"], answer["solved"], answer["score"]) == ("concluded", True, 5)
    assert answer["concluded_at"] == "2026-11-27T02:00:00Z"


async def test_an_unsolved_one_orders_rectification(desk: Desk) -> None:
    """H-20."""
    answer = await desk.conclude({"solved": False})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')
    [ordered] = await desk.said(RectificationOrdered)
    assert isinstance(ordered, RectificationOrdered)
    assert (ordered.round, ordered.department) == (2, "network")
    [item] = await desk.items(ticket_id=T)
    assert item["version"] == 3


async def test_unreachable_needs_the_packs_attempts(desk: Desk) -> None:
    """H-19, with the pack's `before_unreachable`."""
    early = (NOW - timedelta(hours=3)).isoformat()
    await desk.attempt(at=early)
    assert code_of(await desk.conclude({"unreachable": True})) == (409, "attempts-missing")
    await desk.attempt()
    answer = (await desk.conclude({"unreachable": True})).json()
    assert (answer["state"], answer["solved"], answer["unreachable"]) == ("concluded", None, True)
    assert answer["attempts"] == 2


async def test_another_result_comes_too_late(desk: Desk) -> None:
    await desk.conclude()
    assert (await desk.conclude()).status_code == 200
    assert code_of(await desk.conclude({"solved": False})) == (409, "already-concluded")
    assert code_of(await desk.attempt()) == (409, "already-concluded")


async def test_the_same_key_gets_the_first_answer_again(desk: Desk) -> None:
    key = {"Idempotency-Key": "k"}
    url = f"{REVISITS}/{R}/attempts"
    first = await desk.client.post(url, json=NO_ANSWER, headers=key)
    await desk.conclude({"solved": False})
    again = await desk.client.post(url, json=NO_ANSWER, headers=key)
    assert again.content == first.content
    assert again.headers["idempotent-replay"] == "true"
    assert again.headers["etag"] == first.headers["etag"] == '"2"'
    other = await desk.client.post(url, json=NO_ANSWER | {"note": "忙音"}, headers=key)
    assert code_of(other) == (422, "idempotency-key-reused")


async def test_who_read_an_older_version_is_told_so(desk: Desk) -> None:
    await desk.attempt()
    stale = await desk.conclude(headers={"If-Match": '"1"'})
    assert code_of(stale) == (412, "stale-version")
    assert stale.json()["current_version"] == 2
    assert (await desk.conclude(headers={"If-Match": '"2"'})).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"score": 5},
        {"solved": True, "unreachable": True},
        {"solved": None, "unreachable": None},
        {"unreachable": False},
        {"unreachable": True, "score": 3},
        {"unreachable": True, "new_complaint": "另一件事"},
        {"solved": True, "score": 0},
        {"solved": True, "score": 6},
        {"solved": True, "score": 4.5},
        {"solved": True, "score": "5"},
        {"solved": True, "score": True},
        {"solved": "yes"},
        {"solved": 1},
        {"solved": True, "remarks": ""},
        {"solved": True, "mood": "fine"},
        {"solved": True, "at": "2026-11-23T10:00:00"},
        {"solved": True, "at": "2026-11-28T10:00:00Z"},
        [],
    ],
)
async def test_a_result_of_another_form_is_refused(desk: Desk, body: object) -> None:
    assert code_of(await desk.conclude(body)) == (422, "malformed")


async def test_an_impossible_result_says_what_to_give(desk: Desk) -> None:
    answer = await desk.conclude({})
    assert answer.json()["errors"] == [
        {"pointer": "", "detail": "give exactly one of solved and unreachable"}
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "pigeon"},
        {"outcome": "nobody_home"},
        {"note": 5},
        {"at": "tomorrow"},
        {"at": (NOW + timedelta(seconds=1)).isoformat()},
        {"at": "0001-01-01T00:00:00+14:00"},
    ],
)
async def test_an_attempt_of_another_form_is_refused(desk: Desk, change: dict[str, Any]) -> None:
    assert code_of(await desk.attempt(**change)) == (422, "malformed")


async def test_a_time_in_another_zone_is_kept_in_utc(desk: Desk) -> None:
    answer = (await desk.attempt(at="2026-11-27T09:00:00+08:00")).json()
    assert answer["calls"][0]["at"] == "2026-11-27T01:00:00Z"


async def test_an_unknown_revisit_is_not_found(desk: Desk) -> None:
    for answer in (
        await desk.client.get(f"{REVISITS}/{uuid4()}"),
        await desk.attempt(uuid4()),
    ):
        assert code_of(answer) == (404, "revisit-not-found")


async def test_nor_is_one_of_which_only_sla_spoke(desk: Desk) -> None:
    await desk.heard.hear(msgspec.structs.replace(CLOCK_STARTED, round=2))
    assert [item["round"] for item in await desk.items()] == [1]


async def test_another_clients_or_departments_revisit_is_not_there(desk: Desk) -> None:
    scopes: tuple[Scope, ...] = ("tickets:read", "revisits:write")
    for foreign in (
        desk.key("shop", *scopes),
        desk.key("clerk", *scopes, departments=("billing",)),
    ):
        shown = await desk.client.get(f"{REVISITS}/{R}", headers=foreign)
        assert code_of(shown) == (404, "revisit-not-found")
        assert code_of(await desk.conclude(headers=foreign)) == (404, "revisit-not-found")
        assert await desk.items(foreign) == []
    for own in (
        desk.key("crm", *scopes),
        desk.key("clerk", *scopes, departments=("network", "billing")),
    ):
        assert (await desk.client.get(f"{REVISITS}/{R}", headers=own)).status_code == 200
        assert len(await desk.items(own)) == 1


async def test_each_call_needs_its_scope(desk: Desk) -> None:
    reader = desk.key("crm", "tickets:read")
    writer = desk.key("crm", "revisits:write")
    assert code_of(await desk.conclude(headers=reader)) == (403, "forbidden")
    listed = await desk.client.get(REVISITS, headers=writer)
    assert code_of(listed) == (403, "forbidden")
    nobody = await desk.client.get(REVISITS, headers={"Authorization": "Bearer x"})
    assert code_of(nobody) == (401, "unauthenticated")


async def test_what_was_said_is_shown_to_who_may_read_it_and_the_reading_recorded(
    desk: Desk,
) -> None:
    """H-25, T-13."""
    await desk.attempt(note="占线")
    await desk.conclude({"solved": True, "remarks": REMARKS, "new_complaint": "账单有误"})
    url = f"{REVISITS}/{R}"
    masked = (await desk.client.get(url, headers=desk.key("crm", "tickets:read"))).json()
    assert (masked["calls"][0]["note"], masked["remarks"], masked["new_complaint"]) == (None,) * 3
    assert await desk.said(PersonalDataRead) == []
    reader = desk.key("crm", "tickets:read", "pii:read")
    full = (await desk.client.get(url, headers=reader)).json()
    assert full["calls"][0]["note"] == "占线"
    assert (full["remarks"], full["new_complaint"]) == (REMARKS, "账单有误")
    [read] = await desk.said(PersonalDataRead)
    assert isinstance(read, PersonalDataRead)
    assert (read.reader, read.customer_ref, read.subject_id) == ("crm", CASE.customer_ref, T)
    assert read.fields == ("new_complaint", "note", "remarks")


async def test_an_event_carries_no_text(desk: Desk) -> None:
    """H-25."""
    await desk.conclude({"solved": True, "remarks": REMARKS})
    log = await desk.heard.revisit.core.store.read_log(0)
    assert not any(REMARKS.encode() in logged.event.state for logged in log)
    [concluded] = await desk.said(RevisitConcluded)
    assert isinstance(concluded, RevisitConcluded)
    assert concluded.remarks is not None
    row = await desk.heard.revisit.core.store.get(TEXTS, str(concluded.remarks.text_id))
    assert row is not None
    assert row.text == REMARKS


async def test_nothing_is_recorded_where_nothing_was_said(desk: Desk) -> None:
    await desk.client.get(f"{REVISITS}/{R}")
    assert await desk.said(PersonalDataRead) == []


async def test_a_list_is_in_the_order_of_calling_page_by_page(desk: Desk) -> None:
    """U-09."""
    tiers: tuple[Tier, ...] = ("gold", "supreme", "gold")
    for number, tier in enumerate(tiers, 1):
        await desk.told(UUID(int=number), tier)
    due_first = msgspec.structs.replace(CLOCK_STARTED, ticket_id=UUID(int=3))
    await desk.heard.hear(due_first)
    desk_of_two = desk.key("clerk", "tickets:read", departments=("network", "billing"))
    for headers in (None, desk_of_two):
        seen = []
        query: dict[str, Any] = {"limit": 1}
        while True:
            page = await desk.client.get(REVISITS, params=query, headers=headers)
            seen += [UUID(item["ticket_id"]) for item in page.json()["items"]]
            if page.json()["next_cursor"] is None:
                break
            assert 'rel="next"' in page.headers["link"]
            query["cursor"] = page.json()["next_cursor"]
        assert seen == [UUID(int=2), UUID(int=3), UUID(int=1), T]


async def test_a_list_is_narrowed_by_what_is_asked(desk: Desk) -> None:
    await desk.told(UUID(int=1), "gold")
    await desk.heard.hear(CLOCK_STARTED)
    await desk.attempt()
    assert [one["ticket_id"] for one in await desk.items(state="in_progress")] == [str(T)]
    assert [one["ticket_id"] for one in await desk.items(tier="gold")] == [str(UUID(int=1))]
    assert [one["ticket_id"] for one in await desk.items(ticket_id=T, state="due")] == []
    later = DUE_AT + timedelta(seconds=1)
    assert [one["ticket_id"] for one in await desk.items(due_before=later.isoformat())] == [str(T)]
    assert await desk.items(due_before=DUE_AT.isoformat()) == []
    assert len(await desk.items(due_before="2026-11-26T17:30:01+08:00")) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 501},
        {"state": "open"},
        {"colour": "red"},
        {"cursor": "xyz"},
        {"cursor": "WyJhIiwiYiJd"},
        {"due_before": "2026-11-26T09:30:00"},
        {"due_before": "0001-01-01T00:00:00Z"},
        {"due_before": "0001-01-01T00:00:00+14:00"},
    ],
)
async def test_a_query_of_another_form_is_refused(desk: Desk, query: dict[str, Any]) -> None:
    assert code_of(await desk.client.get(REVISITS, params=query)) == (422, "malformed")


async def test_the_document_shows_the_bodies(desk: Desk) -> None:
    document = (await desk.client.get("/openapi.json")).json()
    assert f"{REVISITS}/{{revisit_id}}/result" in document["paths"]
    assert {"AttemptRequest", "ResultRequest"} <= document["components"]["schemas"].keys()
