"""What dispatch does about a ticket that is another matter than it was taken for."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace as with_changes
from itertools import permutations
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain.stages import Ended, find_order, work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrderState
from shared.contracts import intake
from shared.contracts.dispatch import CaseChanged, CustomerNotified, DispatchEvent, TakenOver
from shared.contracts.terms import Event
from shared.messaging.envelope import Cause
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    ASKED,
    CHANGE_CASE,
    COMPLETE,
    MANAGER,
    NOTIFY,
    OFFER,
    OFFERED,
    OFFERED_AGAIN,
    PAST,
    RECTIFICATION,
    RECTIFY,
    REOPENED,
    SEVERE,
    TAKEN_OVER,
    H,
    cancelled,
    kept,
)
from tests.unit.dispatch.service import DispatchEars, ears
from tests.unit.support.examples import AT, CASE, HOUR, REGISTERED, TEXT, T, W

RECLASSIFIED = intake.TicketReclassified(
    ticket_id=T,
    case=SEVERE,
    previous_kind="complaint",
    previous_severity="general",
    previous_category="billing",
    reason=TEXT,
    at=AT,
)
TAKEN = msgspec.structs.replace(TAKEN_OVER, at=AT + HOUR)
CAUSE = Cause(actor="xu-lei", correlation_id=UUID(int=1))
ticket = DeciderSpec(TICKET)


def noted(*open_orders: UUID, in_round: int = 1) -> CaseChanged:
    return CaseChanged(
        ticket_id=T,
        round=in_round,
        case=SEVERE,
        work_order_ids=open_orders,
        at=AT,
    )


@pytest.mark.parametrize("state", ["offered", "accepted"])
def test_a_matter_that_becomes_severe_is_the_manager_s_at_once(state: WorkOrderState) -> None:
    """H-07."""
    left = ticket.given(*PAST[state]).when(CHANGE_CASE).then(noted(W), TAKEN)
    order = find_order(left, W)
    assert (order.case, order.handler, order.level) == (SEVERE, "gao-feng", "manager")
    assert order.state == state


def test_one_that_is_in_arbitration_is_left_to_the_centre() -> None:
    left = ticket.given(*PAST["in_arbitration"]).when(CHANGE_CASE).then(noted(W))
    assert find_order(left, W).case == SEVERE


def test_one_that_is_completed_is_the_manager_s_in_the_next_round() -> None:
    """H-07: nothing is left to take over, but the customer may not be satisfied."""
    left = ticket.given(*PAST["completed"]).when(CHANGE_CASE).then(noted(W))
    again = msgspec.structs.replace(OFFERED_AGAIN, case=SEVERE, handler="gao-feng")
    rectify = with_changes(RECTIFY, manager_takes=MANAGER)
    assert TICKET.decide(rectify, left) == [again]


def test_who_took_over_what_is_severe_keeps_it_in_the_next_round() -> None:
    """H-07, U-01: a level above is not undone by the department's manager."""
    taken = msgspec.structs.replace(
        TAKEN, level="province", handler="ren-jie", department="province-service"
    )
    severe = msgspec.structs.replace(OFFERED, case=SEVERE)
    again = msgspec.structs.replace(
        OFFERED_AGAIN, case=SEVERE, department="province-service", handler="ren-jie"
    )
    people = {"billing": "gao-feng", "province-service": "lu-ping"}
    manager = with_changes(MANAGER, people=people)
    rectify = with_changes(RECTIFY, case=SEVERE, manager_takes=manager)
    ticket.given(severe, taken).when(rectify).then(again)


def test_later_rounds_are_what_the_matter_became_whatever_revisit_knew() -> None:
    """H-20: revisit was told of the case before; what is over stays what it was."""
    left = ticket.given(*PAST["notified"]).when(CHANGE_CASE, RECTIFY)
    again = msgspec.structs.replace(OFFERED_AGAIN, case=SEVERE, handler="xu-lei")
    assert [order.case for order in work_orders_of(left.then(noted(), again))] == [CASE, SEVERE]


def test_a_reopening_says_itself_what_the_matter_is() -> None:
    past = *PAST["notified"], noted(), kept("closed")
    again = msgspec.structs.replace(OFFERED_AGAIN, rule="reopening", handler="xu-lei")
    ticket.given(*past).when(with_changes(RECTIFY, reopened=True)).then(again)


def test_who_helps_learns_of_it_too() -> None:
    """T-08: the department that helps keeps its own handler."""
    left = ticket.given(OFFERED, ACCEPTED, ASKED).when(CHANGE_CASE).then(noted(W, H), TAKEN)
    assert (find_order(left, H).case, find_order(left, H).handler) == (SEVERE, None)


@pytest.mark.parametrize(
    "past",
    [
        (OFFERED, msgspec.structs.replace(TAKEN, level="province", handler="ren-jie")),
        (OFFERED, TAKEN),
        (msgspec.structs.replace(OFFERED, case=msgspec.structs.replace(CASE, severity="complex")),),
        (msgspec.structs.replace(OFFERED, department="key-accounts"),),
    ],
)
def test_what_is_as_high_already_or_has_no_such_manager_is_not_taken_over(
    past: tuple[DispatchEvent, ...],
) -> None:
    ticket.given(*past).when(CHANGE_CASE).then(noted(W))


def test_a_reclassification_that_is_not_severe_is_taken_over_by_nobody() -> None:
    other = msgspec.structs.replace(CASE, kind="fault_report")
    changed = msgspec.structs.replace(noted(W), case=other)
    ticket.given(OFFERED).when(with_changes(CHANGE_CASE, case=other)).then(changed)


def test_a_reclassification_told_twice_decides_nothing() -> None:
    ticket.given(OFFERED).when(CHANGE_CASE, CHANGE_CASE).then(noted(W), TAKEN)
    ticket.given().when(CHANGE_CASE, CHANGE_CASE).then(noted(in_round=0))


def test_back_to_what_it_was_is_a_reclassification_too() -> None:
    back = with_changes(CHANGE_CASE, case=CASE)
    left = ticket.given(OFFERED, noted(W)).when(back)
    left.then(msgspec.structs.replace(noted(W), case=CASE))
    assert find_order(left.state, W).case == CASE


def test_a_ticket_that_ended_is_nothing_else_any_more() -> None:
    ended = ticket.given(OFFERED, cancelled("withdrawn")).when(CHANGE_CASE).then_nothing()
    assert isinstance(ended, Ended)


def test_what_is_heard_before_the_registration_is_offered_as_what_it_became() -> None:
    """H-07: to the manager, whoever the registration alone would have named."""
    offer = with_changes(OFFER, manager_takes=MANAGER)
    offered = msgspec.structs.replace(OFFERED, case=SEVERE, handler="gao-feng")
    again = msgspec.structs.replace(OFFERED_AGAIN, case=SEVERE, handler="gao-feng", at=OFFER.at)
    past = noted(in_round=0), kept("rectification_ordered", 2, CASE)
    ticket.given(*past).when(offer).then(offered, again)


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[DispatchEars]:
    async with ears(tmp_path) as found:
        yield found


@pytest.mark.parametrize("order", list(permutations([REGISTERED, RECLASSIFIED, RECTIFICATION])))
async def test_every_open_round_is_the_new_matter_in_every_order(
    heard: DispatchEars, order: Sequence[Event]
) -> None:
    """H-07: and the manager's."""
    await heard.hear(*order)
    rows = [row.order for row in await heard.rows()]
    assert [row.case for row in rows if row] == [SEVERE, SEVERE]
    assert [one.case for one in work_orders_of(await heard.ticket())] == [SEVERE, SEVERE]
    assert {row.handler for row in rows if row and row.round == 2} == {"gao-feng"}


async def test_the_list_follows_the_new_matter(heard: DispatchEars) -> None:
    await heard.hear(REGISTERED, RECLASSIFIED)
    [row] = await heard.rows()
    _, version = await heard.service.tickets.load(T)
    assert row.order is not None
    assert (row.order.case.severity, row.order.handler) == ("major", "gao-feng")
    assert row.version == version == 3


async def test_the_manager_complained_about_takes_nothing_over(heard: DispatchEars) -> None:
    """H-07, C-10."""
    await heard.hear(msgspec.structs.replace(REGISTERED, against_person="Gao-Feng"), RECLASSIFIED)
    assert [one.handler for one in await heard.said(TakenOver)] == ["shen-guoqiang"]


async def test_the_notice_tells_the_others_what_the_matter_became(heard: DispatchEars) -> None:
    """So the call-back, and a next round, follow it."""
    await heard.hear(REGISTERED, RECLASSIFIED)
    taker = with_changes(ACCEPT, handler="gao-feng")
    for command in (taker, COMPLETE, NOTIFY):
        await heard.service.tickets.handle(T, command, CAUSE)
    assert [one.case for one in await heard.said(CustomerNotified)] == [SEVERE]


async def test_earlier_rounds_show_the_version_of_a_reclassification(heard: DispatchEars) -> None:
    await heard.hear(REGISTERED, RECTIFICATION, RECLASSIFIED)
    _, version = await heard.service.tickets.load(T)
    assert {row.version for row in await heard.rows()} == {version}


async def test_a_reopened_ticket_is_what_intake_says(heard: DispatchEars) -> None:
    closed = intake.TicketClosed(ticket_id=T, round=1, closed_as="solved", at=AT + HOUR)
    await heard.hear(
        REGISTERED, RECLASSIFIED, closed, msgspec.structs.replace(REOPENED, case=SEVERE)
    )
    assert work_orders_of(await heard.ticket())[-1].case == SEVERE
