"""What intake decides about a ticket."""

from dataclasses import replace as with_changes
from datetime import timedelta

import msgspec
import pytest

from services.intake.domain.commands import AnswerTicket, TicketCommand, WithdrawTicket
from services.intake.domain.errors import (
    AlreadyNotifiedError,
    BeforeTicketError,
    TicketClosedError,
    TicketNotRegisteredError,
    TicketWithdrawnError,
)
from services.intake.domain.ticket import TICKET
from shared.contracts.intake import TicketEvent
from shared.decider import BrokenRuleError
from shared.testing.decider_spec import DeciderSpec
from tests.unit.intake.examples import ANSWER, CLOSE, CLOSED, REGISTER, WITHDRAW, WITHDRAWN
from tests.unit.support.examples import ANSWERED, REGISTERED

ticket = DeciderSpec(TICKET)


def test_a_contact_that_needs_handling_is_registered_as_it_came() -> None:
    """H-03."""
    ticket.given().when(REGISTER).then(REGISTERED)


def test_registering_again_decides_nothing() -> None:
    ticket.given(REGISTERED).when(REGISTER).then_nothing()


def test_a_customer_can_take_the_matter_back() -> None:
    ticket.given(REGISTERED).when(WITHDRAW).then(WITHDRAWN)


def test_taking_it_back_twice_decides_nothing() -> None:
    ticket.given(REGISTERED, WITHDRAWN).when(WITHDRAW).then_nothing()


def test_an_answer_at_once_is_completion_and_notice_in_one() -> None:
    """H-11."""
    ticket.given(REGISTERED).when(ANSWER).then(ANSWERED)


def test_an_answer_to_an_exempt_kind_closes_the_ticket() -> None:
    at_once = with_changes(ANSWER, revisit=False)
    answered = msgspec.structs.replace(ANSWERED, revisit=False)
    closed = msgspec.structs.replace(CLOSED, closed_as="answered")
    ticket.given(REGISTERED).when(at_once).then(answered, closed)


def test_a_second_answer_in_a_round_is_refused_and_not_swallowed() -> None:
    ticket.given(REGISTERED, ANSWERED).when(ANSWER).then_raises(AlreadyNotifiedError)


def test_the_next_round_can_be_answered_anew() -> None:
    """H-20."""
    again = with_changes(ANSWER, round=2)
    ticket.given(REGISTERED, ANSWERED).when(again).then(msgspec.structs.replace(ANSWERED, round=2))


def test_the_revisit_closes_the_ticket() -> None:
    """H-19."""
    ticket.given(REGISTERED).when(CLOSE).then(CLOSED)


def test_a_withdrawn_ticket_stays_withdrawn_when_the_revisit_ends() -> None:
    ticket.given(REGISTERED, WITHDRAWN).when(CLOSE).then_nothing()


@pytest.mark.parametrize(
    ("given", "command", "broken"),
    [
        ([], WITHDRAW, TicketNotRegisteredError),
        ([], ANSWER, TicketNotRegisteredError),
        ([], CLOSE, TicketNotRegisteredError),
        ([REGISTERED, CLOSED], WITHDRAW, TicketClosedError),
        ([REGISTERED, CLOSED], ANSWER, TicketClosedError),
        ([REGISTERED, WITHDRAWN], ANSWER, TicketWithdrawnError),
        ([REGISTERED], with_changes(ANSWER, notified=True), AlreadyNotifiedError),
    ],
)
def test_what_the_rules_refuse(
    given: list[TicketEvent], command: TicketCommand, broken: type[BrokenRuleError]
) -> None:
    ticket.given(*given).when(command).then_raises(broken)


@pytest.mark.parametrize("command", [WITHDRAW, ANSWER], ids=lambda one: type(one).__name__)
def test_nothing_was_done_before_the_customer_got_in_touch(
    command: WithdrawTicket | AnswerTicket,
) -> None:
    early = with_changes(command, at=REGISTERED.at - timedelta(minutes=2))
    ticket.given(REGISTERED).when(early).then_raises(BeforeTicketError)
