"""What the customer is told of a round, or could not be told."""

from dataclasses import replace as with_changes

import pytest

from services.dispatch.domain import errors
from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrderState
from shared.contracts.dispatch import NoticeAbout
from shared.packs import Attempts, Duration
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPTED,
    NOTIFY,
    OFFERED,
    PAST,
    VERIFIED,
    attempted,
    notified,
)
from tests.unit.support.examples import AT, HOUR

ticket = DeciderSpec(TICKET)
UNREACHABLE = with_changes(NOTIFY, outcome="unreachable", at=AT + 3 * HOUR)


def test_a_result_notice_before_completion_is_refused() -> None:
    """H-27."""
    past = OFFERED, ACCEPTED, VERIFIED
    ticket.given(*past).when(NOTIFY).then_raises(errors.NotCompletedError)
    ticket.given(*past).when(UNREACHABLE).then_raises(errors.NotCompletedError)


def test_the_result_is_told_after_completion() -> None:
    """H-27."""
    past = PAST["completed"]
    state = ticket.given(*past).when(NOTIFY).then(notified())
    assert work_orders_of(state)[0].state == "notified"


@pytest.mark.parametrize("about", ["progress", "overdue"])
@pytest.mark.parametrize("state", ["offered", "accepted", "in_arbitration", "completed"])
def test_progress_and_delay_are_told_at_any_time(state: WorkOrderState, about: NoticeAbout) -> None:
    """H-10, H-14."""
    command = with_changes(NOTIFY, about=about)
    after = ticket.given(*PAST[state]).when(command)
    assert [order.state for order in work_orders_of(after.state)] == [state]
    assert len(after.events) == 1
    repeated = ticket.given(*PAST[state], *after.events).when(command)
    repeated.then_nothing()


def test_unreachable_is_said_only_after_the_pack_s_attempts() -> None:
    """C-07, C-08: two calls at least two hours apart."""
    missing = errors.AttemptsMissingError
    first = attempted("no_answer")
    early = attempted("wrong_number", AT + HOUR)
    second = attempted("no_answer", AT + 2 * HOUR)
    given_up = notified(outcome="unreachable", at=AT + 3 * HOUR)
    past = PAST["completed"]
    ticket.given(*past).when(UNREACHABLE).then_raises(missing)
    ticket.given(*past, first).when(UNREACHABLE).then_raises(missing)
    ticket.given(*past, first, early).when(UNREACHABLE).then_raises(missing)
    ticket.given(*past, first, early, second).when(UNREACHABLE).then(given_up)


def test_attempts_before_the_customer_was_last_reached_do_not_count() -> None:
    """C-07."""
    calls = (
        attempted("no_answer"),
        attempted("no_answer", AT + 2 * HOUR),
        attempted("reached", AT + 3 * HOUR),
    )
    past = *PAST["completed"], *calls
    ticket.given(*past).when(UNREACHABLE).then_raises(errors.AttemptsMissingError)


def test_where_the_pack_asks_for_a_visit_only_one_with_a_note_counts() -> None:
    """C-07: still none, straight to the address; nobody home, a note."""
    required = Attempts(calls=2, apart=Duration("2h"), visit=True)
    command = with_changes(UNREACHABLE, before_unreachable=required)
    calls = attempted("no_answer"), attempted("no_answer", AT + 2 * HOUR)
    visit = attempted("nobody_home", AT + 2 * HOUR, "visit")
    noted = attempted("nobody_home", AT + 2 * HOUR, "visit", note_left=True)
    given_up = notified(outcome="unreachable", at=AT + 3 * HOUR)
    past = PAST["completed"]
    missing = errors.AttemptsMissingError
    ticket.given(*past, *calls).when(command).then_raises(missing)
    ticket.given(*past, *calls, visit).when(command).then_raises(missing)
    ticket.given(*past, calls[0], noted).when(command).then_raises(missing)
    ticket.given(*past, *calls, noted).when(command).then(given_up)


def test_a_customer_given_up_may_still_be_reached() -> None:
    past = *PAST["completed"], notified(outcome="unreachable")
    ticket.given(*past).when(UNREACHABLE).then_nothing()
    ticket.given(*past).when(NOTIFY).then(notified())
    ticket.given(*past, notified()).when(NOTIFY).then_nothing()
