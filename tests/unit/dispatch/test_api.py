"""Dispatch's routes keep what the contract says of every request."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from services.dispatch.domain.work_order import work_order_id
from shared.codec import encode
from shared.contracts.dispatch import WorkOrderCompleted
from shared.contracts.terms import PersonalDataRead, Tier
from tests.unit.dispatch.desk import WORK_ORDERS, WorkDesk
from tests.unit.dispatch.examples import RECTIFICATION, W2
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, CASE, CLOCK_STARTED, HOUR, NUMBER, REGISTERED, T, W

SOLUTION = "更换光猫,线路恢复。"
TOLD = {"about": "result", "channel": "phone", "outcome": "reached"}
PASS_ON = {"department": "key-accounts", "reason": "归大客户部"}


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
        "signatures": [],
        "links": {
            "self": f"{WORK_ORDERS}/{W}",
            "ticket": f"/intake/v1/tickets/{T}",
            "clocks": f"/sla/v1/tickets/{T}/clocks",
            "history": f"/reporting/v1/tickets/{T}/history",
        },
        "target_at": None,
        "due_at": "2026-11-26T09:30:00Z",
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
    assert answer.json()["title"] == "派单尚未回单,不能告知客户处理结果。"


async def test_work_before_acceptance_is_refused(desk: WorkDesk) -> None:
    answer = await desk.post("verification", {"finding": "substantiated"})
    assert code_of(answer) == (409, "not-accepted")


async def test_unsolved_needs_three_follow_ups(desk: WorkDesk) -> None:
    """H-16."""
    await desk.do("acceptance")
    unsolved = {"solution": "客户要求无法满足", "solved": False}
    for _ in range(3):
        assert code_of(await desk.post("completion", unsolved)) == (409, "follow-ups-missing")
        desk.clock.time += timedelta(weeks=1)
        await desk.do("progress", {"done": False, "reason": "仍在协商"})
    assert (await desk.do("completion", unsolved))["solved"] is False


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


@pytest.mark.parametrize("path", ["transfer", "arbitration"])
async def test_who_passes_it_on_says_which_version_was_read(desk: WorkDesk, path: str) -> None:
    missing = await desk.post(path, PASS_ON)
    assert code_of(missing) == (428, "version-required")
    stale = await desk.post(path, PASS_ON, {"If-Match": '"7"'})
    assert code_of(stale) == (412, "stale-version")
    assert stale.json()["current_version"] == 1


async def test_every_command_honours_the_version_that_was_read(desk: WorkDesk) -> None:
    stale = await desk.post("acceptance", {}, {"If-Match": '"9"'})
    assert code_of(stale) == (412, "stale-version")
    fresh = await desk.post("acceptance", {}, {"If-Match": '"1"'})
    assert fresh.status_code == 200


async def test_a_department_that_is_not_there_is_refused(desk: WorkDesk) -> None:
    body = {"department": "circus", "reason": "?"}
    answer = await desk.post("transfer", body, {"If-Match": '"1"'})
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == "/department"
    proposal = {"reason": "?", "proposed_department": "circus"}
    answer = await desk.post("refusal", proposal)
    assert answer.json()["errors"][0]["pointer"] == "/proposed_department"


async def test_the_same_key_gets_the_first_answer_again(desk: WorkDesk) -> None:
    once = {"Idempotency-Key": "a"}
    first = await desk.post("acceptance", {}, once)
    await desk.heard.hear(CLOCK_STARTED)
    await desk.do("completion", {"solution": SOLUTION})
    again = await desk.post("acceptance", {}, once)
    assert again.headers["idempotent-replay"] == "true"
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    other = await desk.post("acceptance", {"handler": "sun-yue"}, once)
    assert code_of(other) == (422, "idempotency-key-reused")


async def test_who_transferred_it_away_gets_the_first_answer_again(desk: WorkDesk) -> None:
    mine = desk.key("he-bin", "work:write", "tickets:read", departments=("billing",))
    headers = {**mine, "If-Match": '"1"', "Idempotency-Key": "b"}
    first = await desk.post("transfer", PASS_ON, headers)
    assert first.status_code == 200
    again = await desk.post("transfer", PASS_ON, headers)
    assert again.headers["idempotent-replay"] == "true"
    assert again.content == first.content
    assert code_of(await desk.show(mine)) == (404, "work-order-not-found")


async def test_each_attempt_without_a_key_is_its_own(desk: WorkDesk) -> None:
    await desk.do("acceptance")
    for _ in range(2):
        await desk.do("contact-attempts", {"channel": "phone", "outcome": "no_answer"})
        desk.clock.time += HOUR
    assert len((await desk.show()).json()["contact_attempts"]) == 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("acceptance", {"handler": ""}),
        ("acceptance", {"handler": "x" * 121}),
        ("acceptance", {"promised_until": "2026-11-23T10:00:00"}),
        ("acceptance", {"promised_until": "0001-01-01T00:00:00+14:00"}),
        ("acceptance", {"at": "0001-01-01T00:00:00+14:00"}),
        ("acceptance", {"at": "2026-11-23T02:00:01Z"}),
        ("acceptance", {"unknown": 1}),
        ("refusal", {}),
        ("transfer", {"department": "billing"}),
        ("contact-attempts", {"channel": "smoke", "outcome": "reached"}),
        ("contact-attempts", {"channel": "phone", "outcome": "unreachable"}),
        ("contact-attempts", {"channel": "phone", "outcome": "reached", "note_left": "yes"}),
        ("verification", {"finding": "perhaps"}),
        ("progress", {"done": "false"}),
        ("progress", {"reason": "等待"}),
        ("completion", {}),
        ("completion", {"solution": ""}),
        ("completion", {"solution": "x\0"}),
        ("completion", {"solution": "x", "solved": None}),
        ("suspension", {"reason": "lunch"}),
        ("resumption", {"reason": "force_majeure"}),
        ("appointments", {"until": "2026-11-24T01:00:00Z"}),
        ("appointments", {"from_at": "2026-11-23T09:00:00Z", "until": "2026-11-24T01:00:00Z"}),
        ("no-show", {}),
        ("proposal", {"solution": "退费"}),
        ("proposal", {"solution": "退费", "accepted_by_customer": True, "remedy": "\n"}),
        ("takeover", {"level": "handler", "handler": "xu-lei"}),
        ("takeover", {"level": "nation"}),
        ("written-answer", {}),
        ("review", {"note": "可以"}),
        ("sign-off", {"role": "customer", "opinion": "同意"}),
        ("customer-notice", {**TOLD, "about": "weather"}),
        ("customer-notice", {**TOLD, "outcome": "no_answer"}),
    ],
)
async def test_a_body_of_another_form_is_refused(
    desk: WorkDesk, path: str, body: dict[str, Any]
) -> None:
    answer = await desk.post(path, body, {"If-Match": '"1"'})
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"]


async def test_what_is_no_json_is_refused(desk: WorkDesk) -> None:
    url = f"{WORK_ORDERS}/{W}/acceptance"
    json = {"Content-Type": "application/json"}
    assert code_of(await desk.client.post(url, content=b"{", headers=json)) == (400, "not-json")
    answer = await desk.client.post(url, content=b"{}", headers={"Content-Type": "text/plain"})
    assert code_of(answer) == (415, "unsupported-media-type")


async def test_a_time_in_another_zone_is_kept_in_utc(desk: WorkDesk) -> None:
    body = {"at": "2026-11-23T10:00:00+08:00", "promised_until": "2026-11-24T09:00:00+08:00"}
    await desk.do("acceptance", body)
    assert (await desk.show()).json()["promised_until"] == "2026-11-24T01:00:00Z"


async def test_nothing_was_done_before_the_customer_got_in_touch(desk: WorkDesk) -> None:
    ticket_id, order = UUID(int=1), work_order_id(UUID(int=1), 1)
    received = msgspec.structs.replace(REGISTERED, ticket_id=ticket_id, at=AT - 24 * HOUR)
    await desk.heard.hear(received)
    told = {**TOLD, "about": "progress"}
    early = await desk.post("customer-notice", {**told, "at": "1990-01-01T00:00:00Z"}, order=order)
    assert code_of(early) == (409, "before-ticket")
    before_entry = {**told, "at": (AT - 23 * HOUR).isoformat()}
    assert (await desk.post("customer-notice", before_entry, order=order)).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("acceptance", {}),
        ("contact-attempts", {"channel": "phone", "outcome": "reached"}),
        ("customer-notice", {**TOLD, "about": "progress"}),
    ],
)
async def test_an_implausible_promise_is_refused(
    desk: WorkDesk, path: str, body: dict[str, Any]
) -> None:
    for promise in ("2026-11-23T02:00:00Z", "1990-01-01T00:00:00Z", "2036-11-24T02:00:00Z"):
        answer = await desk.post(path, {**body, "promised_until": promise})
        assert code_of(answer) == (422, "malformed")
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/promised_until"]


async def test_a_replay_after_the_promised_time_gets_the_first_answer(desk: WorkDesk) -> None:
    once = {"Idempotency-Key": "a"}
    promise = {"promised_until": (AT + HOUR).isoformat()}
    first = await desk.post("acceptance", promise, once)
    desk.clock.time += 2 * HOUR
    again = await desk.post("acceptance", promise, once)
    assert (again.status_code, again.content) == (200, first.content)


async def test_an_unknown_work_order_is_not_found(desk: WorkDesk) -> None:
    assert code_of(await desk.show(order=uuid4())) == (404, "work-order-not-found")
    answer = await desk.post("acceptance", order=uuid4())
    assert code_of(answer) == (404, "work-order-not-found")


async def test_nor_is_one_of_which_only_sla_spoke(desk: WorkDesk) -> None:
    await desk.heard.hear(msgspec.structs.replace(CLOCK_STARTED, round=2))
    assert code_of(await desk.show(order=W2)) == (404, "work-order-not-found")
    assert len(await desk.items(WORK_ORDERS)) == 1


async def test_another_clients_or_departments_work_order_is_not_there(desk: WorkDesk) -> None:
    foreign = [
        desk.key("erp", "tickets:read", "work:write"),
        desk.key("cao-yong", "tickets:read", "work:write", departments=("field-service",)),
    ]
    for key in foreign:
        assert code_of(await desk.show(key)) == (404, "work-order-not-found")
        answer = await desk.post("acceptance", {}, {**key, "Idempotency-Key": "z"})
        assert code_of(answer) == (404, "work-order-not-found")
        assert await desk.items(WORK_ORDERS, key) == []
    for key in (
        desk.key("crm", "tickets:read"),
        desk.key("he-bin", "tickets:read", departments=("field-service", "billing")),
        desk.key("pan-xin", "tickets:read", departments=("*",)),
    ):
        assert (await desk.show(key)).status_code == 200
        assert len(await desk.items(WORK_ORDERS, key)) == 1
        assert await desk.items(WORK_ORDERS, key, department="field-service") == []


async def test_each_call_needs_its_scope(desk: WorkDesk) -> None:
    reads, writes = desk.key("crm", "tickets:read"), desk.key("crm", "work:write")
    assert code_of(await desk.post("acceptance", {}, reads)) == (403, "forbidden")
    assert code_of(await desk.show(writes)) == (403, "forbidden")
    answer = await desk.client.get(WORK_ORDERS, headers={"Authorization": "Bearer no"})
    assert code_of(answer) == (401, "unauthenticated")


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


async def test_a_second_solution_is_refused_and_leaves_no_text_behind(desk: WorkDesk) -> None:
    once = {"Idempotency-Key": "a"}
    await desk.do("acceptance")
    first = await desk.do("completion", {"solution": SOLUTION}, once)
    second = await desk.post("completion", {"solution": "又一次"})
    assert code_of(second) == (409, "already-completed")
    assert await desk.do("completion", {"solution": SOLUTION}, once) == first
    assert len((await desk.show()).json()["texts"]) == 1


async def test_a_second_refusal_is_refused(desk: WorkDesk) -> None:
    await desk.do("refusal", {"reason": "不属于本部门"})
    second = await desk.post("refusal", {"reason": "另有原因"})
    assert code_of(second) == (409, "in-arbitration")


async def test_each_note_on_a_finding_is_kept(desk: WorkDesk) -> None:
    await desk.do("acceptance")
    for note in ("属实", "已向客户核实"):
        await desk.do("verification", {"finding": "substantiated", "note": note})
    await desk.do("verification", {"finding": "substantiated"})
    texts = (await desk.show()).json()["texts"]
    assert [one["text"] for one in texts] == ["属实", "已向客户核实"]


async def register(desk: WorkDesk, number: int, tier: Tier, hours: int) -> None:
    ticket_id = UUID(int=number)
    case = msgspec.structs.replace(CASE, tier=tier)
    await desk.heard.hear(
        msgspec.structs.replace(REGISTERED, ticket_id=ticket_id, case=case),
        msgspec.structs.replace(CLOCK_STARTED, ticket_id=ticket_id, due_at=AT + hours * HOUR),
    )


async def test_a_list_is_by_tier_then_due_time_page_by_page(desk: WorkDesk) -> None:
    """U-09."""
    await register(desk, 1, "standard", 5)
    await register(desk, 2, "supreme", 9)
    await register(desk, 3, "gold", 4)
    await register(desk, 4, "gold", 2)
    whole = [item["ticket_id"] for item in await desk.items(WORK_ORDERS)]
    assert whole == [*(str(UUID(int=number)) for number in (2, 4, 3, 1)), str(T)]
    keys = desk.key("pan", "tickets:read", departments=("billing", "key-accounts"))
    paged = await desk.pages(f"{WORK_ORDERS}?limit=2", keys)
    found = [item["ticket_id"] for item in paged]
    assert found == whole


async def test_a_list_is_narrowed_by_what_is_asked(desk: WorkDesk) -> None:
    await register(desk, 1, "gold", 5)
    await desk.heard.hear(RECTIFICATION)
    await desk.do("acceptance", {"handler": "sun-yue"})
    assert {one["round"] for one in await desk.items(WORK_ORDERS, ticket_id=T)} == {1, 2}
    counts: list[tuple[dict[str, Any], int]] = [
        ({"handler": "sun-yue"}, 1),
        ({"state": "accepted"}, 1),
        ({"state": "refused"}, 0),
        ({"tier": "gold"}, 1),
        ({"department": "billing"}, 3),
        ({"department": "field-service"}, 0),
        ({"due_before": (AT + 5 * HOUR).isoformat()}, 0),
        ({"due_before": "2026-11-23T15:00:00.000001+08:00"}, 1),
        ({"due_before": "0001-01-01T00:00:00Z"}, 0),
        ({"due_before": "9999-12-31T23:59:59.999999Z"}, 1),
    ]
    for query, count in counts:
        assert len(await desk.items(WORK_ORDERS, **query)) == count, query


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 501},
        {"state": "lost"},
        {"ticket_id": "x"},
        {"due_before": "2026-11-23T02:00:00"},
        {"due_before": "0001-01-01T00:00:00+14:00"},
        {"cursor": "x"},
        {"colour": "red"},
    ],
)
async def test_a_query_of_another_form_is_refused(desk: WorkDesk, query: dict[str, Any]) -> None:
    answer = await desk.client.get(WORK_ORDERS, params=query)
    assert code_of(answer) == (422, "malformed")


async def test_the_document_shows_the_bodies(desk: WorkDesk) -> None:
    document = (await desk.client.get("/openapi.json")).json()
    path = document["paths"]["/dispatch/v1/work-orders/{work_order_id}/completion"]
    schema = path["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/CompletionRequest"}
