"""A clock line by line: the rule that judges it, and every stretch of time that counts in it.

What is shown is what the clock was computed from, so the stretches add up to its figures.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

from services.sla.domain.clocks import Clock
from services.sla.domain.facts import Case
from services.sla.domain.regulation import WALL_CLOCK, Second
from shared.packs import Duration, Rule
from shared.worktime import Calendar, PausedTime, epoch_of

Interval = tuple[Second, Second]


class Pause(NamedTuple):
    """Time that does not count; still open without `ends`."""

    reason: str
    begins: Second
    ends: Second | None
    event_ids: tuple[str, ...]


class Extension(NamedTuple):
    """A longer time that the customer agreed to; `refused` says why it did not count."""

    event_id: str
    until: Second
    refused: str | None


class Reckoning(NamedTuple):
    """The time from the clock's start to `until`, stretch by stretch."""

    until: Second
    segments: tuple[Interval, ...]
    workdays: tuple[Interval, ...]
    """From opening to close: those that a promise in workdays counts, the start day not."""

    @property
    def seconds(self) -> Second:
        """What the segments add up to."""
        return sum(ends - begins for begins, ends in self.segments)


class Explanation(NamedTuple):
    """How a clock comes to its figures."""

    rule: Rule
    lost: tuple[Rule, ...]
    """Others that fit the ticket, and are less specific."""
    target: Reckoning | None
    limit: Reckoning
    used: Reckoning
    """Up to now, or to the fact that stopped the clock."""
    rungs: tuple[Reckoning, ...]
    """One for each of the clock's."""
    pauses: tuple[Pause, ...]
    extensions: tuple[Extension, ...]


def explain(
    clock: Clock,
    case: Case,
    now: Second,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
) -> Explanation | None:
    """Explains a clock; None where its class is promised nothing any more.

    Raises OutsideCalendarError.
    """
    regulation = clock.regulation
    case = next((one.case for one in reversed(clock.moves) if one.case is not None), case)
    rules = regulation.pack.rules(clock.key.name, case, clock.key.round)
    named = regulation.pack.clock(clock.key.name)
    promises = bool(rules) and not rules[0].none
    if named is None or not (promises or clock.moved):  # another class may have ended it
        return None
    rule, limit, target = clock.rule, clock.rule.limit, clock.rule.target
    calendar = regulation.calendars[named.calendar]
    begun = epoch_of(clock.started_at)
    until = now if clock.end is None else epoch_of(clock.end.at)
    reading = _Reading(begun, calendar, [_closed(one, until) for one in pauses])
    due_at, target_at = clock.deadline.due_at, clock.deadline.target_at
    return Explanation(
        rule=rule,
        lost=tuple([one for one in rules if one != rule]),
        target=None if target_at is None else reading.of(target or limit, target_at),
        limit=reading.of(limit, due_at),
        used=reading.of(limit, max(begun, until)),
        rungs=tuple([reading.of(limit, rung.due_at) for rung in clock.rungs]),
        pauses=tuple(pauses),
        extensions=tuple(extensions),
    )


def _closed(pause: Pause, until: Second) -> Interval:
    """A pause that is still open lasts up to now."""
    return pause.begins, max(pause.begins, until if pause.ends is None else pause.ends)


class _Reading(NamedTuple):
    begun: Second
    calendar: Calendar
    pauses: Sequence[Interval]

    def of(self, promised: Duration | None, until: Second) -> Reckoning:
        """The time up to then, as that promise measures it; one that names a time, by the wall."""
        measure = promised.measure if promised else "elapsed"
        elapsed = measure == "elapsed"
        time = PausedTime(WALL_CLOCK if elapsed else self.calendar, self.pauses)
        spans = [(self.begun, until)] if elapsed else self.calendar.segments(self.begun, until)
        days = self._workdays(until) if measure == "workdays" else ()
        return Reckoning(
            until,
            tuple([one for span in spans for one in _less(span, time.pauses)]),
            tuple([day for day in days if time.measure(*day)]),
        )

    def _workdays(self, until: Second) -> Iterator[Interval]:
        """Those after the start day that have begun by then."""
        for number in count(1):
            day = self.calendar.workday(self.begun, number)
            if day[0] > until:
                return
            yield day


def _less(span: Interval, pauses: Sequence[Interval]) -> Iterator[Interval]:
    """What is left of a span; pauses in order, none within another."""
    begins, ends = span
    for pause_begins, pause_ends in pauses:
        if begins < min(pause_begins, ends):
            yield begins, min(pause_begins, ends)
        begins = max(begins, pause_ends)
    if begins < ends:
        yield begins, ends
