"""Two tickets of one customer about one matter become one, and two again."""

from typing import assert_never

from services.intake.domain.closing import close
from services.intake.domain.commands import MergeTicket, UnmergeTicket
from services.intake.domain.errors import (
    AppealOpenError,
    BeforeMergerError,
    BeforeTicketError,
    MergedIntoItselfError,
    NotMergedError,
    OtherCustomerError,
    OtherPersonError,
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
from shared.contracts.intake import TicketEvent, TicketMerged, TicketUnmerged
from shared.contracts.terms import same_person
from shared.decider import LEEWAY


def merge(command: MergeTicket, ticket: Ticket) -> list[TicketEvent]:
    """Whether the other one is open is seen under the write lock: it is another stream's."""
    match ticket:
        case Merged(into=into) if into == command.into:
            return []  # a repeat
        case Merged():
            raise TicketMergedError
        case NotRegistered() | Open() | Withdrawn() | Closed():
            return _merged(command, as_open(ticket))
        case _:
            assert_never(ticket)


def _merged(command: MergeTicket, ticket: Open) -> list[TicketEvent]:
    """Not before both came in; and what is about a person stays that, whoever goes on (C-10)."""
    if command.into == command.ticket_id:
        raise MergedIntoItselfError
    target, case = command.target, ticket.case
    if (target.client, target.customer_ref) != (case.client, case.customer_ref):
        raise OtherCustomerError
    against = ticket.register.against_person
    if against is not None and not same_person(against, command.target_against):
        raise OtherPersonError
    if ticket.appeal is not None:
        raise AppealOpenError
    if command.at < command.target_received_at - LEEWAY:
        raise BeforeTicketError
    # Mergers and what takes them back alternate in time too: that is how others pair them.
    at = max(command.at, ticket.unmerged_at or command.at)
    return [TicketMerged(ticket_id=command.ticket_id, into=command.into, at=at)]


def unmerge(command: UnmergeTicket, ticket: Ticket) -> list[TicketEvent]:
    """As it was before; what revisit concluded meanwhile counts now."""
    match ticket:
        case Merged():
            return _unmerged(command, ticket)
        case Open() if ticket.unmerged_at == command.at:
            return []  # a repeat
        case NotRegistered() | Open() | Withdrawn() | Closed():
            as_open(ticket)
            raise NotMergedError
        case _:
            assert_never(ticket)


def _unmerged(command: UnmergeTicket, ticket: Merged) -> list[TicketEvent]:
    if command.at < ticket.merged_at - LEEWAY:
        raise BeforeMergerError
    unmerged = TicketUnmerged(
        ticket_id=command.ticket_id,
        merged_into=ticket.into,
        case=ticket.before.case,
        reason=command.reason,
        at=max(command.at, ticket.merged_at),
    )
    if command.revisit is None:
        return [unmerged]
    return [unmerged, *close(command.revisit, ticket.before)]
