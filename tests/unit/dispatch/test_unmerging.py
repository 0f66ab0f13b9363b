"""A merger that is taken back leaves no trace in a ticket's work orders, in any order of topics."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain.stages import Ended, InHand, Ticket, work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrder, WorkOrderState
from shared.contracts import sla
from shared.contracts.dispatch import DelayHeard, ProgressMessageSent
from shared.contracts.terms import Event
from shared.messaging.envelope import Cause
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    ASKED,
    COMPLETED,
    DELAY,
    MERGED,
    MESSAGES,
    OFFER,
    OFFERED,
    OFFERED_AGAIN,
    PAST,
    RECTIFICATION,
    RECTIFY,
    UNMERGE,
    UNMERGED,
    H,
    cancel,
    cancelled,
    kept,
)
from tests.unit.dispatch.service import DispatchEars, ears
from tests.unit.support.examples import AT, CASE, DUE_AT, HOUR, REGISTERED, T, W

ticket = DeciderSpec(TICKET)
RESTORED = msgspec.structs.replace(kept("unmerged"), work_order_ids=(W,))
CAUSE = Cause(actor="xu-lei", correlation_id=UUID(int=1))


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[DispatchEars]:
    async with ears(tmp_path) as found:
        yield found


async def states(heard: DispatchEars) -> list[tuple[int, str]]:
    return [(order.round, order.state) for order in work_orders_of(await heard.ticket())]


def but_for_holders(ticket: Ticket) -> tuple[WorkOrder, ...]:
    assert isinstance(ticket, InHand)
    return tuple(replace(order, holders=()) for order in ticket.work_orders)


@pytest.mark.parametrize("state", ["offered", "accepted", "in_arbitration", "completed"])
def test_a_work_order_is_as_it_was_before_the_merger(state: WorkOrderState) -> None:
    """SLA-ENGINE: unmerge goes on as though never merged."""
    past = *PAST[state], cancelled("merged")
    after = ticket.given(*past).when(UNMERGE).then(RESTORED)
    assert but_for_holders(after) == but_for_holders(TICKET.fold(PAST[state]))


def test_while_it_was_merged_nobody_had_it() -> None:
    past = OFFERED, ACCEPTED, cancelled("merged")
    [order] = work_orders_of(ticket.given(*past).when(UNMERGE).then(RESTORED))
    times = [(one.handler, one.from_at, one.until) for one in order.holders]
    assert times[-2:] == [("xu-lei", AT, AT), ("xu-lei", RESTORED.at, None)]


def test_work_orders_that_others_had_ended_stay_so() -> None:
    for state in ("notified", "cancelled"):
        past = *PAST[state], kept("merged", 0)
        unmerged = msgspec.structs.replace(RESTORED, work_order_ids=())
        after = ticket.given(*past).when(UNMERGE).then(unmerged)
        assert after == TICKET.fold(PAST[state])


def test_a_department_that_helped_goes_on_too() -> None:
    """T-08."""
    before = OFFERED, ACCEPTED, ASKED
    helping = msgspec.structs.replace(cancelled("merged"), work_order_id=H, role="help")
    both = msgspec.structs.replace(RESTORED, work_order_ids=(W, H))
    after = ticket.given(*before, cancelled("merged"), helping).when(UNMERGE).then(both)
    assert but_for_holders(after) == but_for_holders(TICKET.fold(before))


def test_help_that_was_given_before_the_merger_stays_given() -> None:
    given = msgspec.structs.replace(COMPLETED, work_order_id=H, role="help")
    before = OFFERED, ACCEPTED, ASKED, given
    ticket.given(*before, cancelled("merged")).when(UNMERGE).then(RESTORED)


def test_a_rectification_ordered_meanwhile_is_offered_then() -> None:
    """H-20."""
    merged = [*PAST["notified"], kept("merged", 0)]
    ticket.given(*merged).when(RECTIFY).then(kept("rectification_ordered", 2, CASE))
    merged.append(kept("rectification_ordered", 2, CASE))
    ticket.given(*merged).when(RECTIFY).then_nothing()
    unmerged = msgspec.structs.replace(RESTORED, work_order_ids=())
    again = msgspec.structs.replace(OFFERED_AGAIN, handler="xu-lei")
    state = ticket.given(*merged).when(UNMERGE).then(unmerged, again)
    assert [order.state for order in work_orders_of(state)] == ["notified", "offered"]


def test_a_delay_heard_meanwhile_is_told_then() -> None:
    """U-14: by what nobody could be told while another ticket went on for it."""
    heard = DelayHeard(ticket_id=T, round=1, at=AT)
    merged = OFFERED, cancelled("merged")
    ticket.given(*merged).when(DELAY, DELAY).then(heard)
    unmerge = replace(UNMERGE, messages=MESSAGES)
    events = ticket.given(*merged, heard).when(unmerge).events
    told = [event.about for event in events if isinstance(event, ProgressMessageSent)]
    assert told == ["delayed"]
    ticket.given(OFFERED, cancelled("withdrawn")).when(DELAY).then_nothing()


def test_a_rectification_of_a_withdrawn_ticket_is_not_kept() -> None:
    ticket.given(OFFERED, cancelled("withdrawn")).when(RECTIFY).then_nothing()


@pytest.mark.parametrize("past", [(), (OFFERED,), (OFFERED, cancelled("withdrawn"))])
def test_where_nothing_was_merged_nothing_is_taken_back(past: tuple[Event, ...]) -> None:
    ticket.given(*past).when(UNMERGE).then_nothing()  # type: ignore[arg-type]


def test_taking_it_back_twice_decides_nothing() -> None:
    ticket.given(OFFERED, cancelled("merged"), RESTORED).when(UNMERGE).then_nothing()


def test_before_the_registration_a_merger_and_its_end_leave_nothing() -> None:
    ticket.given(kept("merged", 0)).when(UNMERGE).then(kept("unmerged", 0))
    past = kept("merged", 0), kept("unmerged", 0)
    ticket.given(*past).when(UNMERGE).then_nothing()
    ticket.given(*past).when(OFFER).then(OFFERED)
    ticket.given(*past).when(cancel("merged", 0)).then(kept("merged", 0))


async def test_a_ticket_merged_twice_and_taken_back_once_has_nothing_open(
    heard: DispatchEars,
) -> None:
    await heard.hear(REGISTERED, MERGED, UNMERGED, MERGED)
    ticket = await heard.ticket()
    assert isinstance(ticket, Ended)
    assert await states(heard) == [(1, "cancelled")]


INTAKE = (REGISTERED, MERGED, UNMERGED)


@pytest.mark.parametrize("place", range(4))
async def test_a_rectification_counts_whenever_it_is_heard(heard: DispatchEars, place: int) -> None:
    """Revisit's topic has no common order with intake's."""
    events = [*INTAKE[:place], RECTIFICATION, *INTAKE[place:]]
    await heard.hear(*events)
    assert isinstance(await heard.ticket(), InHand)
    assert await states(heard) == [(1, "offered"), (2, "offered")]
    assert {row.order.state for row in await heard.rows() if row.order} == {"offered"}


async def test_a_registration_that_was_parked_comes_after_both(heard: DispatchEars) -> None:
    await heard.hear(MERGED, UNMERGED, REGISTERED)
    assert await states(heard) == [(1, "offered")]


async def test_what_is_listed_is_what_can_be_worked_on(heard: DispatchEars) -> None:
    await heard.hear(REGISTERED)
    await heard.service.tickets.handle(T, ACCEPT, CAUSE)
    await heard.hear(MERGED, UNMERGED)
    [row] = await heard.rows()
    assert row.order is not None
    assert (row.order.state, row.order.cancelled_because, row.version) == ("accepted", None, 4)
    assert await heard.log() == [
        "work-order-offered.v1",
        "work-order-accepted.v1",
        "work-order-cancelled.v1",
        "fact-kept.v1",
    ]


async def test_a_clock_that_runs_again_says_by_when(heard: DispatchEars) -> None:
    resumed = sla.ClockResumed(
        ticket_id=T,
        clock="answer",
        round=1,
        occurrence="x",
        reason="unmerged",
        due_at=DUE_AT + HOUR,
        at=AT,
    )
    await heard.hear(REGISTERED, resumed)
    assert [row.due_at for row in await heard.rows()] == [DUE_AT + HOUR]
