"""Revisit's routes keep what the contract says of every request."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from httpx import Response

from services.revisit.bootstrap import Revisit
from services.revisit.handlers import HANDLERS
from services.revisit.main import create_app
from shared.contracts.revisit import RectificationOrdered, RevisitConcluded
from shared.contracts.terms import PersonalDataRead, Tier
from shared.packs import read_pack
from shared.vault import TEXTS
from tests.unit.revisit.examples import CLOCK_STARTED, R
from tests.unit.revisit.service import NOW
from tests.unit.support.desk import Desk, Headers, code_of, open_desk
from tests.unit.support.examples import CASE, DUE_AT, NOTIFIED, NUMBER, T

REVISITS = "/revisit/v1/revisits"
SOLVED = {"solved": True, "score": 5}
NO_ANSWER = {"channel": "phone", "outcome": "no_answer"}
RETRYING = read_pack(
    """
    extends: cable-field-service
    name: retrying
    version: 1
    revisit:
      before_unreachable: { calls: 3, apart: 2h }
      retry: { apart: 2h, at_most: 2 }
    """,
    "retrying.yaml",
)
REMARKS = "维修师傅很耐心。"


class CallDesk(Desk[Revisit]):
    """One running revisit, with one customer to call back."""

    async def told(self, ticket_id: UUID = T, tier: Tier = "standard", client: str = "crm") -> None:
        """A ticket whose customer was told the result."""
        case = msgspec.structs.replace(CASE, tier=tier, client=client)
        await self.heard.hear(msgspec.structs.replace(NOTIFIED, ticket_id=ticket_id, case=case))

    async def attempt(self, revisit_id: UUID = R, **body: object) -> Response:
        return await self.client.post(f"{REVISITS}/{revisit_id}/attempts", json=NO_ANSWER | body)

    async def conclude(self, body: object = SOLVED, headers: Headers | None = None) -> Response:
        return await self.client.post(f"{REVISITS}/{R}/result", json=body, headers=headers)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[CallDesk]:
    async with open_desk(CallDesk, create_app, HANDLERS, tmp_path, NOW) as desk:
        await desk.told()
        yield desk


async def test_a_revisit_is_found_by_its_ticket(desk: CallDesk) -> None:
    await desk.heard.hear(CLOCK_STARTED)
    [item] = await desk.items(REVISITS, ticket_id=T)
    assert item == {
        "revisit_id": str(R),
        "ticket_id": str(T),
        "number": NUMBER,
        "round": 1,
        "state": "due",
        "version": 1,
        "tier": "standard",
        "department": "billing",
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


async def test_what_was_answered_can_be_read_at_once(desk: CallDesk) -> None:
    answer = await desk.attempt()
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    found = await desk.client.get(f"{REVISITS}/{R}")
    assert found.json() == {**answer.json(), "due_at": None}
    assert found.headers["etag"] == '"2"'
    assert (found.json()["state"], found.json()["attempts"]) == ("in_progress", 1)
    [item] = await desk.items(REVISITS, ticket_id=T)
    assert {**found.json(), **item} == found.json()


async def test_a_solved_matter_is_concluded(desk: CallDesk) -> None:
    """H-19."""
    answer = (await desk.conclude()).json()
    assert (answer["state"], answer["solved"], answer["score"]) == ("concluded", True, 5)
    assert answer["concluded_at"] == "2026-11-27T02:00:00Z"


async def test_an_unsolved_one_orders_rectification(desk: CallDesk) -> None:
    """H-20."""
    answer = await desk.conclude({"solved": False})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')
    [ordered] = await desk.heard.said(RectificationOrdered)
    assert (ordered.round, ordered.department) == (2, "billing")
    [item] = await desk.items(REVISITS, ticket_id=T)
    assert item["version"] == 3


async def test_the_list_shows_the_version_that_a_command_must_name(desk: CallDesk) -> None:
    await desk.conclude({"solved": False})
    await desk.heard.hear(msgspec.structs.replace(NOTIFIED, round=2))
    for item in await desk.items(REVISITS, ticket_id=T):
        one = await desk.client.get(f"{REVISITS}/{item['revisit_id']}")
        assert one.headers["etag"] == f'"{item["version"]}"' == '"4"'


async def test_unreachable_needs_the_packs_attempts(desk: CallDesk) -> None:
    """H-19, with the pack's `before_unreachable`."""
    early = (NOW - timedelta(hours=3)).isoformat()
    await desk.attempt(at=early)
    assert code_of(await desk.conclude({"unreachable": True})) == (409, "attempts-missing")
    await desk.attempt()
    answer = (await desk.conclude({"unreachable": True})).json()
    assert (answer["state"], answer["solved"], answer["unreachable"]) == ("concluded", None, True)
    assert answer["attempts"] == 2


async def test_a_pack_may_limit_the_attempts(tmp_path: Path) -> None:
    """H-19, with the pack's `retry`."""
    app = partial(create_app, load_pack=lambda _name: RETRYING)
    async with open_desk(CallDesk, app, HANDLERS, tmp_path, NOW) as desk:
        await desk.told()
        early = (NOW - timedelta(hours=2)).isoformat()
        assert (await desk.attempt(at=early)).status_code == 200
        soon = (NOW - timedelta(hours=1)).isoformat()
        assert code_of(await desk.attempt(at=soon)) == (409, "too-soon")
        assert code_of(await desk.conclude({"unreachable": True})) == (409, "attempts-missing")
        assert (await desk.attempt()).status_code == 200
        desk.clock.time += timedelta(hours=2)
        assert code_of(await desk.attempt()) == (409, "attempts-exhausted")
        assert (await desk.conclude({"unreachable": True})).json()["unreachable"] is True


async def test_another_result_comes_too_late(desk: CallDesk) -> None:
    await desk.conclude()
    assert (await desk.conclude()).status_code == 200
    assert code_of(await desk.conclude({"solved": False})) == (409, "already-concluded")
    assert code_of(await desk.attempt()) == (409, "already-concluded")


async def test_the_same_key_gets_the_first_answer_again(desk: CallDesk) -> None:
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


async def test_who_read_an_older_version_is_told_so(desk: CallDesk) -> None:
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
async def test_a_result_of_another_form_is_refused(desk: CallDesk, body: object) -> None:
    assert code_of(await desk.conclude(body)) == (422, "malformed")


async def test_an_impossible_result_says_what_to_give(desk: CallDesk) -> None:
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
async def test_an_attempt_of_another_form_is_refused(
    desk: CallDesk, change: dict[str, Any]
) -> None:
    assert code_of(await desk.attempt(**change)) == (422, "malformed")


async def test_nobody_called_back_before_the_customer_was_told(desk: CallDesk) -> None:
    early = "1990-01-01T00:00:00Z"
    assert code_of(await desk.attempt(at=early)) == (409, "before-ticket")
    assert code_of(await desk.conclude({**SOLVED, "at": early})) == (409, "before-ticket")


async def test_a_time_in_another_zone_is_kept_in_utc(desk: CallDesk) -> None:
    answer = (await desk.attempt(at="2026-11-27T09:00:00+08:00")).json()
    assert answer["calls"][0]["at"] == "2026-11-27T01:00:00Z"


async def test_an_unknown_revisit_is_not_found(desk: CallDesk) -> None:
    for answer in (
        await desk.client.get(f"{REVISITS}/{uuid4()}"),
        await desk.attempt(uuid4()),
    ):
        assert code_of(answer) == (404, "revisit-not-found")


async def test_nor_is_one_of_which_only_sla_spoke(desk: CallDesk) -> None:
    await desk.heard.hear(msgspec.structs.replace(CLOCK_STARTED, round=2))
    assert [item["round"] for item in await desk.items(REVISITS)] == [1]


async def test_another_clients_or_departments_revisit_is_not_there(desk: CallDesk) -> None:
    for foreign in (
        desk.key("shop", "tickets:read", "revisits:write"),
        desk.key("clerk", "tickets:read", "revisits:write", departments=("field-service",)),
    ):
        shown = await desk.client.get(f"{REVISITS}/{R}", headers=foreign)
        assert code_of(shown) == (404, "revisit-not-found")
        assert code_of(await desk.conclude(headers=foreign)) == (404, "revisit-not-found")
        assert await desk.items(REVISITS, foreign) == []
    for own in (
        desk.key("crm", "tickets:read", "revisits:write"),
        desk.key(
            "clerk", "tickets:read", "revisits:write", departments=("billing", "field-service")
        ),
    ):
        assert (await desk.client.get(f"{REVISITS}/{R}", headers=own)).status_code == 200
        assert len(await desk.items(REVISITS, own)) == 1


async def test_each_call_needs_its_scope(desk: CallDesk) -> None:
    reader = desk.key("crm", "tickets:read")
    writer = desk.key("crm", "revisits:write")
    assert code_of(await desk.conclude(headers=reader)) == (403, "forbidden")
    listed = await desk.client.get(REVISITS, headers=writer)
    assert code_of(listed) == (403, "forbidden")
    nobody = await desk.client.get(REVISITS, headers={"Authorization": "Bearer x"})
    assert code_of(nobody) == (401, "unauthenticated")


async def test_what_was_said_is_shown_to_who_may_read_it_and_the_reading_recorded(
    desk: CallDesk,
) -> None:
    """H-25, T-13."""
    await desk.attempt(note="占线")
    await desk.conclude({"solved": True, "remarks": REMARKS, "new_complaint": "账单有误"})
    url = f"{REVISITS}/{R}"
    masked = (await desk.client.get(url, headers=desk.key("crm", "tickets:read"))).json()
    assert (masked["calls"][0]["note"], masked["remarks"], masked["new_complaint"]) == (None,) * 3
    assert await desk.heard.said(PersonalDataRead) == []
    reader = desk.key("crm", "tickets:read", "pii:read")
    full = (await desk.client.get(url, headers=reader)).json()
    assert full["calls"][0]["note"] == "占线"
    assert (full["remarks"], full["new_complaint"]) == (REMARKS, "账单有误")
    [read] = await desk.heard.said(PersonalDataRead)
    assert (read.reader, read.customer_ref, read.subject_id) == ("crm", CASE.customer_ref, T)
    assert read.fields == ("new_complaint", "note", "remarks")


async def test_an_event_carries_no_text(desk: CallDesk) -> None:
    """H-25."""
    await desk.conclude({"solved": True, "remarks": REMARKS})
    log = await desk.heard.service.core.store.read_log(0)
    assert not any(REMARKS.encode() in logged.event.state for logged in log)
    [concluded] = await desk.heard.said(RevisitConcluded)
    assert concluded.remarks is not None
    row = await desk.heard.service.core.store.get(TEXTS, str(concluded.remarks.text_id))
    assert row is not None
    assert row.text == REMARKS


async def test_another_complaint_is_kept_and_the_conclusion_says_that_there_is_one(
    desk: CallDesk,
) -> None:
    """T-13."""
    await desk.conclude({**SOLVED, "new_complaint": "账单有误"})
    [concluded] = await desk.heard.said(RevisitConcluded)
    assert concluded.new_complaint is not None
    row = await desk.heard.service.core.store.get(TEXTS, str(concluded.new_complaint.text_id))
    assert row is not None
    assert (row.text, row.customer_ref) == ("账单有误", CASE.customer_ref)


async def test_nothing_is_recorded_where_nothing_was_said(desk: CallDesk) -> None:
    await desk.client.get(f"{REVISITS}/{R}")
    assert await desk.heard.said(PersonalDataRead) == []


async def test_a_list_is_in_the_order_of_calling_page_by_page(desk: CallDesk) -> None:
    """U-09."""
    tiers: tuple[Tier, ...] = ("gold", "supreme", "gold")
    for number, tier in enumerate(tiers, 1):
        await desk.told(UUID(int=number), tier)
    due_first = msgspec.structs.replace(CLOCK_STARTED, ticket_id=UUID(int=3))
    await desk.heard.hear(due_first)
    desk_of_two = desk.key("clerk", "tickets:read", departments=("billing", "field-service"))
    for headers in (None, desk_of_two):
        items = await desk.pages(f"{REVISITS}?limit=1", headers)
        seen = [UUID(item["ticket_id"]) for item in items]
        assert seen == [UUID(int=2), UUID(int=3), UUID(int=1), T]


async def test_a_list_is_narrowed_by_what_is_asked(desk: CallDesk) -> None:
    await desk.told(UUID(int=1), "gold")
    await desk.heard.hear(CLOCK_STARTED)
    await desk.attempt()
    assert [one["ticket_id"] for one in await desk.items(REVISITS, state="in_progress")] == [str(T)]
    assert [one["ticket_id"] for one in await desk.items(REVISITS, tier="gold")] == [
        str(UUID(int=1))
    ]
    assert [one["ticket_id"] for one in await desk.items(REVISITS, ticket_id=T, state="due")] == []
    later = DUE_AT + timedelta(seconds=1)
    assert [
        one["ticket_id"] for one in await desk.items(REVISITS, due_before=later.isoformat())
    ] == [str(T)]
    assert await desk.items(REVISITS, due_before=DUE_AT.isoformat()) == []
    assert await desk.items(REVISITS, due_before="0001-01-01T00:00:00Z") == []
    assert len(await desk.items(REVISITS, due_before="2026-11-26T17:30:01+08:00")) == 1


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
        {"due_before": "0001-01-01T00:00:00+14:00"},
    ],
)
async def test_a_query_of_another_form_is_refused(desk: CallDesk, query: dict[str, Any]) -> None:
    assert code_of(await desk.client.get(REVISITS, params=query)) == (422, "malformed")


async def test_the_document_shows_the_bodies(desk: CallDesk) -> None:
    document = (await desk.client.get("/openapi.json")).json()
    assert f"{REVISITS}/{{revisit_id}}/result" in document["paths"]
    assert {"AttemptRequest", "ResultRequest"} <= document["components"]["schemas"].keys()
