"""What intake decides about a ticket."""

from dataclasses import replace as with_changes

import msgspec
import pytest

from services.intake.domain.commands import (
    AnswerTicket,
    CloseTicket,
    RegisterTicket,
    WithdrawTicket,
)
from services.intake.domain.errors import (
    AlreadyNotifiedError,
    TicketClosedError,
    TicketNotRegisteredError,
    TicketWithdrawnError,
)
from services.intake.domain.ticket import TICKET
from shared.contracts.intake import (
    TicketEvent,
)
from tests.unit.intake.examples import ANSWER, CLOSE, CLOSED, REGISTER, WITHDRAW, WITHDRAWN
from tests.unit.support.examples import ANSWERED, REGISTERED

Command = RegisterTicket | WithdrawTicket | AnswerTicket | CloseTicket


def decided(given: list[TicketEvent], command: Command) -> list[TicketEvent]:
    return TICKET.decide(command, TICKET.fold(given))


def test_a_contact_that_needs_handling_is_registered_as_it_came() -> None:
    """H-03."""
    assert decided([], REGISTER) == [REGISTERED]


def test_registering_again_decides_nothing() -> None:
    assert decided([REGISTERED], REGISTER) == []


def test_a_customer_can_take_the_matter_back() -> None:
    assert decided([REGISTERED], WITHDRAW) == [WITHDRAWN]


def test_taking_it_back_twice_decides_nothing() -> None:
    assert decided([REGISTERED, WITHDRAWN], WITHDRAW) == []


def test_an_answer_at_once_is_completion_and_notice_in_one() -> None:
    """H-11."""
    assert decided([REGISTERED], ANSWER) == [ANSWERED]


def test_an_answer_to_an_exempt_kind_closes_the_ticket() -> None:
    at_once = with_changes(ANSWER, revisit=False)
    answered = msgspec.structs.replace(ANSWERED, revisit=False)
    closed = msgspec.structs.replace(CLOSED, closed_as="answered")
    assert decided([REGISTERED], at_once) == [answered, closed]


def test_answering_a_round_twice_decides_nothing() -> None:
    assert decided([REGISTERED, ANSWERED], ANSWER) == []


def test_the_next_round_can_be_answered_anew() -> None:
    """H-20."""
    again = with_changes(ANSWER, round=2)
    assert decided([REGISTERED, ANSWERED], again) == [msgspec.structs.replace(ANSWERED, round=2)]


def test_the_revisit_closes_the_ticket() -> None:
    """H-19."""
    assert decided([REGISTERED], CLOSE) == [CLOSED]


def test_a_withdrawn_ticket_stays_withdrawn_when_the_revisit_ends() -> None:
    assert decided([REGISTERED, WITHDRAWN], CLOSE) == []


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
    given: list[TicketEvent], command: Command, broken: type[Exception]
) -> None:
    with pytest.raises(broken):
        decided(given, command)
