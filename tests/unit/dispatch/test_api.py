"""A work order over HTTP, from its offer to its customer's notice, as it is shown."""

from datetime import timedelta
from uuid import UUID

import msgspec

from services.dispatch.domain.work_order import work_order_id
from shared.codec import encode
from shared.contracts.dispatch import WorkOrderCompleted
from shared.contracts.terms import PersonalDataRead
from tests.unit.dispatch.desk import PASS_ON, SOLUTION, TOLD, WORK_ORDERS, WorkDesk
from tests.unit.support.desk import code_of
from tests.unit.support.examples import (
    AT,
    CASE,
    CLOCK_STARTED,
    CONCLUDED,
    HOUR,
    NUMBER,
    REGISTERED,
    T,
    W,
)


async def test_a_work_order_is_found_by_its_ticket(desk: WorkDesk) -> None:
    await desk.heard.hear(CLOCK_STARTED)
    [item] = await desk.items(WORK_ORDERS, ticket_id=T)
    assert item == {
        "work_order_id": str(W),
        "ticket_id": str(T),
        "number": NUMBER,
        "round": 1,
        "role": "main",
        "department": "billing",
        "department_level": "city",
        "handler": None,
        "state": "offered",
        "version": 1,
        "rule": "billing-matters",
        "pack": "hotline-400",
        "kind": "complaint",
        "severity": "general",
        "channel": "phone",
        "tier": "standard",
        "category": "billing",
        "area": None,
        "first_owner": "zhang-min",
        "proposed_department": None,
        "offered_at": "2026-11-23T02:00:00Z",
        "promised_until": None,
        "finding": None,
        "solved": None,
        "cancelled_because": None,
        "follow_ups": 0,
        "contact_attempts": [],
        "progress": [],
        "notices": [],
        "extension": None,
        "suspended": None,
        "appointment": None,
        "missed_appointments": [],
        "proposals": [],
        "level": None,
        "written_answer": None,
        "written_answer_due": False,
        "review_due": False,
        "signatures": [],
        "appeal": None,
        "progress_messages": [],
        "holders": [
            {
                "department": "billing",
                "handler": None,
                "from": "2026-11-23T02:00:00Z",
                "until": None,
            }
        ],
        "links": {
            "self": f"{WORK_ORDERS}/{W}",
            "ticket": f"/intake/v1/tickets/{T}",
            "clocks": f"/sla/v1/tickets/{T}/clocks",
            "history": f"/reporting/v1/tickets/{T}/history",
        },
        "target_at": None,
        "due_at": "2026-11-26T09:30:00Z",
        "revisit": None,
        "form": {
            "complete": False,
            "missing": [
                "finding",
                "solution",
                "handler",
                "department_manager",
                "project_manager",
                "revisit",
            ],
        },
    }


async def test_a_round_goes_its_way(desk: WorkDesk) -> None:
    """H-27: contacted, verified, completed, told."""
    steps = [
        ("acceptance", {}, "accepted"),
        ("contact-attempts", {"channel": "phone", "outcome": "reached"}, "accepted"),
        ("verification", {"finding": "substantiated", "note": "属实"}, "accepted"),
        ("progress", {"done": False, "reason": "等待备件"}, "accepted"),
        ("completion", {"solution": SOLUTION}, "completed"),
        ("customer-notice", TOLD, "notified"),
    ]
    for version, (path, body, state) in enumerate(steps, 2):
        answer = await desk.post(path, body)
        assert (answer.status_code, answer.headers["etag"]) == (200, f'"{version}"')
        assert (answer.json()["state"], answer.json()["version"]) == (state, version)
        [item] = await desk.items(WORK_ORDERS, ticket_id=T)
        assert {**item, **answer.json()} == item
    shown = await desk.show()
    assert shown.headers["etag"] == '"7"'
    assert shown.json()["handler"] == "desk"
    assert (shown.json()["finding"], shown.json()["follow_ups"]) == ("substantiated", 1)


async def test_the_handler_can_be_named(desk: WorkDesk) -> None:
    accepted = await desk.do("acceptance", {"handler": "sun-yue"})
    assert accepted["handler"] == "sun-yue"


async def test_a_result_notice_before_completion_is_refused(desk: WorkDesk) -> None:
    """H-27."""
    await desk.do("acceptance")
    answer = await desk.post("customer-notice", TOLD, {"Accept-Language": "zh-CN"})
    assert code_of(answer) == (409, "not-completed")
    assert answer.json()["title"] == "派单尚未回单，请先回单，再告知客户处理结果。"


async def test_work_before_acceptance_is_refused(desk: WorkDesk) -> None:
    answer = await desk.post("verification", {"finding": "substantiated"})
    assert code_of(answer) == (409, "not-accepted")


async def test_unsolved_needs_three_follow_ups_each_in_a_week_of_its_own(desk: WorkDesk) -> None:
    """H-16."""
    await desk.do("acceptance")
    unsolved = {"solution": "客户要求无法满足", "solved": False}
    for _ in range(3):
        assert code_of(await desk.post("completion", unsolved)) == (409, "follow-ups-missing")
        desk.clock.time += timedelta(weeks=1)
        await desk.do("progress", {"done": False, "reason": "仍在协商"})
        desk.clock.time += timedelta(hours=1)
        await desk.do("progress", {"done": False, "reason": "仍在协商"})
    assert (await desk.do("completion", unsolved))["solved"] is False


async def test_a_ticket_whose_pack_does_not_run_here_any_more_waits_for_it(desk: WorkDesk) -> None:
    other = UUID(int=77)
    case = msgspec.structs.replace(REGISTERED.case, pack="brewery")
    await desk.heard.hear(msgspec.structs.replace(REGISTERED, ticket_id=other, case=case))
    order = work_order_id(other, 1)
    assert (await desk.post("acceptance", {}, order=order)).status_code == 200
    done = await desk.post("completion", {"solution": SOLUTION}, order=order)
    assert code_of(done) == (409, "pack-unknown")


async def test_unreachable_needs_the_packs_attempts(desk: WorkDesk) -> None:
    """C-08."""
    await desk.do("acceptance")
    await desk.do("completion", {"solution": SOLUTION})
    unreachable = {**TOLD, "outcome": "unreachable"}
    assert code_of(await desk.post("customer-notice", unreachable)) == (409, "attempts-missing")
    desk.clock.time += 3 * HOUR
    for hours in (0, 2):
        at = (AT + hours * HOUR).isoformat()
        await desk.do("contact-attempts", {"channel": "phone", "outcome": "no_answer", "at": at})
    assert (await desk.do("customer-notice", unreachable))["state"] == "notified"


async def test_a_refused_work_order_is_arbitrated(desk: WorkDesk) -> None:
    refusal = {"reason": "不属于本部门", "proposed_department": "key-accounts"}
    refused = await desk.do("refusal", refusal)
    assert (refused["state"], refused["proposed_department"]) == ("in_arbitration", "key-accounts")
    arbitrated = await desk.do("arbitration", PASS_ON, {"If-Match": '"2"'})
    assert (arbitrated["state"], arbitrated["department"]) == ("offered", "key-accounts")


async def test_a_time_in_another_zone_is_kept_in_utc(desk: WorkDesk) -> None:
    await desk.heard.hear(CLOCK_STARTED)
    body = {"at": "2026-11-23T10:00:00+08:00", "promised_until": "2026-11-24T09:00:00+08:00"}
    await desk.do("acceptance", body)
    assert (await desk.show()).json()["promised_until"] == "2026-11-24T01:00:00Z"


async def test_what_was_written_is_shown_to_who_may_read_it_and_the_reading_recorded(
    desk: WorkDesk,
) -> None:
    """H-25."""
    await desk.do("acceptance")
    await desk.do("completion", {"solution": SOLUTION})
    plain = await desk.show(desk.key("crm", "tickets:read"))
    assert "texts" not in plain.json()
    assert await desk.heard.said(PersonalDataRead) == []
    shown = await desk.show(desk.key("crm", "tickets:read", "pii:read"))
    assert shown.json()["texts"] == [
        {"field": "solution", "at": "2026-11-23T02:00:00Z", "text": SOLUTION}
    ]
    [event] = await desk.heard.said(PersonalDataRead)
    assert (event.reader, event.subject_id, event.fields) == ("crm", T, ("solution",))
    assert event.customer_ref == CASE.customer_ref


async def test_an_event_carries_no_text(desk: WorkDesk) -> None:
    """H-25."""
    await desk.do("acceptance")
    await desk.do("completion", {"solution": SOLUTION})
    [completed] = await desk.heard.said(WorkOrderCompleted)
    assert SOLUTION not in encode(completed).decode()
    assert len(completed.solution.digest) == 64


async def test_each_note_on_a_finding_is_kept(desk: WorkDesk) -> None:
    await desk.do("acceptance")
    for note in ("属实", "已向客户核实"):
        await desk.do("verification", {"finding": "substantiated", "note": note})
    await desk.do("verification", {"finding": "substantiated"})
    texts = (await desk.show()).json()["texts"]
    assert [one["text"] for one in texts] == ["属实", "已向客户核实"]


async def test_the_document_shows_the_bodies(desk: WorkDesk) -> None:
    document = (await desk.client.get("/openapi.json")).json()
    path = document["paths"]["/dispatch/v1/work-orders/{work_order_id}/completion"]
    schema = path["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/CompletionRequest"}


async def test_a_work_order_shows_what_its_revisit_came_to(desk: WorkDesk) -> None:
    """H-19: the result stands on both records."""
    await desk.heard.hear(CONCLUDED)
    [listed] = await desk.items(WORK_ORDERS, ticket_id=str(T))
    shown = (await desk.client.get(f"{WORK_ORDERS}/{W}")).json()
    expected = {"solved": True, "score": 5, "at": "2026-11-23T02:00:00Z"}
    assert (listed["revisit"], shown["revisit"]) == (expected, expected)
