"""A ticket, from registration to closing, as far as intake decides about it."""

from dataclasses import dataclass, replace
from typing import assert_never

from services.intake.domain.commands import (
    AnswerTicket,
    CloseTicket,
    RegisterTicket,
    TicketCommand,
    WithdrawTicket,
)
from services.intake.domain.errors import (
    AlreadyNotifiedError,
    TicketClosedError,
    TicketNotRegisteredError,
    TicketWithdrawnError,
)
from shared.contracts.intake import (
    ClosedAs,
    TicketAnswered,
    TicketClosed,
    TicketEvent,
    TicketRegistered,
    TicketWithdrawn,
)
from shared.decider import Decider


@dataclass(frozen=True)
class NotRegistered:
    """Nothing is known of it."""


@dataclass(frozen=True)
class Open:
    """Somebody owes the customer an answer, or a call."""

    register: TicketRegistered
    answered_round: int = 0


@dataclass(frozen=True)
class Withdrawn:
    """The customer took it back."""

    register: TicketRegistered


@dataclass(frozen=True)
class Closed:
    """Done."""

    register: TicketRegistered
    round: int
    closed_as: ClosedAs


Ticket = NotRegistered | Open | Withdrawn | Closed


def register(command: RegisterTicket, ticket: Ticket) -> list[TicketEvent]:
    match ticket:
        case NotRegistered():
            return [command.register]
        case Open() | Withdrawn() | Closed():
            return []  # a repeat
        case _:
            assert_never(ticket)


def withdraw(command: WithdrawTicket, ticket: Ticket) -> list[TicketEvent]:
    match ticket:
        case Open():
            return [
                TicketWithdrawn(
                    ticket_id=command.ticket_id,
                    reason=command.reason,
                    at=command.at,
                )
            ]
        case Withdrawn():
            return []  # a repeat
        case Closed():
            raise TicketClosedError
        case NotRegistered():
            raise TicketNotRegisteredError
        case _:
            assert_never(ticket)


def answer(command: AnswerTicket, ticket: Ticket) -> list[TicketEvent]:
    match ticket:
        case Open(answered_round=answered_round) if answered_round >= command.round:
            raise AlreadyNotifiedError  # another text, and the customer was told the first one
        case Open() if command.notified:
            raise AlreadyNotifiedError
        case Open(register=register):
            return _answered(command, register)
        case Withdrawn():
            raise TicketWithdrawnError
        case Closed():
            raise TicketClosedError
        case NotRegistered():
            raise TicketNotRegisteredError
        case _:
            assert_never(ticket)


def _answered(command: AnswerTicket, register: TicketRegistered) -> list[TicketEvent]:
    answered = TicketAnswered(
        ticket_id=command.ticket_id,
        round=command.round,
        case=register.case,
        number=register.number,
        answer=command.answer,
        answered_by=command.answered_by,
        revisit=command.revisit,
        at=command.at,
    )
    if command.revisit:
        return [answered]
    closed = TicketClosed(
        ticket_id=command.ticket_id, round=command.round, closed_as="answered", at=command.at
    )
    return [answered, closed]


def close(command: CloseTicket, ticket: Ticket) -> list[TicketEvent]:
    match ticket:
        case Open():
            return [
                TicketClosed(
                    ticket_id=command.ticket_id,
                    round=command.round,
                    closed_as=command.closed_as,
                    at=command.at,
                )
            ]
        case Withdrawn() | Closed():
            return []  # withdrawn wins; closed is a repeat
        case NotRegistered():
            raise TicketNotRegisteredError
        case _:
            assert_never(ticket)


def decide(command: TicketCommand, ticket: Ticket) -> list[TicketEvent]:
    match command:
        case RegisterTicket():
            return register(command, ticket)
        case WithdrawTicket():
            return withdraw(command, ticket)
        case AnswerTicket():
            return answer(command, ticket)
        case CloseTicket():
            return close(command, ticket)
        case _:
            assert_never(command)


def evolve(ticket: Ticket, event: TicketEvent) -> Ticket:
    match event, ticket:
        case TicketRegistered(), _:
            return Open(event)
        case _, NotRegistered():
            return ticket
        case TicketAnswered(), Open():
            return replace(ticket, answered_round=event.round)
        case TicketWithdrawn(), _:
            return Withdrawn(ticket.register)
        case TicketClosed(), _:
            return Closed(ticket.register, event.round, event.closed_as)
        case _:
            return ticket


TICKET: Decider[TicketCommand, Ticket, TicketEvent] = Decider(
    initial=NotRegistered(), decide=decide, evolve=evolve
)
