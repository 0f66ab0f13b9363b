"""What one customer was told is known when the next one asks."""

from typing import assert_never

from services.intake.domain.commands import PublishKnowledge
from services.intake.domain.errors import (
    AlreadyPublishedError,
    NotAConsultationError,
    NotAnsweredError,
    TicketMergedError,
    TicketNotRegisteredError,
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
from shared.contracts.intake import KnowledgePublished, TicketEvent


def publish(command: PublishKnowledge, ticket: Ticket) -> list[TicketEvent]:
    """U-16: an answered consultation, once."""
    match ticket:
        case Open() | Closed() if ticket.case.kind != "consultation":
            raise NotAConsultationError
        case Open() | Closed() if ticket.published:
            raise AlreadyPublishedError
        case Open() if not (ticket.answered_round or command.notified):
            raise NotAnsweredError
        case Open() | Closed():
            return [
                KnowledgePublished(
                    ticket_id=command.ticket_id,
                    title=command.title,
                    text=command.text,
                    at=command.at,
                )
            ]
        case Withdrawn():
            raise TicketWithdrawnError
        case Merged():
            raise TicketMergedError
        case NotRegistered():
            raise TicketNotRegisteredError
        case _:
            assert_never(ticket)
