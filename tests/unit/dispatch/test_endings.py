"""How a ticket ends for its departments, and comes back, in whatever order that is heard."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from services.dispatch.domain.stages import Ended, InHand, work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrderState
from shared.contracts.dispatch import CancelReason, WorkOrderCancelled
from shared.contracts.terms import Event
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPTED,
    ASKED,
    CLOSED,
    COMPLETED,
    OFFER,
    OFFERED,
    OFFERED_AGAIN,
    PAST,
    RECTIFY,
    REOPENED,
    W2,
    WITHDRAWN,
    H,
    cancel,
    cancelled,
    kept,
)
from tests.unit.dispatch.service import DispatchEars, ears
from tests.unit.support.examples import AT, CASE, HOUR, REGISTERED

ticket = DeciderSpec(TICKET)
REOPEN = replace(RECTIFY, reopened=True)
OPEN: tuple[WorkOrderState, ...] = ("offered", "accepted", "in_arbitration", "completed")
WINNING: tuple[CancelReason, ...] = ("withdrawn", "merged")


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[DispatchEars]:
    async with ears(tmp_path) as found:
        yield found


async def states(heard: DispatchEars) -> list[tuple[int, str]]:
    return [(order.round, order.state) for order in work_orders_of(await heard.ticket())]


@pytest.mark.parametrize("reason", WINNING)
@pytest.mark.parametrize("state", OPEN)
def test_withdrawn_and_merged_win_in_each_open_state(
    state: WorkOrderState, reason: CancelReason
) -> None:
    """Also of what is completed while nobody told the customer yet."""
    gone = cancelled(reason, AT + HOUR)
    ended = ticket.given(*PAST[state]).when(cancel(reason, 0)).then(gone)
    assert isinstance(ended, Ended)
    ticket.given(*PAST[state], gone).when(replace(RECTIFY, round=3), cancel("closed")).then(
        *([kept("rectification_ordered", 3, CASE)] if reason == "merged" else [])
    )


@pytest.mark.parametrize("reason", WINNING)
@pytest.mark.parametrize("state", ["notified", "cancelled"])
def test_withdrawn_and_merged_win_where_nothing_is_open(
    state: WorkOrderState, reason: CancelReason
) -> None:
    ended = ticket.given(*PAST[state]).when(cancel(reason, 0)).then(kept(reason, 0))
    assert isinstance(ended, Ended)


@pytest.mark.parametrize("reason", WINNING)
def test_who_helps_need_not_any_more_and_who_has_helped_has(reason: CancelReason) -> None:
    """T-08."""
    before = OFFERED, ACCEPTED, ASKED
    main = cancelled(reason, AT + HOUR)
    helping = msgspec.structs.replace(main, work_order_id=H, role="help")
    ticket.given(*before).when(cancel(reason, 0)).then(main, helping)
    helped = msgspec.structs.replace(COMPLETED, work_order_id=H, role="help")
    ticket.given(*before, helped).when(cancel(reason, 0)).then(main)


def test_a_reopening_before_the_registration_is_kept_as_what_it_is() -> None:
    ticket.given().when(REOPEN, REOPEN).then(kept("reopened", 2, CASE))


def test_a_ticket_closed_and_reopened_before_its_registration_goes_on() -> None:
    past = kept("closed"), kept("reopened", 2, CASE)
    again = msgspec.structs.replace(OFFERED_AGAIN, rule="reopening", at=OFFER.at)
    state = ticket.given(*past).when(OFFER).then(OFFERED, cancelled("closed", AT + HOUR), again)
    assert isinstance(state, InHand)


def test_the_closing_of_a_round_before_the_reopening_ends_that_round_alone() -> None:
    reopened = msgspec.structs.replace(OFFERED_AGAIN, rule="reopening")
    state = (
        ticket.given(OFFERED, reopened).when(cancel("closed")).then(cancelled("closed", AT + HOUR))
    )
    assert isinstance(state, InHand)
    assert [order.state for order in work_orders_of(state)] == ["cancelled", "offered"]
    ticket.given(*PAST["notified"], reopened).when(cancel("closed")).then_nothing()


def test_the_closing_of_the_round_that_it_was_reopened_for_ends_the_ticket() -> None:
    reopened = msgspec.structs.replace(OFFERED_AGAIN, rule="reopening")
    second = WorkOrderCancelled(
        work_order_id=W2, ticket_id=OFFERED.ticket_id, round=2, reason="closed", at=AT + HOUR
    )
    past = *PAST["notified"], reopened
    assert isinstance(ticket.given(*past).when(cancel("closed", 2)).then(second), Ended)


@pytest.mark.parametrize("order", list(permutations([REGISTERED, CLOSED, REOPENED])))
async def test_a_reopened_ticket_is_at_its_department_in_every_order(
    heard: DispatchEars, order: Sequence[Event]
) -> None:
    await heard.hear(*order)
    assert isinstance(await heard.ticket(), InHand)
    assert await states(heard) == [(1, "cancelled"), (2, "offered")]
    assert work_orders_of(await heard.ticket())[1].rule == "reopening"


@pytest.mark.parametrize("place", range(3))
async def test_a_reopened_ticket_that_is_withdrawn_has_nothing_open(
    heard: DispatchEars, place: int
) -> None:
    """Intake's own order; only the registration may come late."""
    events: list[Event] = [REOPENED, WITHDRAWN]
    events.insert(place, REGISTERED)
    await heard.hear(*events)
    assert isinstance(await heard.ticket(), Ended)
    assert await states(heard) == [(1, "cancelled"), (2, "cancelled")]
