"""The customer takes it above the company's answer, and until that is answered nothing closes."""

from typing import assert_never
from uuid import UUID, uuid5

from services.intake.domain.commands import AppealCommand, CloseAppeal, LodgeAppeal, ReopenTicket
from services.intake.domain.errors import (
    AppealOpenError,
    BeforeTicketError,
    TicketNotRegisteredError,
)
from services.intake.domain.reopening import reopened
from services.intake.domain.stages import (
    Closed,
    Merged,
    NotRegistered,
    Open,
    Ticket,
    Withdrawn,
    as_open,
)
from shared.contracts.intake import (
    AppealClosed,
    AppealLodged,
    ClosingDeferred,
    TicketClosed,
    TicketEvent,
)
from shared.decider import LEEWAY


def appeal_id_of(ticket_id: UUID, number: int) -> UUID:
    """A ticket's first, second … appeal has the same id whoever computes it."""
    return uuid5(ticket_id, f"appeal/{number}")


def appeal(command: AppealCommand, ticket: Ticket) -> list[TicketEvent]:
    match command:
        case LodgeAppeal():
            return lodge(command, ticket)
        case CloseAppeal():
            return close_appeal(command, ticket)
        case _:
            assert_never(command)


def lodge(command: LodgeAppeal, ticket: Ticket) -> list[TicketEvent]:
    """U-12: one at a time; a closed ticket is reopened by it, no sooner than it was closed.

    It may have been lodged before: the regulator's letter takes its time.
    """
    if isinstance(ticket, Closed):
        if command.at < ticket.register.at - LEEWAY:
            raise BeforeTicketError
        begins_at = max(command.at, ticket.closed_at)
        again = reopened(
            ReopenTicket(ticket_id=command.ticket_id, reason=command.reason, at=begins_at), ticket
        )
        return [again, _lodged(command, ticket, again.round)]
    found = as_open(ticket)
    if found.appeal is not None:
        raise AppealOpenError
    return [_lodged(command, found, command.round)]


def _lodged(command: LodgeAppeal, ticket: Open | Closed, in_round: int) -> AppealLodged:
    return AppealLodged(
        ticket_id=command.ticket_id,
        appeal_id=appeal_id_of(command.ticket_id, ticket.appeals + 1),
        round=max(in_round, ticket.round),
        case=ticket.case,
        number=ticket.register.number,
        reason=command.reason,
        through=command.through,
        at=command.at,
    )


def ending(closed: TicketClosed, ticket: Open) -> list[TicketEvent]:
    """The closing; while an appeal is open it is put off, once for each round (U-12)."""
    if ticket.appeal is None:
        return [closed]
    if ticket.deferred is not None and ticket.deferred.round >= closed.round:
        return []  # a repeat
    deferred = ClosingDeferred(
        ticket_id=closed.ticket_id, round=closed.round, closed_as=closed.closed_as, at=closed.at
    )
    return [deferred]


def close_appeal(command: CloseAppeal, ticket: Ticket) -> list[TicketEvent]:
    """The nation level answered; what had to wait for that happens now."""
    match ticket:
        case Open() if ticket.appeal == command.appeal_id:
            answered = AppealClosed(
                ticket_id=command.ticket_id,
                appeal_id=command.appeal_id,
                outcome=command.outcome,
                at=command.at,
            )
            return [answered, *_put_off(command, ticket)]
        case Open() | Withdrawn() | Merged() | Closed():
            return []  # a repeat, or what ended it before wins
        case NotRegistered():
            raise TicketNotRegisteredError
        case _:
            assert_never(ticket)


def _put_off(command: CloseAppeal, ticket: Open) -> list[TicketEvent]:
    deferred = ticket.deferred
    if deferred is None or max(command.newest_round, ticket.round) > deferred.round:
        return []
    closed = TicketClosed(
        ticket_id=command.ticket_id,
        round=deferred.round,
        closed_as=deferred.closed_as,
        at=max(deferred.at, command.at),
    )
    return [closed]
