"""What was said about a ticket's clocks: the fold of its stream."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from services.sla.domain.clocks import State
from services.sla.domain.occurrences import ClockKey
from services.sla.domain.regulation import Deadline
from shared.contracts.sla import (
    ClockCancelled,
    ClockEvent,
    ClockMet,
    ClockMissed,
    ClockPaused,
    ClockResumed,
    ClocksEvent,
    ClockStarted,
    DeadlineMoved,
    EscalationAcknowledged,
    EscalationRaised,
    EscalationWithdrawn,
    Step,
)
from shared.worktime import epoch_of, moment_of


class Raised(Struct, frozen=True, gc=False):
    """A rung that was raised at least once."""

    escalation_id: UUID
    times_withdrawn: int = 0
    stands: bool = True
    acknowledged_by: str | None = None
    due_at: int = 0
    """When it fell due, as it was raised."""


NO_RUNGS: Mapping[Step, Raised] = MappingProxyType({})


class Said(Struct, frozen=True, gc=False):
    """The last word about one clock."""

    deadline: Deadline
    state: State = "running"
    ended_at: datetime | None = None
    missed: bool = False
    moved_by: int = 0
    """How many facts had had a say in the deadline by then."""
    raised: Mapping[Step, Raised] = NO_RUNGS


Published = Mapping[ClockKey, Said]
NOTHING: Published = {}


def evolve(published: Published, event: ClocksEvent) -> Published:
    return with_all(published, (event,))


def with_all(published: Published, events: Iterable[ClocksEvent]) -> Published:
    """As `evolve` one after another, but copied once: a start reads all that was ever said."""
    known = dict(published)
    for event in events:
        key = key_of(event)
        if isinstance(event, ClockStarted):
            known[key] = Said(_deadline(event, event.at), moved_by=event.moved_by)
        elif (said := known.get(key)) is not None:
            known[key] = _evolve(said, event)
    return known


def _evolve(said: Said, event: ClocksEvent) -> Said:
    state: State
    match event:
        case ClockMet():
            return replace(said, state="met_late" if event.late else "met", ended_at=event.at)
        case ClockCancelled():
            return replace(said, state="cancelled", ended_at=event.at)
        case ClockMissed():
            state = "missed" if said.ended_at is None else said.state
            return replace(said, state=state, missed=True)
        case ClockPaused():
            return replace(said, state="paused")
        case ClockResumed():
            state = "missed" if said.missed else "running"
            return replace(said, state=state, ended_at=None)
        case DeadlineMoved():
            return _moved(said, event)
        case EscalationRaised() | EscalationWithdrawn() | EscalationAcknowledged():
            return replace(said, raised={**said.raised, event.step: _raised(said, event)})
        case ClockStarted():
            return said
        case _:
            assert_never(event)


def _moved(said: Said, event: DeadlineMoved) -> Said:
    """A miss stays said where the new limit has passed, too; else it may be said anew."""
    return replace(
        said,
        deadline=_deadline(event, moment_of(said.deadline.due_at)),
        state="running" if said.state == "missed" and not event.missed else said.state,
        missed=event.missed,
        moved_by=event.moved_by,
    )


def _raised(
    said: Said, event: EscalationRaised | EscalationWithdrawn | EscalationAcknowledged
) -> Raised:
    known = said.raised.get(event.step)
    before, due_at = (known.times_withdrawn, known.due_at) if known else (0, 0)
    match event:
        case EscalationRaised():
            return Raised(event.escalation_id, before, due_at=epoch_of(event.due_at))
        case EscalationWithdrawn():
            return Raised(event.escalation_id, before + 1, stands=False, due_at=due_at)
        case EscalationAcknowledged():
            by = event.acknowledged_by
            return Raised(event.escalation_id, before, acknowledged_by=by, due_at=due_at)
        case _:
            assert_never(event)


def key_of(event: ClockEvent) -> ClockKey:
    """The clock that an event is about."""
    return ClockKey(event.clock, event.round, event.occurrence)


def _deadline(event: ClockStarted | DeadlineMoved, otherwise: datetime) -> Deadline:
    """No promised time is said while a clock is paused: then the last one said is kept."""
    target = None if event.target_at is None else epoch_of(event.target_at)
    return Deadline(target, epoch_of(event.due_at or otherwise), event.provisional)
