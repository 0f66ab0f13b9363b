"""What may be agreed with the customer, and when."""

from dataclasses import replace as with_changes
from datetime import timedelta

import msgspec

from services.dispatch.domain import agreement_errors, errors
from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import Appointment
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPTED,
    APPOINT,
    APPOINTED,
    COMPLETE,
    COMPLETED,
    EXTEND,
    EXTENDED,
    MISS,
    MISSED,
    OFFERED,
    RESUME,
    RESUMED,
    SUSPEND,
    SUSPENDED,
)
from tests.unit.support.examples import AT, HOUR, TEXT

ticket = DeciderSpec(TICKET)
IN_WORK = OFFERED, ACCEPTED


def test_where_the_pack_knows_no_longer_times_none_is_agreed() -> None:
    """T-04."""
    command = with_changes(EXTEND, offered=False)
    ticket.given(OFFERED, ACCEPTED).when(command).then_raises(
        agreement_errors.ExtensionNotOfferedError
    )


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
        ticket.given(*past).when(other).then_raises(agreement_errors.ExtensionNotLongerError)
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
    ticket.given(*IN_WORK).when(late).then_raises(agreement_errors.ConsentMissingError)
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


def test_work_does_not_rest_for_what_pauses_no_clock_of_the_pack() -> None:
    """T-04."""
    ticket.given(*IN_WORK).when(with_changes(SUSPEND, offered=False)).then_raises(
        agreement_errors.SuspensionNotOfferedError
    )


def test_work_that_rests_for_one_reason_is_not_suspended_for_another() -> None:
    other = with_changes(SUSPEND, reason="force_majeure")
    ticket.given(*IN_WORK, SUSPENDED).when(other).then_raises(agreement_errors.SuspendedError)


def test_work_is_not_resumed_before_it_was_suspended() -> None:
    late = msgspec.structs.replace(SUSPENDED, at=AT + 2 * HOUR)
    ticket.given(*IN_WORK, late).when(RESUME).then_raises(agreement_errors.BeforeSuspensionError)


def test_what_rests_is_not_completed() -> None:
    ticket.given(*IN_WORK, SUSPENDED).when(COMPLETE).then_raises(agreement_errors.SuspendedError)
    ticket.given(*IN_WORK, SUSPENDED, RESUMED).when(COMPLETE).then(COMPLETED)


def test_an_appointment_is_agreed() -> None:
    """C-04."""
    state = ticket.given(*IN_WORK).when(APPOINT).then(APPOINTED)
    appointment = Appointment(from_at=AT + 24 * HOUR, until=AT + 26 * HOUR)
    assert work_orders_of(state)[0].appointment == appointment
    ticket.given(*IN_WORK, APPOINTED).when(APPOINT).then_nothing()


def test_a_new_time_needs_the_reason_and_the_customers_consent() -> None:
    """C-04."""
    past = *IN_WORK, APPOINTED
    other = with_changes(APPOINT, from_at=AT + 25 * HOUR)
    stands = agreement_errors.AppointmentStandsError
    ticket.given(*past).when(other).then_raises(stands)
    ticket.given(*past).when(with_changes(other, reason=TEXT)).then_raises(stands)
    ticket.given(*past).when(with_changes(other, customer_agreed=True)).then_raises(stands)
    explained = with_changes(other, reason=TEXT, customer_agreed=True)
    agreed = msgspec.structs.replace(
        APPOINTED, from_at=AT + 25 * HOUR, reason=TEXT, customer_agreed=True
    )
    ticket.given(*past).when(explained).then(agreed)


def test_an_appointment_ends_after_it_begins_and_within_ten_years() -> None:
    """C-04."""
    for begin, end in ((26, 26), (27, 26), (-2, 0), (1, 24 * 3654)):
        command = with_changes(APPOINT, from_at=AT + begin * HOUR, until=AT + end * HOUR)
        ticket.given(*IN_WORK).when(command).then_raises(errors.ImplausibleTimeError)


def test_an_appointment_is_missed_once_its_time_has_begun() -> None:
    """C-05."""
    past = *IN_WORK, APPOINTED
    early = with_changes(MISS, at=AT + 23 * HOUR)
    ticket.given(*past).when(early).then_raises(agreement_errors.AppointmentNotBegunError)
    state = ticket.given(*past).when(MISS).then(MISSED)
    order = work_orders_of(state)[0]
    assert (order.appointment, len(order.missed_appointments)) == (None, 1)
    ticket.given(*past, MISSED).when(MISS).then_nothing()
    later = with_changes(MISS, at=AT + 25 * HOUR)
    ticket.given(*past, MISSED).when(later).then_raises(agreement_errors.NoAppointmentError)


def test_who_finds_nobody_leaves_a_note() -> None:
    """C-05."""
    silent = with_changes(MISS, note_left=False)
    ticket.given(*IN_WORK, APPOINTED).when(silent).then_raises(agreement_errors.NoteMissingError)


def test_after_a_missed_appointment_another_is_agreed_like_the_first() -> None:
    """C-04."""
    again = with_changes(APPOINT, from_at=AT + 30 * HOUR, until=AT + 31 * HOUR)
    agreed = msgspec.structs.replace(APPOINTED, from_at=AT + 30 * HOUR, until=AT + 31 * HOUR)
    ticket.given(*IN_WORK, APPOINTED, MISSED).when(again).then(agreed)
