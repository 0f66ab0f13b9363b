"""A ticket that is open says more, or something else, than it did."""

from services.intake.domain.commands import ReclassifyTicket, SupplementTicket
from services.intake.domain.stages import Ticket, as_open
from shared.contracts.intake import TicketEvent, TicketReclassified, TicketSupplemented
from shared.contracts.terms import Case


def supplement(command: SupplementTicket, ticket: Ticket) -> list[TicketEvent]:
    """U-11: what may escalate the complaint is recorded with it."""
    as_open(ticket)
    return [
        TicketSupplemented(
            ticket_id=command.ticket_id,
            content=command.content,
            repeat=command.repeat,
            publicity_threat=command.publicity_threat,
            at=command.at,
        )
    ]


def reclassify(command: ReclassifyTicket, ticket: Ticket) -> list[TicketEvent]:
    before = as_open(ticket).case
    after = Case(
        client=before.client,
        customer_ref=before.customer_ref,
        pack=before.pack,
        pack_version=before.pack_version,
        channel=before.channel,
        tier=before.tier,
        kind=command.kind or before.kind,
        severity=command.severity or before.severity,
        category=command.category or before.category,
    )
    if after == before:
        return []  # a repeat
    return [
        TicketReclassified(
            ticket_id=command.ticket_id,
            case=after,
            previous_kind=before.kind,
            previous_severity=before.severity,
            previous_category=before.category,
            reason=command.reason,
            at=command.at,
        )
    ]
