"""How far a ticket's call-backs are, as revisit's own events tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from shared.contracts.revisit import (
    CallBackEvent,
    RevisitAttempted,
    RevisitCancelled,
    RevisitConcluded,
    RevisitScheduled,
)


@dataclass(frozen=True)
class Due:
    """Nobody called yet."""

    scheduled: RevisitScheduled
    attempts: tuple[RevisitAttempted, ...] = ()


@dataclass(frozen=True)
class InProgress:
    """Somebody called, and has no result yet."""

    scheduled: RevisitScheduled
    attempts: tuple[RevisitAttempted, ...]


@dataclass(frozen=True)
class Concluded:
    """The customer said whether it is solved, or could not be reached."""

    scheduled: RevisitScheduled
    attempts: tuple[RevisitAttempted, ...]
    result: RevisitConcluded


@dataclass(frozen=True)
class Cancelled:
    """Nobody needs calling any more."""

    scheduled: RevisitScheduled
    attempts: tuple[RevisitAttempted, ...]
    cancelled: RevisitCancelled


CallBack = Due | InProgress | Concluded | Cancelled
CallBacks = Mapping[int, CallBack]
"""By round; a ticket that nobody is called about has none."""


def revisit_id_of(ticket_id: UUID, in_round: int) -> UUID:
    """The id of a round's revisit; known before it is scheduled."""
    return uuid5(ticket_id, f"revisit/{in_round}")


def evolve(call_backs: CallBacks, event: CallBackEvent) -> CallBacks:
    before = call_backs.get(event.round)
    after = _evolve(before, event)
    return call_backs if after is None or after is before else {**call_backs, event.round: after}


def _evolve(call_back: CallBack | None, event: CallBackEvent) -> CallBack | None:
    match event, call_back:
        case RevisitScheduled(), Cancelled(attempts=attempts) if attempts:
            return InProgress(event, attempts)
        case RevisitScheduled(), _:
            return Due(event)
        case _, None | Concluded() | Cancelled():
            return call_back
        case RevisitAttempted(), _:
            return InProgress(call_back.scheduled, (*call_back.attempts, event))
        case RevisitConcluded(), _:
            return Concluded(call_back.scheduled, call_back.attempts, event)
        case RevisitCancelled(), _:
            return Cancelled(call_back.scheduled, call_back.attempts, event)
        case _:
            return call_back
