"""What was said about a ticket's clocks: the fold of its stream."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.sla.domain.clocks import ClockKey, Promised, State
from services.sla.domain.regulation import Deadline
from shared.contracts.sla import (
    ClockCancelled,
    ClockEvent,
    ClockMet,
    ClockMissed,
    ClocksEvent,
    ClockStarted,
    DeadlineMoved,
    EscalationAcknowledged,
    EscalationRaised,
    EscalationWithdrawn,
    Step,
)
from shared.worktime import epoch_of, moment_of


@dataclass(frozen=True, slots=True)
class Raised:
    """A rung that was raised at least once."""

    escalation_id: UUID
    times_withdrawn: int = 0
    stands: bool = True
    acknowledged_by: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The last word about one clock."""

    deadline: Deadline
    state: State = "running"
    ended_at: datetime | None = None
    missed: bool = False
    raised: Mapping[Step, Raised] = field(default_factory=dict)


Published = Mapping[ClockKey, Said]
NOTHING: Published = {}


def promised(published: Published) -> Promised:
    """The deadlines that stand."""
    return {key: said.deadline for key, said in published.items()}


def evolve(published: Published, event: ClocksEvent) -> Published:
    key = key_of(event)
    said = published.get(key)
    if isinstance(event, ClockStarted):
        return {**published, key: Said(_deadline(event, event.at))}
    if said is None:
        return published
    return {**published, key: _evolve(said, event)}


def _evolve(said: Said, event: ClocksEvent) -> Said:
    match event:
        case ClockMet():
            return replace(said, state="met_late" if event.late else "met", ended_at=event.at)
        case ClockCancelled():
            return replace(said, state="cancelled", ended_at=event.at)
        case ClockMissed():
            return replace(said, state="missed", missed=True)
        case DeadlineMoved():
            before = moment_of(said.deadline.due_at)
            return replace(said, deadline=_deadline(event, before))
        case EscalationRaised() | EscalationWithdrawn() | EscalationAcknowledged():
            return replace(said, raised={**said.raised, event.step: _raised(said, event)})
        case ClockStarted():
            return said
        case _:
            assert_never(event)


def _raised(
    said: Said, event: EscalationRaised | EscalationWithdrawn | EscalationAcknowledged
) -> Raised:
    known = said.raised.get(event.step)
    before = known.times_withdrawn if known else 0
    match event:
        case EscalationRaised():
            return Raised(event.escalation_id, before)
        case EscalationWithdrawn():
            return Raised(event.escalation_id, before + 1, stands=False)
        case EscalationAcknowledged():
            return Raised(event.escalation_id, before, acknowledged_by=event.acknowledged_by)
        case _:
            assert_never(event)


def key_of(event: ClockEvent) -> ClockKey:
    """The clock that an event is about."""
    return ClockKey(event.clock, event.round, event.occurrence)


def _deadline(event: ClockStarted | DeadlineMoved, otherwise: datetime) -> Deadline:
    """No promised time is said while a clock is paused: then the last one said is kept."""
    target = None if event.target_at is None else epoch_of(event.target_at)
    return Deadline(target, epoch_of(event.due_at or otherwise), event.provisional)
