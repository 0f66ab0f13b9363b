"""The clocks of a ticket: a pure function of facts, regulation and now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from services.sla.domain.facts import Case, Fact, Facts, accepted, is_assigned, registration
from services.sla.domain.regulation import Deadline, Regulation, RungDue, Second
from shared import packs
from shared.contracts.sla import CancelReason, Step
from shared.worktime import epoch_of

State = Literal["running", "paused", "met", "missed", "met_late", "cancelled"]
Verdict = Literal["waiting", "due", "past", "void"]
"""Of a rung: its time has not come; it must stand; it came while the clock ran, which has stopped
since; it must not stand."""

DISPATCH_TIME: Second = 5
"""A ticket entered late may owe several rungs at once. They wait so long for the work order, which
names who is to be called on; without one they go to whom the directory has for such a case."""


class ClockKey(NamedTuple):
    """Names one clock of a ticket."""

    name: str
    round: int
    occurrence: str


class End(NamedTuple):
    """The fact that stopped or cancelled a clock; `at` is never before the start."""

    fact: Fact
    at: datetime
    cancelled: CancelReason | None


class Rung(NamedTuple):
    """A step of the ladder as things stand."""

    step: Step
    due_at: Second
    ready_at: Second
    to: tuple[packs.Addressee, ...]
    verdict: Verdict
    refuted_by: Fact | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise as things stand."""

    key: ClockKey
    state: State
    started: Fact
    end: End | None
    deadline: Deadline
    target_missed_at: Second | None
    missed_at: Second | None
    rungs: tuple[Rung, ...]
    pack: str
    pack_version: int
    calendar_version: str
    next_at: Second | None
    """When time alone changes something here; None: only a fact can."""
    drifted: bool
    """The deadline would be another one today than the one that was promised, which stands."""


Promised = Mapping[ClockKey, Deadline]


def clocks(
    facts: Facts, regulation: Regulation, now: datetime, promised: Promised | None = None
) -> tuple[Clock, ...]:
    """Every clock of every round, oldest first.

    `promised` are deadlines published before: they stand, whatever today's code would compute.
    Raises OutsideCalendarError for a start in a year that no calendar answers for.
    """
    registered = registration(facts)
    if registered is None or registered.case is None:
        return ()
    found = []
    for clock, start in _starts(facts, regulation):
        key = ClockKey(clock.name, start.round, start.event_id)
        rule = regulation.rule(clock, registered.case, start.round)
        if rule is None:
            continue
        found.append(
            _Reading(facts, regulation, clock, rule, start, registered.case).at(
                key, epoch_of(now), (promised or {}).get(key)
            )
        )
    return tuple(found)


def _starts(facts: Facts, regulation: Regulation) -> Iterator[tuple[packs.Clock, Fact]]:
    for clock in regulation.pack.clocks:
        for fact in facts:
            if fact.name in clock.starts:
                yield clock, fact


def end_of(facts: Facts, clock: packs.Clock, start: Fact) -> End | None:
    """What came first: a stop of the clock's own round, the next round, a withdrawal or a merger.

    A stop before the start stops the clock at its start, and at the same moment it comes first.
    """
    ends = []
    for fact in facts:
        at = max(fact.at, start.at)
        if fact.name in clock.until and fact.round == start.round:
            ends.append(End(fact, at, None))
        elif fact.name == "ticket-withdrawn":
            ends.append(End(fact, at, "withdrawn"))
        elif fact.name == "ticket-merged":
            ends.append(End(fact, at, "merged"))
        elif fact.name == "round-started" and fact.round > start.round:
            ends.append(End(fact, at, "next-round"))
    return min(ends, key=lambda end: (end.at, end.cancelled is not None), default=None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One clock being read."""

    facts: Facts
    regulation: Regulation
    clock: packs.Clock
    rule: packs.Rule
    start: Fact
    case: Case

    def at(self, key: ClockKey, now: Second, promised: Deadline | None) -> Clock:
        begun = epoch_of(self.start.at)
        computed = self.regulation.deadline(self.clock, self.rule, begun)
        deadline = promised or computed
        end = end_of(self.facts, self.clock, self.start)
        until = now if end is None else epoch_of(end.at)
        ladder = self.regulation.rungs(self.clock, self.rule, begun, deadline)
        ready_from = self._ready_from(begun)
        rungs = tuple([self._rung(rung, end, now, ready_from) for rung in ladder])
        target = deadline.target_at
        return Clock(
            key=key,
            state=_state(end, deadline, until),
            started=self.start,
            end=end,
            deadline=deadline,
            target_missed_at=target if target is not None and until > target else None,
            missed_at=deadline.due_at if until > deadline.due_at else None,
            rungs=rungs,
            pack=self.case.pack,
            pack_version=self.case.pack_version,
            calendar_version=self.regulation.calendar_version(self.clock),
            next_at=_next_moment(rungs, deadline, now) if end is None else None,
            drifted=promised is not None and promised[:2] != computed[:2],
        )

    def _rung(self, rung: RungDue, end: End | None, now: Second, ready_from: Second) -> Rung:
        ready_at = max(rung.due_at, ready_from)
        verdict, fact, reason = self._verdict(rung, end, now, ready_at)
        return Rung(rung.step, rung.due_at, ready_at, rung.to, verdict, fact, reason)

    def _verdict(
        self, rung: RungDue, end: End | None, now: Second, ready_at: Second
    ) -> tuple[Verdict, Fact | None, str]:
        if end is not None and epoch_of(end.at) <= rung.due_at:
            return "void", end.fact, end.cancelled or "met"
        if rung.unless_accepted:
            acceptance = accepted(self.facts, self.start.round)
            if acceptance is not None and epoch_of(acceptance.at) <= rung.due_at:
                return "void", acceptance, "accepted"
        if end is not None:
            return "past", None, ""
        if now < ready_at:
            return "waiting", None, ""
        if rung.unless_accepted and not is_assigned(self.facts, self.start.round):
            return "waiting", None, ""  # nobody has it yet, so nobody is reminded
        return "due", None, ""

    def _ready_from(self, begun: Second) -> Second:
        if is_assigned(self.facts, self.start.round):
            return begun
        return epoch_of(self.start.recorded_at) + DISPATCH_TIME


def _state(end: End | None, deadline: Deadline, until: Second) -> State:
    late = until > deadline.due_at
    if end is None:
        return "missed" if late else "running"
    if end.cancelled:
        return "cancelled"
    return "met_late" if late else "met"


def _next_moment(rungs: Iterable[Rung], deadline: Deadline, now: Second) -> Second | None:
    moments = [rung.ready_at for rung in rungs if rung.verdict == "waiting"]
    moments.append(deadline.due_at + 1)
    return min((moment for moment in moments if moment > now), default=None)


class Promise(NamedTuple):
    """What would be promised to a ticket that nobody registered."""

    clause: str
    deadline: Deadline
    rungs: tuple[RungDue, ...]


def preview(
    regulation: Regulation, case: packs.Classified, start: Second
) -> Iterator[tuple[str, Promise | None]]:
    """Each clock that a registration starts; None where there is no limit.

    Raises OutsideCalendarError.
    """
    for clock in regulation.pack.clocks:
        if "ticket-registered" not in clock.starts:
            continue
        rule = regulation.pack.rule(clock.name, case)
        if rule is None:
            yield clock.name, None
            continue
        deadline = regulation.deadline(clock, rule, start)
        rungs = regulation.rungs(clock, rule, start, deadline)
        yield clock.name, Promise(rule.clause, deadline, rungs)
