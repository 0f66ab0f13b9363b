"""A revisit over HTTP, from the first call to its result, as it is shown."""

from datetime import timedelta
from pathlib import Path

from services.revisit.handlers import HANDLERS
from services.revisit.main import create_app
from shared.contracts.revisit import RectificationOrdered, RevisitConcluded
from shared.contracts.terms import PersonalDataRead
from shared.vault import TEXTS
from tests.unit.revisit.desk import NO_ANSWER, REMARKS, REVISITS, SOLVED, CallDesk
from tests.unit.revisit.examples import CLOCK_STARTED, R
from tests.unit.revisit.service import NOW
from tests.unit.support.desk import code_of, open_desk
from tests.unit.support.examples import CASE, NUMBER, T

RETRYING = """
extends: cable-field-service
name: retrying
version: 1
revisit:
  before_unreachable: { calls: 3, apart: 2h }
  retry: { apart: 2h, at_most: 2 }
"""


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
    async with open_desk(CallDesk, create_app, HANDLERS, tmp_path, NOW, retrying=RETRYING) as desk:
        await desk.told(pack="retrying")
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


async def test_a_time_in_another_zone_is_kept_in_utc(desk: CallDesk) -> None:
    answer = (await desk.attempt(at="2026-11-27T09:00:00+08:00")).json()
    assert answer["calls"][0]["at"] == "2026-11-27T01:00:00Z"


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


async def test_the_document_shows_the_bodies(desk: CallDesk) -> None:
    document = (await desk.client.get("/openapi.json")).json()
    assert f"{REVISITS}/{{revisit_id}}/result" in document["paths"]
    assert {"AttemptRequest", "ResultRequest"} <= document["components"]["schemas"].keys()
