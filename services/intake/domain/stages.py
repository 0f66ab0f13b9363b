"""How far a ticket is, as intake's own events tell it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.intake.domain.errors import (
    TicketClosedError,
    TicketMergedError,
    TicketNotRegisteredError,
    TicketWithdrawnError,
)
from shared.contracts.intake import (
    AppealClosed,
    AppealEvent,
    AppealLodged,
    ClosedAs,
    ClosingDeferred,
    KnowledgePublished,
    TicketAnswered,
    TicketClosed,
    TicketEvent,
    TicketMerged,
    TicketReclassified,
    TicketRegistered,
    TicketReopened,
    TicketUnmerged,
    TicketWithdrawn,
)
from shared.contracts.terms import Case


@dataclass(frozen=True)
class NotRegistered:
    """Nothing is known of it."""


@dataclass(frozen=True)
class Open:
    """Somebody owes the customer an answer, or a call."""

    register: TicketRegistered
    case: Case
    """How it is classified now."""
    answered_round: int = 0
    round: int = 1
    """The newest that began here: what is heard of an earlier one comes too late."""
    published: bool = False
    appeals: int = 0
    """How many were lodged so far."""
    appeal: UUID | None = None
    """The one that the nation level has not answered yet."""
    deferred: ClosingDeferred | None = None
    """What would have closed it, had there been no appeal."""
    unmerged_at: datetime | None = None
    """When it last went its own way again: no later merger lies before that."""


@dataclass(frozen=True)
class Withdrawn:
    """The customer took it back."""

    register: TicketRegistered


@dataclass(frozen=True)
class Merged:
    """Another ticket goes on for it, unless that is taken back."""

    before: Open
    into: UUID
    merged_at: datetime

    @property
    def register(self) -> TicketRegistered:
        return self.before.register


@dataclass(frozen=True)
class Closed:
    """Done."""

    register: TicketRegistered
    case: Case
    round: int
    closed_as: ClosedAs
    closed_at: datetime
    published: bool = False
    appeals: int = 0


Ticket = NotRegistered | Open | Withdrawn | Merged | Closed


def as_open(ticket: Ticket) -> Open:
    """The ticket that something can still be done with; raises what forbids it otherwise."""
    match ticket:
        case Open():
            return ticket
        case Withdrawn():
            raise TicketWithdrawnError
        case Merged():
            raise TicketMergedError
        case Closed():
            raise TicketClosedError
        case NotRegistered():
            raise TicketNotRegisteredError
        case _:
            assert_never(ticket)


def evolve(ticket: Ticket, event: TicketEvent) -> Ticket:  # noqa: C901 - a case an event
    if isinstance(event, AppealEvent):
        return _appealed(ticket, event) if isinstance(ticket, Open) else ticket
    match event, ticket:
        case TicketRegistered(), _:
            return Open(event, event.case)
        case _, NotRegistered():
            return ticket
        case TicketAnswered(), Open():
            return replace(ticket, answered_round=event.round)
        case TicketReclassified(), Open():
            return replace(ticket, case=event.case)
        case TicketWithdrawn(), _:
            return Withdrawn(ticket.register)
        case TicketMerged(), Open():
            return Merged(ticket, event.into, event.at)
        case TicketUnmerged(), Merged():
            return replace(ticket.before, unmerged_at=event.at)
        case TicketClosed(), Open():
            return Closed(
                ticket.register,
                ticket.case,
                event.round,
                event.closed_as,
                event.at,
                published=ticket.published,
                appeals=ticket.appeals,
            )
        case TicketReopened(), Closed():
            return Open(
                ticket.register,
                event.case,
                round=event.round,
                published=ticket.published,
                appeals=ticket.appeals,
            )
        case KnowledgePublished(), Open() | Closed():
            return replace(ticket, published=True)
        case _:
            return ticket


def _appealed(ticket: Open, event: AppealEvent) -> Open:
    match event:
        case AppealLodged():
            return replace(ticket, appeals=ticket.appeals + 1, appeal=event.appeal_id)
        case ClosingDeferred():
            return replace(ticket, deferred=event)
        case AppealClosed():
            return replace(ticket, appeal=None, deferred=None)
        case _:
            assert_never(event)
