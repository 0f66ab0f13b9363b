"""A revisit's conclusion closes the ticket."""

from typing import assert_never

from services.intake.domain.appealing import ending
from services.intake.domain.commands import CloseTicket
from services.intake.domain.errors import TicketNotRegisteredError
from services.intake.domain.stages import (
    Closed,
    Merged,
    NotRegistered,
    Open,
    Ticket,
    Withdrawn,
)
from shared.contracts.intake import TicketClosed, TicketEvent


def close(command: CloseTicket, ticket: Ticket) -> list[TicketEvent]:
    match ticket:
        case Open() if command.round < ticket.round:
            return []  # it was reopened since
        case Open():
            closed = TicketClosed(
                ticket_id=command.ticket_id,
                round=command.round,
                closed_as=command.closed_as,
                at=command.at,
            )
            return ending(closed, ticket)
        case Withdrawn() | Merged() | Closed():
            return []  # what ended it before wins; closed is a repeat
        case NotRegistered():
            raise TicketNotRegisteredError
        case _:
            assert_never(ticket)
