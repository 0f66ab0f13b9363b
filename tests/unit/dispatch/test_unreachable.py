"""What counts as a try before a customer is given up: a call on their own number."""

from dataclasses import replace as with_changes
from datetime import timedelta

import pytest

from services.dispatch.domain import errors
from services.dispatch.domain.ticket import TICKET
from shared.contracts.dispatch import ContactOutcome
from shared.contracts.terms import ContactChannel
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import NOTIFY, PAST, attempted, notified
from tests.unit.support.examples import AT, HOUR

ticket = DeciderSpec(TICKET)
UNREACHABLE = with_changes(NOTIFY, outcome="unreachable", at=AT + 3 * HOUR)
GIVEN_UP = notified(outcome="unreachable", at=AT + 3 * HOUR)


@pytest.mark.parametrize(
    ("channel", "outcome"),
    [
        ("sms", "no_answer"),
        ("email", "no_answer"),
        ("app", "refused"),
        ("phone", "wrong_number"),
        ("phone", "nobody_home"),
        ("visit", "nobody_home"),
    ],
)
def test_neither_a_message_nor_a_wrong_number_is_a_call(
    channel: ContactChannel, outcome: ContactOutcome
) -> None:
    """C-07, C-08."""
    called = attempted("no_answer")
    other = attempted(outcome, AT + 2 * HOUR, channel)
    missing = ticket.given(*PAST["completed"], called, other).when(UNREACHABLE)
    missing.then_raises(errors.AttemptsMissingError)


@pytest.mark.parametrize("outcome", ["no_answer", "refused"])
def test_a_call_that_nobody_took_is_one(outcome: ContactOutcome) -> None:
    """C-07, C-08."""
    calls = attempted("no_answer"), attempted(outcome, AT + 2 * HOUR)
    ticket.given(*PAST["completed"], *calls).when(UNREACHABLE).then(GIVEN_UP)


def test_a_try_after_the_notice_proves_nothing() -> None:
    """C-08: however late both are entered; the answer's clock would stop before any try."""
    calls = attempted("no_answer", AT + HOUR), attempted("no_answer", AT + 3 * HOUR)
    before = with_changes(UNREACHABLE, at=AT + 3 * HOUR - timedelta(minutes=2))
    missing = ticket.given(*PAST["completed"], *calls).when(before)
    missing.then_raises(errors.AttemptsMissingError)
    to_the_minute = AT + 3 * HOUR - timedelta(minutes=1)
    given_up = notified(outcome="unreachable", at=to_the_minute)
    told = with_changes(UNREACHABLE, at=to_the_minute)
    ticket.given(*PAST["completed"], *calls).when(told).then(given_up)


def test_who_was_reached_before_the_tries_is_unreachable_whenever_that_is_entered() -> None:
    """C-07."""
    calls = attempted("no_answer", AT + HOUR), attempted("no_answer", AT + 3 * HOUR)
    past = *PAST["completed"], *calls, attempted("reached", AT)
    ticket.given(*past).when(UNREACHABLE).then(GIVEN_UP)


def test_tries_entered_after_the_customer_was_reached_count_where_they_happened() -> None:
    """C-07: before that."""
    calls = attempted("no_answer"), attempted("no_answer", AT + 2 * HOUR)
    missing = ticket.given(*PAST["completed"], attempted("reached", AT + 3 * HOUR), *calls)
    missing.when(UNREACHABLE).then_raises(errors.AttemptsMissingError)
