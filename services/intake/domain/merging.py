"""Two tickets of one customer about one matter become one."""

from typing import assert_never

from services.intake.domain.commands import MergeTicket
from services.intake.domain.errors import (
    MergedIntoItselfError,
    OtherCustomerError,
    TicketMergedError,
)
from services.intake.domain.stages import (
    Closed,
    Merged,
    NotRegistered,
    Open,
    Ticket,
    Withdrawn,
    as_open,
)
from shared.contracts.intake import TicketEvent, TicketMerged
from shared.contracts.terms import Case


def merge(command: MergeTicket, ticket: Ticket) -> list[TicketEvent]:
    """Whether the other one is open is seen under the write lock: it is another stream's."""
    match ticket:
        case Merged(into=into) if into == command.into:
            return []  # a repeat
        case Merged():
            raise TicketMergedError
        case NotRegistered() | Open() | Withdrawn() | Closed():
            return _merged(command, as_open(ticket).case)
        case _:
            assert_never(ticket)


def _merged(command: MergeTicket, case: Case) -> list[TicketEvent]:
    if command.into == command.ticket_id:
        raise MergedIntoItselfError
    target = command.target
    if (target.client, target.customer_ref) != (case.client, case.customer_ref):
        raise OtherCustomerError
    return [TicketMerged(ticket_id=command.ticket_id, into=command.into, at=command.at)]
