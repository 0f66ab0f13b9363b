"""What was said about a ticket's clocks, and what is left to say: once each, however often asked.

A ticket's stream is its own guard: what stands in it is not said again, and its expected version
lets only one of two writers say it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from services.sla.domain.clocks import Clock
from services.sla.domain.commands import AcknowledgeEscalation, PublishClocks, SlaCommand
from services.sla.domain.errors import EscalationNotFoundError, EscalationWithdrawnError
from services.sla.domain.facts import Fact
from services.sla.domain.occurrences import ClockKey
from services.sla.domain.published import NOTHING, Published, Said, evolve, key_of
from services.sla.domain.telling import MOVED, Telling, is_told, name_of
from shared.contracts.sla import (
    ClockCancelled,
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
from shared.decider import Decider


def is_all_told(clocks: Sequence[Clock], published: Published) -> bool:
    """Whether `publish` surely finds nothing, unless a recalculation is told."""
    if len(clocks) != len(published):
        return False
    for clock in clocks:
        said = published.get(clock.key)
        if said is None or not is_told(clock, said):
            return False
    return True


def publish(command: PublishClocks, published: Published) -> list[ClocksEvent]:
    """What there is to say, each clock's in the order in which it fell due."""
    events = [
        event
        for clock in command.clocks
        for event in Telling(command, clock, published.get(clock.key)).events()
    ]
    if command.judged:
        events += _taken_back(command, published)
    return events


def _taken_back(command: PublishClocks, published: Published) -> Iterator[ClocksEvent]:
    """Clocks that were said to begin, and that never did by all that is known now.

    One that was kept goes, too: nobody waited for it.
    """
    found = {clock.key for clock in command.clocks}
    for key, said in published.items():
        if key not in found:
            yield from _cancel(command, key, said)


def _cancel(command: PublishClocks, key: ClockKey, said: Said) -> Iterator[ClocksEvent]:
    name = name_of(command.ticket_id, key)
    if said.state != "cancelled":
        yield ClockCancelled(**name, reason="restated", at=command.at)
    for step, raised in said.raised.items():
        if raised.stands:
            yield EscalationWithdrawn(
                **name,
                escalation_id=raised.escalation_id,
                step=step,
                reason="restated",
                at=command.at,
            )


def acknowledge(command: AcknowledgeEscalation, published: Published) -> list[ClocksEvent]:
    for key, said in published.items():
        for step, raised in said.raised.items():
            if raised.escalation_id != command.escalation_id:
                continue
            if not raised.stands:
                raise EscalationWithdrawnError
            if raised.acknowledged_by:
                return []  # a repeat
            return [_acknowledged(command, key, step)]
    raise EscalationNotFoundError


def _acknowledged(
    command: AcknowledgeEscalation, key: ClockKey, step: Step
) -> EscalationAcknowledged:
    return EscalationAcknowledged(
        **name_of(command.ticket_id, key),
        escalation_id=command.escalation_id,
        step=step,
        acknowledged_by=command.acknowledged_by,
        at=command.at,
    )


def decide(command: SlaCommand, published: Published) -> list[ClocksEvent]:
    match command:
        case PublishClocks():
            return publish(command, published)
        case AcknowledgeEscalation():
            return acknowledge(command, published)
        case _:
            assert_never(command)


def cause_of(event: ClocksEvent, clocks: Iterable[Clock]) -> Fact | None:
    """The fact that brought an event about; None where time or several facts did."""
    clock = next((one for one in clocks if one.key == key_of(event)), None)
    if clock is None:
        return None
    match event:
        case ClockStarted():
            return clock.started
        case ClockMet() | ClockCancelled():
            return clock.end.fact if clock.end else None
        case ClockPaused():
            return clock.paused
        case ClockResumed():
            return clock.unmerged if event.reason == "unmerged" else _mover(clock)
        case DeadlineMoved():
            return _mover(clock, event.reason)
        case EscalationWithdrawn():
            refuted = (one.refuted_by for one in clock.rungs if one.step == event.step)
            return _mover(clock) if event.reason == MOVED else next(refuted, None)
        case ClockMissed() | EscalationRaised() | EscalationAcknowledged():
            return None
        case _:
            assert_never(event)


def _mover(clock: Clock, reason: str | None = None) -> Fact | None:
    moved = clock.moved
    return moved.fact if moved is not None and reason in {None, moved.reason} else None


CLOCKS: Decider[SlaCommand, Published, ClocksEvent] = Decider(
    initial=NOTHING, decide=decide, evolve=evolve
)
