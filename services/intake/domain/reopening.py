"""A ticket that was closed too early begins another round."""

from typing import assert_never

from services.intake.domain.commands import ReopenTicket
from services.intake.domain.errors import (
    BeforeClosingError,
    TicketMergedError,
    TicketNotRegisteredError,
    TicketOpenError,
    TicketWithdrawnError,
)
from services.intake.domain.stages import (
    Closed,
    Merged,
    NotRegistered,
    Open,
    Ticket,
    Withdrawn,
)
from shared.contracts.intake import TicketEvent, TicketReopened
from shared.decider import LEEWAY


def reopen(command: ReopenTicket, ticket: Ticket) -> list[TicketEvent]:
    match ticket:
        case Closed():
            return [reopened(command, ticket)]
        case Open():
            raise TicketOpenError
        case Withdrawn():
            raise TicketWithdrawnError
        case Merged():
            raise TicketMergedError
        case NotRegistered():
            raise TicketNotRegisteredError
        case _:
            assert_never(ticket)


def reopened(command: ReopenTicket, ticket: Closed) -> TicketReopened:
    """The round that begins. Raises BeforeClosingError."""
    if command.at < ticket.closed_at - LEEWAY:
        raise BeforeClosingError
    return TicketReopened(
        ticket_id=command.ticket_id,
        round=ticket.round + 1,
        case=ticket.case,
        reason=command.reason,
        at=max(command.at, ticket.closed_at),  # or the round before would seem cut short by it
    )
