"""What was said about a ticket's clocks, and what is left to say: once each, however often asked.

A ticket's stream is its own guard: what stands in it is not said again, and its expected version
lets only one of two writers say it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, assert_never
from uuid import UUID, uuid5

from services.sla.domain.clocks import Clock, ClockKey, Rung
from services.sla.domain.commands import AcknowledgeEscalation, PublishClocks, SlaCommand
from services.sla.domain.errors import EscalationNotFoundError, EscalationWithdrawnError
from services.sla.domain.facts import Fact
from services.sla.domain.published import NOTHING, Published, Raised, Said, evolve, key_of
from shared.contracts.sla import (
    ClockCancelled,
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
from shared.decider import Decider
from shared.worktime import moment_of, moment_or_none

NAMESPACE = UUID("5f0b7c1e-6a0d-4f0b-8a55-7d2a6f4f9c11")


def escalation_id(ticket_id: UUID, key: ClockKey, step: Step, times_withdrawn: int) -> UUID:
    """The same for the same rung, whoever raises it and however often it is computed."""
    parts = (ticket_id, *key, step, times_withdrawn)
    return uuid5(NAMESPACE, "\0".join(map(str, parts)))


def publish(command: PublishClocks, published: Published) -> list[ClocksEvent]:
    """What there is to say, each clock's in the order in which it fell due."""
    return [
        event
        for clock in command.clocks
        for event in _Telling(command, clock, published.get(clock.key)).events()
    ]


class _Name(TypedDict):
    ticket_id: UUID
    clock: str
    round: int
    occurrence: str


@dataclass(frozen=True, slots=True)
class _Telling:
    command: PublishClocks
    clock: Clock
    before: Said | None

    def events(self) -> Iterator[ClocksEvent]:
        if self.before is None:
            yield self._started()
        elif self.command.moved_because and self.before.deadline != self.clock.deadline:
            yield self._moved(self.before, self.command.moved_because)
        yield from sorted(self._overdue(), key=_due_at)
        yield from self._ended()
        yield from self._withdrawn()

    def _started(self) -> ClockStarted:
        clock = self.clock
        return ClockStarted(
            **self._name(),
            pack=clock.pack,
            pack_version=clock.pack_version,
            calendar_version=clock.calendar_version,
            target_at=moment_or_none(clock.deadline.target_at),
            due_at=moment_of(clock.deadline.due_at),
            provisional=clock.deadline.provisional,
            at=clock.started.at,
        )

    def _moved(self, before: Said, reason: str) -> DeadlineMoved:
        old, new = before.deadline, self.clock.deadline
        return DeadlineMoved(
            **self._name(),
            reason=reason,
            target_at=moment_or_none(new.target_at),
            due_at=moment_of(new.due_at),
            previous_target_at=moment_or_none(old.target_at),
            previous_due_at=moment_of(old.due_at),
            provisional=new.provisional,
            at=self.command.at,
        )

    def _overdue(self) -> Iterator[EscalationRaised | ClockMissed]:
        clock = self.clock
        for rung in clock.rungs:
            known = self._known(rung)
            if rung.verdict == "due" and (known is None or not known.stands):
                yield self._raise(rung, known)
        said = self.before is not None and self.before.missed
        if clock.missed_at is not None and clock.state in {"missed", "cancelled"} and not said:
            yield ClockMissed(**self._name(), at=moment_of(clock.missed_at))

    def _raise(self, rung: Rung, known: Raised | None) -> EscalationRaised:
        command, key = self.command, self.clock.key
        times_withdrawn = known.times_withdrawn if known else 0
        return EscalationRaised(
            **self._name(),
            escalation_id=escalation_id(command.ticket_id, key, rung.step, times_withdrawn),
            step=rung.step,
            addressee=command.directory.addressees(
                rung.to, command.responsible, command.at, command.against_person
            ),
            due_at=moment_of(rung.due_at),
            at=command.at,
        )

    def _ended(self) -> Iterator[ClockMet | ClockCancelled]:
        end, state = self.clock.end, self.clock.state
        if end is None:
            return
        if self.before and (self.before.state, self.before.ended_at) == (state, end.at):
            return
        if end.cancelled:
            yield ClockCancelled(**self._name(), reason=end.cancelled, at=end.at)
        else:
            yield ClockMet(**self._name(), late=state == "met_late", at=end.at)

    def _withdrawn(self) -> Iterator[EscalationWithdrawn]:
        for rung in self.clock.rungs:
            known = self._known(rung)
            if rung.verdict == "void" and known is not None and known.stands:
                yield EscalationWithdrawn(
                    **self._name(),
                    escalation_id=known.escalation_id,
                    step=rung.step,
                    reason=rung.reason,
                    at=self.command.at,
                )

    def _known(self, rung: Rung) -> Raised | None:
        return self.before.raised.get(rung.step) if self.before else None

    def _name(self) -> _Name:
        key = self.clock.key
        return {
            "ticket_id": self.command.ticket_id,
            "clock": key.name,
            "round": key.round,
            "occurrence": key.occurrence,
        }


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
        ticket_id=command.ticket_id,
        clock=key.name,
        round=key.round,
        occurrence=key.occurrence,
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
    """The fact that brought an event about; None where time did."""
    clock = next(one for one in clocks if one.key == key_of(event))
    match event:
        case ClockStarted():
            return clock.started
        case ClockMet() | ClockCancelled():
            return clock.end.fact if clock.end else None
        case EscalationWithdrawn():
            return next(rung.refuted_by for rung in clock.rungs if rung.step == event.step)
        case ClockMissed() | DeadlineMoved() | EscalationRaised() | EscalationAcknowledged():
            return None
        case _:
            assert_never(event)


def _due_at(event: EscalationRaised | ClockMissed) -> datetime:
    return event.due_at if isinstance(event, EscalationRaised) else event.at


CLOCKS: Decider[SlaCommand, Published, ClocksEvent] = Decider(
    initial=NOTHING, decide=decide, evolve=evolve
)
