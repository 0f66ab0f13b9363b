"""What is left to say about one clock, after all that was said."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID, uuid5

from services.sla.domain.clocks import Clock, Rung
from services.sla.domain.commands import PublishClocks
from services.sla.domain.occurrences import ClockKey
from services.sla.domain.published import Raised, Said
from shared.contracts.sla import (
    ClockCancelled,
    ClockMet,
    ClockMissed,
    ClockPaused,
    ClockResumed,
    ClocksEvent,
    ClockStarted,
    DeadlineMoved,
    EscalationRaised,
    EscalationWithdrawn,
    Step,
)
from shared.contracts.terms import PAUSE_REASONS
from shared.worktime import moment_of, moment_or_none

NAMESPACE = UUID("5f0b7c1e-6a0d-4f0b-8a55-7d2a6f4f9c11")
MOVED = "moved"
"""Why a rung is withdrawn whose time a fact heard late puts off."""
ENDED = frozenset({"met", "met_late", "cancelled"})


class Name(TypedDict):
    """Which clock an event is about."""

    ticket_id: UUID
    clock: str
    round: int
    occurrence: str


class Recalculated(TypedDict, total=False):
    """By what a recalculation moved a deadline."""

    pack_version: int
    calendar_version: str
    recalculation_id: UUID


def escalation_id(ticket_id: UUID, key: ClockKey, step: Step, times_withdrawn: int) -> UUID:
    """The same for the same rung, whoever raises it and however often it is computed."""
    parts = (ticket_id, *key, step, times_withdrawn)
    return uuid5(NAMESPACE, "\0".join(map(str, parts)))


def name_of(ticket_id: UUID, key: ClockKey) -> Name:
    """The fields that name it."""
    return {
        "ticket_id": ticket_id,
        "clock": key.name,
        "round": key.round,
        "occurrence": key.occurrence,
    }


@dataclass(frozen=True, slots=True)
class Telling:
    """One clock, and what was said of it before."""

    command: PublishClocks
    clock: Clock
    before: Said | None

    def events(self) -> Iterator[ClocksEvent]:
        """In the order in which they came about."""
        if self.before is None:
            yield self._started()
        else:
            yield from self._resumed(self.before)
            if self._has_moved(self.before):
                yield self._moved(self.before)
        yield from self._paused()
        yield from sorted(self._overdue(), key=_due_at)
        yield from self._ended()
        yield from self._withdrawn()

    def _started(self) -> ClockStarted:
        clock = self.clock
        return ClockStarted(
            **self._name(),
            pack=clock.regulation.pack.name,
            pack_version=clock.regulation.pack.version,
            calendar_version=clock.calendar_version,
            target_at=moment_or_none(clock.deadline.target_at),
            due_at=moment_of(clock.deadline.due_at),
            provisional=clock.deadline.provisional,
            moved_by=clock.moved_by,
            at=clock.started_at,
        )

    def _resumed(self, before: Said) -> Iterator[ClockResumed]:
        """As though it had never stopped: what fell due meanwhile is raised after it."""
        clock = self.clock
        stood = before.state in ENDED or before.state == "paused"
        if stood and clock.end is None and clock.state != "paused":
            reason, at = self._why_resumed(before)
            yield ClockResumed(
                **self._name(),
                reason=reason,
                target_at=moment_or_none(before.deadline.target_at),
                due_at=moment_of(before.deadline.due_at),
                provisional=before.deadline.provisional,
                missed=before.missed,
                at=max(at, clock.started_at),
            )

    def _why_resumed(self, before: Said) -> tuple[str, datetime]:
        clock = self.clock
        if before.state == "paused" and clock.moved is not None:
            return "resumed", clock.moved.fact.at
        if before.state == "cancelled" and clock.unmerged is not None:
            return "unmerged", clock.unmerged.at
        return "restated", self.command.at

    def _has_moved(self, before: Said) -> bool:
        """Only a fact or a recalculation moves what was promised."""
        clock = self.clock
        may_move = self.command.moved_because or before.moved_by != clock.moved_by
        return bool(may_move) and clock.paused is None and before.deadline != clock.deadline

    def _moved(self, before: Said) -> DeadlineMoved:
        old, new, moved = before.deadline, self.clock.deadline, self.clock.moved
        return DeadlineMoved(
            **self._name(),
            reason=self.command.moved_because or (moved.reason if moved else "restated"),
            target_at=moment_or_none(new.target_at),
            due_at=moment_of(new.due_at),
            previous_target_at=moment_or_none(old.target_at),
            previous_due_at=moment_of(old.due_at),
            provisional=new.provisional,
            missed=before.missed and self.clock.missed_at is not None,
            moved_by=self.clock.moved_by,
            at=self.command.at,
            **self._recalculated(),
        )

    def _recalculated(self) -> Recalculated:
        if self.command.recalculation_id is None:
            return {}
        return {
            "pack_version": self.clock.regulation.pack.version,
            "calendar_version": self.clock.calendar_version,
            "recalculation_id": self.command.recalculation_id,
        }

    def _paused(self) -> Iterator[ClockPaused]:
        clock, paused = self.clock, self.clock.paused
        said = self.before is not None and self.before.state == "paused"
        if clock.state == "paused" and paused is not None and not said:
            reason = next(one for one in PAUSE_REASONS if one == paused.name)
            yield ClockPaused(**self._name(), reason=reason, at=max(paused.at, clock.started_at))

    def _overdue(self) -> Iterator[EscalationRaised | ClockMissed]:
        clock, before = self.clock, self.before
        for rung in clock.rungs:
            known = self._known(rung.step)
            if rung.verdict == "due" and (known is None or not known.stands):
                yield self._raise(rung, known)
        missed_at = clock.missed_at if clock.state in {"missed", "cancelled"} else None
        if missed_at is not None and not (before and before.missed):
            yield ClockMissed(**self._name(), at=moment_of(missed_at))

    def _raise(self, rung: Rung, known: Raised | None) -> EscalationRaised:
        command, key = self.command, self.clock.key
        times_withdrawn = known.times_withdrawn if known else 0
        responsible = self.clock.responsible or command.responsible
        return EscalationRaised(
            **self._name(),
            escalation_id=escalation_id(command.ticket_id, key, rung.step, times_withdrawn),
            step=rung.step,
            addressee=command.directory.addressees(
                rung.to, responsible, command.at, command.against_person
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
        rungs = {rung.step: rung for rung in self.clock.rungs}
        for step, known in self.before.raised.items() if self.before else ():
            reason = _why_withdrawn(rungs.get(step), known)
            if known.stands and reason is not None:
                yield EscalationWithdrawn(
                    **self._name(),
                    escalation_id=known.escalation_id,
                    step=step,
                    reason=reason,
                    at=self.command.at,
                )

    def _known(self, step: Step) -> Raised | None:
        return self.before.raised.get(step) if self.before else None

    def _name(self) -> Name:
        return name_of(self.command.ticket_id, self.clock.key)


def is_told(clock: Clock, before: Said) -> bool:
    """Whether `Telling` surely has nothing to say of the clock, unless a recalculation is told.

    Most of what is looked at is as it was said, and this costs less than to find no event.
    """
    end = clock.end
    if before.state != clock.state or (end is not None and before.ended_at != end.at):
        return False
    if before.moved_by != clock.moved_by and before.deadline != clock.deadline:
        return False
    if clock.missed_at is not None and not before.missed and clock.state != "met_late":
        return False
    stands = {step for step, known in before.raised.items() if known.stands}
    due = {rung.step for rung in clock.rungs if rung.verdict == "due"}
    past = {rung.step for rung in clock.rungs if rung.verdict == "past"}
    return due <= stands <= due | past


def _why_withdrawn(rung: Rung | None, known: Raised) -> str | None:
    """None where it rightly stands: it did fall due, whatever came afterwards."""
    if rung is None:
        return MOVED
    if rung.verdict == "void":
        return rung.reason
    return MOVED if rung.verdict == "waiting" and rung.due_at > known.due_at else None


def _due_at(event: EscalationRaised | ClockMissed) -> datetime:
    return event.due_at if isinstance(event, EscalationRaised) else event.at
