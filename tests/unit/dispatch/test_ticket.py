"""What dispatch decides about a ticket's work orders."""

from dataclasses import replace as with_changes
from typing import get_args

import msgspec
import pytest

from services.dispatch.domain import errors
from services.dispatch.domain.stages import Ended, work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrderState, work_order_id
from shared.contracts.dispatch import CancelReason
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    NOTIFY,
    OFFER,
    OFFERED,
    OFFERED_AGAIN,
    PAST,
    RECTIFY,
    TRANSFERRED,
    W2,
    cancel,
    cancelled,
    kept,
)
from tests.unit.support.examples import AT, CASE, HOUR, T

ticket = DeciderSpec(TICKET)


def test_every_state_has_its_past() -> None:
    assert set(PAST) == set(get_args(WorkOrderState))
    for state, past in PAST.items():
        assert [order.state for order in work_orders_of(TICKET.fold(past))] == [state]


def test_a_registered_ticket_is_offered_at_once() -> None:
    """H-04."""
    ticket.given().when(OFFER).then(OFFERED)


def test_offering_a_ticket_twice_decides_nothing() -> None:
    for past in PAST.values():
        ticket.given(*past).when(OFFER).then_nothing()


def test_the_same_round_and_role_are_the_same_work_order() -> None:
    assert OFFERED.work_order_id == work_order_id(T, 1)
    assert len({work_order_id(T, 1), work_order_id(T, 2), work_order_id(T, 1, "help")}) == 3


def test_an_unsolved_ticket_goes_back_to_the_department_responsible_before() -> None:
    """H-20."""
    handled = msgspec.structs.replace(OFFERED_AGAIN, handler="xu-lei")
    ticket.given(*PAST["notified"]).when(RECTIFY).then(handled)


def test_a_rectification_follows_the_last_transfer() -> None:
    """H-20."""
    again = msgspec.structs.replace(OFFERED_AGAIN, department="key-accounts")
    ticket.given(OFFERED, TRANSFERRED).when(RECTIFY).then(again)


def test_a_rectification_ordered_twice_decides_nothing() -> None:
    ticket.given(*PAST["notified"], OFFERED_AGAIN).when(RECTIFY).then_nothing()


def test_each_round_is_worked_on_by_itself() -> None:
    """H-20."""
    accept = with_changes(ACCEPT, work_order_id=W2)
    accepted = msgspec.structs.replace(ACCEPTED, work_order_id=W2, round=2)
    state = ticket.given(*PAST["notified"], OFFERED_AGAIN).when(accept).then(accepted)
    assert [order.state for order in work_orders_of(state)] == ["notified", "accepted"]


def test_what_comes_before_the_registration_is_kept() -> None:
    ticket.given().when(RECTIFY).then(kept("rectification_ordered", 2, CASE))
    ticket.given().when(cancel("withdrawn", 0)).then(kept("withdrawn", 0))
    ticket.given().when(cancel("answered")).then(kept("answered"))


def test_what_is_kept_is_kept_once() -> None:
    ticket.given(kept("rectification_ordered", 2, CASE)).when(RECTIFY).then_nothing()
    ticket.given(kept("answered")).when(cancel("answered")).then_nothing()


def test_what_was_kept_is_decided_on_when_the_registration_comes() -> None:
    """H-20: the rectification of an answer that was given at once."""
    past = kept("answered"), kept("rectification_ordered", 2, CASE)
    again = msgspec.structs.replace(OFFERED_AGAIN, at=OFFER.at)
    state = ticket.given(*past).when(OFFER).then(OFFERED, cancelled("answered", AT + HOUR), again)
    assert [order.state for order in work_orders_of(state)] == ["cancelled", "offered"]


def test_a_ticket_withdrawn_before_it_is_offered_ends_at_once() -> None:
    state = ticket.given(kept("withdrawn", 0)).when(OFFER)
    ended = state.then(OFFERED, cancelled("withdrawn", AT + HOUR))
    assert isinstance(ended, Ended)


def test_an_answer_to_a_round_not_ordered_yet_waits_for_it() -> None:
    past = *PAST["notified"], kept("answered", 2)
    again = msgspec.structs.replace(OFFERED_AGAIN, handler="xu-lei")
    gone = msgspec.structs.replace(cancelled("answered", AT + HOUR), work_order_id=W2, round=2)
    ticket.given(*PAST["notified"]).when(cancel("answered", 2)).then(kept("answered", 2))
    ticket.given(*past).when(cancel("answered", 2)).then_nothing()
    ticket.given(*past).when(RECTIFY).then(again, gone)


@pytest.mark.parametrize("state", ["offered", "accepted", "in_arbitration", "completed"])
def test_an_answer_at_once_cancels_the_open_work_order_of_its_round(state: WorkOrderState) -> None:
    """H-08, H-11."""
    answered = cancelled("answered", AT + HOUR)
    ticket.given(*PAST[state]).when(cancel("answered")).then(answered)


def test_an_answer_to_a_round_already_notified_changes_nothing() -> None:
    for state in ("notified", "cancelled"):
        ticket.given(*PAST[state]).when(cancel("answered")).then_nothing()


def test_an_answer_leaves_other_rounds_alone() -> None:
    ticket.given(OFFERED, OFFERED_AGAIN).when(cancel("answered")).then(
        cancelled("answered", AT + HOUR)
    )


@pytest.mark.parametrize("reason", ["withdrawn", "merged", "closed"])
def test_a_ticket_that_ends_cancels_what_is_open(reason: CancelReason) -> None:
    command = with_changes(cancel("closed"), reason=reason)
    gone = msgspec.structs.replace(cancelled("closed", AT + HOUR), reason=reason)
    second = msgspec.structs.replace(gone, work_order_id=W2, round=2)
    state = ticket.given(OFFERED, OFFERED_AGAIN).when(command).then(gone, second)
    assert isinstance(state, Ended)


def test_an_end_with_nothing_open_is_kept() -> None:
    state = ticket.given(*PAST["notified"]).when(cancel("closed")).then(kept("closed"))
    assert isinstance(state, Ended)


def test_after_the_end_nothing_is_offered() -> None:
    """Withdrawn wins over a rectification that comes late."""
    past = *PAST["notified"], kept("withdrawn", 0)
    ticket.given(*past).when(RECTIFY).then_nothing()
    ticket.given(*past).when(cancel("withdrawn", 0)).then_nothing()
    ticket.given(*past).when(cancel("closed")).then_nothing()


def test_after_the_end_nothing_can_be_done() -> None:
    past = *PAST["notified"], kept("closed")
    late = with_changes(NOTIFY, about="progress")
    ticket.given(*past).when(late).then_raises(errors.TicketClosedError)


def test_a_cancelled_work_order_says_so_even_after_the_end() -> None:
    past = OFFERED, cancelled("withdrawn")
    ticket.given(*past).when(ACCEPT).then_raises(errors.WorkOrderCancelledError)


def test_a_fact_after_the_end_moves_nothing() -> None:
    past = *PAST["notified"], kept("closed")
    assert TICKET.fold((*past, kept("answered", 2))) == TICKET.fold(past)
    assert TICKET.fold([ACCEPTED]) == TICKET.initial
