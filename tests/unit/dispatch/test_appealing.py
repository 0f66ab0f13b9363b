"""An appeal is a record of its own, which the nation level alone answers (U-12)."""

from dataclasses import replace as with_changes

import msgspec
import pytest

from services.dispatch.domain import agreement_errors, appeal_errors, errors
from services.dispatch.domain.stages import find_order
from services.dispatch.domain.ticket import TICKET
from shared.contracts.dispatch import AppealAnswered
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.appeal_examples import (
    ANSWER,
    APPEAL_ANSWERED,
    APPEALED,
    IN_WORK,
    OFFER_APPEAL,
    TAKEN_ON,
    A,
)
from tests.unit.dispatch.desk import WORK_ORDERS, WorkDesk
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    ANSWERED,
    ASK,
    COMPLETE,
    NOTIFY,
    OFFER,
    OFFERED,
    OFFERED_AGAIN,
    PAST,
    RECTIFICATION,
    RECTIFY,
    REOPENED,
    SUSPENDED,
    TRANSFERRED,
    WITHDRAWN,
    cancel,
    cancelled,
    kept,
)
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, HOUR, LODGED, W

ticket = DeciderSpec(TICKET)
SOLVED = (
    ("acceptance", {"handler": "xu-lei"}),
    ("completion", {"solution": "更换光猫"}),
    ("customer-notice", {"about": "result", "channel": "phone", "outcome": "reached"}),
)
DOWN = msgspec.structs.replace(TRANSFERRED, work_order_id=A, role="appeal")


def test_an_appeal_is_offered_a_work_order_of_its_own() -> None:
    """U-12: whatever becomes of the ticket's own."""
    for past in PAST.values():
        state = ticket.given(*past).when(OFFER_APPEAL).then(APPEALED)
        assert find_order(state, W) == find_order(TICKET.fold(past), W)
        ticket.given(*past, APPEALED).when(OFFER_APPEAL).then_nothing()


def test_the_nation_level_answers_and_that_completes_it() -> None:
    """U-12."""
    state = ticket.given(*IN_WORK).when(ANSWER).then(APPEAL_ANSWERED)
    order = find_order(state, A)
    assert order.appeal is not None
    assert (order.state, order.is_open, order.appeal.outcome) == ("completed", False, "upheld")
    assert find_order(state, W).state == "accepted"


def test_a_lower_level_never_answers_an_appeal() -> None:
    """U-12: it may work on it, and hands it back."""
    past = *IN_WORK, DOWN, msgspec.structs.replace(TAKEN_ON, handler="qin-yao")
    ticket.given(*past).when(ANSWER).then_raises(appeal_errors.NotNationLevelError)
    up = msgspec.structs.replace(DOWN, department="group-service")
    back = msgspec.structs.replace(TAKEN_ON, handler="shi-lan")
    ticket.given(*past, up, back).when(ANSWER).then(APPEAL_ANSWERED)


def test_an_appeal_ends_with_its_answer_alone() -> None:
    """U-12: neither completed nor told, and nothing else is answered so."""
    own = appeal_errors.AppealOrderError
    for command in (COMPLETE, NOTIFY, with_changes(NOTIFY, about="progress")):
        ticket.given(*IN_WORK).when(with_changes(command, work_order_id=A)).then_raises(own)
    other = with_changes(ANSWER, work_order_id=W)
    ticket.given(*IN_WORK).when(other).then_raises(appeal_errors.NotAnAppealError)
    ask = with_changes(ASK, work_order_id=A)
    ticket.given(*IN_WORK).when(ask).then_raises(errors.HelpFromItselfError)


def test_an_appeal_is_answered_once_and_after_somebody_took_it_on() -> None:
    """U-12."""
    ticket.given(OFFERED, APPEALED).when(ANSWER).then_raises(errors.NotAcceptedError)
    past = *IN_WORK, APPEAL_ANSWERED
    ticket.given(*past).when(ANSWER).then_raises(errors.AlreadyCompletedError)
    rests = msgspec.structs.replace(SUSPENDED, work_order_id=A, role="appeal")
    ticket.given(*IN_WORK, rests).when(ANSWER).then_raises(agreement_errors.SuspendedError)
    accept = with_changes(ACCEPT, work_order_id=A, handler="shi-lan")
    ticket.given(OFFERED, ACCEPTED, APPEALED).when(accept).then(TAKEN_ON)


def test_an_appeal_is_not_answered_before_it_was_lodged() -> None:
    """U-12: however late it is entered."""
    later = with_changes(OFFER_APPEAL, lodged_at=AT + HOUR)
    lodged = msgspec.structs.replace(APPEALED, received_at=AT + HOUR)
    ticket.given(OFFERED).when(later).then(lodged)
    past = OFFERED, lodged, TAKEN_ON
    ticket.given(*past).when(ANSWER).then_raises(errors.BeforeTicketError)


def test_what_ends_the_ticket_cancels_the_appeal_and_an_answer_at_once_does_not() -> None:
    """U-12."""
    later = AT + HOUR
    nobody = msgspec.structs.replace(cancelled("withdrawn", later), work_order_id=A, role="appeal")
    ticket.given(OFFERED, APPEALED).when(cancel("withdrawn")).then(
        cancelled("withdrawn", later), nobody
    )
    ticket.given(OFFERED, APPEALED).when(cancel("answered")).then(cancelled("answered", later))
    done = *PAST["notified"], APPEALED, TAKEN_ON, APPEAL_ANSWERED
    ticket.given(*done).when(cancel("closed")).then(kept("closed"))


def test_the_next_round_goes_to_the_department_responsible_and_leaves_the_appeal() -> None:
    """U-12, H-20."""
    past = *PAST["notified"], APPEALED
    again = msgspec.structs.replace(OFFERED_AGAIN, handler="xu-lei")
    state = ticket.given(*past).when(RECTIFY).then(again)
    assert find_order(state, A).state == "offered"


def test_an_appeal_of_a_ticket_that_has_ended_or_was_never_heard_of_is_nobodys() -> None:
    ticket.given(*PAST["notified"], kept("withdrawn")).when(OFFER_APPEAL).then_nothing()
    ticket.given().when(OFFER_APPEAL).then_raises(errors.WorkOrderNotFoundError)
    ticket.given().when(OFFER, OFFER_APPEAL).then(OFFERED, APPEALED)


async def test_an_appeal_goes_to_the_nation_level_of_the_directory(desk: WorkDesk) -> None:
    """U-12."""
    await desk.heard.hear(LODGED, LODGED)
    shown = (await desk.show(order=A)).json()
    assert (shown["role"], shown["department"], shown["rule"]) == (
        "appeal",
        "group-service",
        "appeal",
    )
    appeal = {"appeal_id": str(LODGED.appeal_id), "through": "通信管理局", "outcome": None}
    assert shown["appeal"] == appeal
    assert [one["role"] for one in await desk.items(WORK_ORDERS, department="group-service")] == [
        "appeal"
    ]


async def test_who_answers_an_appeal_leaves_the_text_in_the_vault(desk: WorkDesk) -> None:
    """U-12."""
    await desk.heard.hear(LODGED)
    body = {"text": "经复核，予以支持。", "outcome": "upheld"}
    shi = desk.key("shi-lan", "work:write", departments=("group-service",))
    assert code_of(await desk.post("appeal-answer", body, order=W)) == (409, "not-an-appeal")
    await desk.post("acceptance", {}, shi, order=A)
    early = await desk.post("completion", {"solution": "x"}, shi, order=A)
    assert code_of(early) == (409, "appeal-order")
    done = await desk.post("appeal-answer", body, shi, order=A)
    assert (done.status_code, done.json()["state"]) == (200, "completed")
    assert done.json()["appeal"]["outcome"] == "upheld"
    [said] = await desk.heard.said(AppealAnswered)
    assert (said.appeal_id, said.department) == (LODGED.appeal_id, "group-service")
    [text] = (await desk.show(order=A)).json()["texts"]
    assert (text["field"], text["text"]) == ("text", "经复核，予以支持。")


@pytest.mark.parametrize("department", ["province-service", "quality-centre"])
async def test_transferred_below_it_is_not_answered(desk: WorkDesk, department: str) -> None:
    """U-12."""
    await desk.heard.hear(LODGED)
    body = {"department": department, "reason": "请核实"}
    await desk.post("transfer", body, {"If-Match": '"2"'}, order=A)
    await desk.post("acceptance", {}, order=A)
    answer = await desk.post("appeal-answer", {"text": "x", "outcome": "rejected"}, order=A)
    assert code_of(answer) == (409, "not-nation-level")


async def test_a_withdrawn_ticket_has_no_open_appeal(desk: WorkDesk) -> None:
    """U-12."""
    await desk.heard.hear(LODGED, WITHDRAWN)
    assert (await desk.show(order=A)).json()["state"] == "cancelled"


async def test_an_answer_at_once_and_a_reopening_leave_it_where_it_is(desk: WorkDesk) -> None:
    """U-12."""
    await desk.heard.hear(LODGED, ANSWERED, REOPENED)
    states = {one["role"]: one["state"] for one in await desk.items(WORK_ORDERS, state="offered")}
    assert states == {"main": "offered", "appeal": "offered"}


async def test_an_appeal_and_the_round_that_it_is_lodged_in_come_in_either_order(
    desk: WorkDesk,
) -> None:
    """U-12, H-20: intake heard of the rectification first, dispatch perhaps not."""
    for path, body in SOLVED:
        await desk.do(path, body)
    appeal = msgspec.structs.replace(LODGED, round=2)
    await desk.heard.hear(appeal, RECTIFICATION, appeal)
    found = await desk.items(WORK_ORDERS, state="offered")
    assert {(one["role"], one["round"]) for one in found} == {("main", 2), ("appeal", 2)}
    assert {one["version"] for one in found} == {6}
