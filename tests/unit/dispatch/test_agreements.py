"""What may be agreed with the customer, and when."""

from dataclasses import replace as with_changes
from datetime import timedelta

import msgspec

from services.dispatch.domain import errors
from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPTED,
    COMPLETE,
    COMPLETED,
    EXTEND,
    EXTENDED,
    OFFERED,
    RESUME,
    RESUMED,
    SUSPEND,
    SUSPENDED,
)
from tests.unit.support.examples import AT, HOUR

ticket = DeciderSpec(TICKET)
IN_WORK = OFFERED, ACCEPTED


def test_a_longer_time_is_agreed_on_with_the_customers_consent() -> None:
    """T-04."""
    state = ticket.given(*IN_WORK).when(EXTEND).then(EXTENDED)
    extension = work_orders_of(state)[0].extension
    assert extension is not None
    assert (extension.until, extension.consent_at) == (AT + 24 * HOUR, AT)
    ticket.given(*IN_WORK, EXTENDED).when(EXTEND).then_nothing()


def test_a_longer_time_is_later_than_the_one_that_stands() -> None:
    """T-04."""
    past = *IN_WORK, EXTENDED
    for until in (AT + 24 * HOUR, AT + 23 * HOUR):
        other = with_changes(EXTEND, until=until, consent_means="email")
        ticket.given(*past).when(other).then_raises(errors.ExtensionNotLongerError)
    longer = with_changes(EXTEND, until=AT + 25 * HOUR)
    extended = msgspec.structs.replace(EXTENDED, until=AT + 25 * HOUR)
    ticket.given(*past).when(longer).then(extended)


def test_a_longer_time_lies_ahead_and_within_ten_years() -> None:
    """T-04."""
    for until in (AT, AT - HOUR, AT + timedelta(days=3654)):
        command = with_changes(EXTEND, until=until)
        ticket.given(*IN_WORK).when(command).then_raises(errors.ImplausibleTimeError)


def test_the_consent_comes_before_the_longer_time_and_after_the_ticket() -> None:
    """T-04."""
    late = with_changes(EXTEND, consent_at=AT + HOUR)
    ticket.given(*IN_WORK).when(late).then_raises(errors.ConsentMissingError)
    early = with_changes(EXTEND, consent_at=AT - HOUR)
    ticket.given(*IN_WORK).when(early).then_raises(errors.BeforeTicketError)


def test_work_rests_until_it_is_resumed() -> None:
    state = ticket.given(*IN_WORK).when(SUSPEND).then(SUSPENDED)
    assert work_orders_of(state)[0].suspension is not None
    state = ticket.given(*IN_WORK, SUSPENDED).when(RESUME).then(RESUMED)
    assert work_orders_of(state)[0].suspension is None
    later = msgspec.structs.replace(SUSPENDED, at=AT + 2 * HOUR)
    again = with_changes(SUSPEND, at=AT + 2 * HOUR)
    ticket.given(*IN_WORK, SUSPENDED, RESUMED).when(again).then(later)


def test_suspending_or_resuming_twice_decides_nothing() -> None:
    ticket.given(*IN_WORK, SUSPENDED).when(SUSPEND).then_nothing()
    ticket.given(*IN_WORK).when(RESUME).then_nothing()
    ticket.given(*IN_WORK, SUSPENDED, RESUMED).when(RESUME).then_nothing()


def test_work_that_rests_for_one_reason_is_not_suspended_for_another() -> None:
    other = with_changes(SUSPEND, reason="force_majeure")
    ticket.given(*IN_WORK, SUSPENDED).when(other).then_raises(errors.AlreadySuspendedError)


def test_work_is_not_resumed_before_it_was_suspended() -> None:
    late = msgspec.structs.replace(SUSPENDED, at=AT + 2 * HOUR)
    ticket.given(*IN_WORK, late).when(RESUME).then_raises(errors.BeforeSuspensionError)


def test_what_rests_is_not_completed() -> None:
    ticket.given(*IN_WORK, SUSPENDED).when(COMPLETE).then_raises(errors.SuspendedError)
    ticket.given(*IN_WORK, SUSPENDED, RESUMED).when(COMPLETE).then(COMPLETED)
