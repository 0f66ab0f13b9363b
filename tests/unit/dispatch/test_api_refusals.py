"""What dispatch does not take: another form, time or version, or what is not there for the key."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from services.dispatch.domain.work_order import work_order_id
from tests.unit.dispatch.desk import PASS_ON, TOLD, WORK_ORDERS, WorkDesk
from tests.unit.dispatch.examples import W2
from tests.unit.support.desk import code_of
from tests.unit.support.examples import (
    AT,
    CLOCK_STARTED,
    HOUR,
    REGISTERED,
    W,
)

PROMISED = {"promised_until": (AT + HOUR).isoformat()}


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
        ("contact-attempts", {"channel": "phone", "outcome": "no_answer", **PROMISED}),
        ("customer-notice", {**TOLD, "about": "progress", "outcome": "unreachable", **PROMISED}),
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


async def test_what_is_not_done_needs_the_reason(desk: WorkDesk) -> None:
    """H-16: nothing counts as a follow-up that does not say why."""
    await desk.do("acceptance")
    answer = await desk.post("progress", {"done": False})
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["detail"] == "say in reason why it is not done"
    assert (await desk.do("progress", {"done": True}))["follow_ups"] == 0


async def test_what_is_no_json_is_refused(desk: WorkDesk) -> None:
    url = f"{WORK_ORDERS}/{W}/acceptance"
    json = {"Content-Type": "application/json"}
    assert code_of(await desk.client.post(url, content=b"{", headers=json)) == (400, "not-json")
    answer = await desk.client.post(url, content=b"{}", headers={"Content-Type": "text/plain"})
    assert code_of(answer) == (415, "unsupported-media-type")


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
