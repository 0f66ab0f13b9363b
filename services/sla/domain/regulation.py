"""A pack with its calendars at work: which rule judges a clock, and what it promises when."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.contracts.sla import Step
from shared.packs import Addressee, Classified, Clock, Duration, Pack, Rule, Rung
from shared.worktime import Calendar, PausedTime, round_the_clock

WHOLE = 100
"""Percent: the limit itself."""
WALL_CLOCK = Calendar(round_the_clock())
Second = int
"""Whole seconds since 1970: a promise is exact to the second, fractions are dropped."""


class RungDue(NamedTuple):
    """When somebody must act if the clock still runs."""

    step: Step
    due_at: Second
    to: tuple[Addressee, ...]
    unless_accepted: bool


class Deadline(NamedTuple):
    """What a clock promises: by when, at the latest by when."""

    target_at: Second | None
    due_at: Second
    provisional: bool


class Regulation:
    """One version of a pack; `calendars` by the names that the pack gives them."""

    __slots__ = ("_rules", "calendars", "pack")

    def __init__(self, pack: Pack, calendars: Mapping[str, Calendar]) -> None:
        self.pack = pack
        self.calendars = calendars
        self._rules: dict[tuple[str, Classified, int], Rule | None] = {}

    def rule(self, clock: Clock, case: Classified, round_number: int) -> Rule | None:
        """The rule that judges; None where there is no limit. `case` must be hashable."""
        key = (clock.name, case, round_number)
        if key not in self._rules:
            self._rules[key] = self.pack.rule(clock.name, case, round_number)
        return self._rules[key]

    def calendar_version(self, clock: Clock) -> str:
        """Which calendar a clock is measured by, as `office.v1`."""
        rules = self.calendars[clock.calendar].rules
        return f"{rules.name}.v{rules.version}"

    def deadline(self, clock: Clock, rule: Rule, start: Second) -> Deadline:
        """What the rule promises to a clock that starts then. Raises OutsideCalendarError."""
        assert rule.limit is not None  # noqa: S101 - only a rule without a limit lacks it
        calendar = self.calendars[clock.calendar]
        target = self._add(calendar, start, rule.target) if rule.target else None
        due = self._add(calendar, start, rule.limit)
        on_calendar = any(one and one.measure != "elapsed" for one in (rule.target, rule.limit))
        provisional = on_calendar and calendar.is_provisional(start, max(due, target or due))
        return Deadline(target, due, provisional)

    def _add(self, calendar: Calendar, start: Second, promised: Duration) -> Second:
        match promised.measure:
            case "elapsed":
                return start + promised.amount
            case "working":
                return calendar.add_epoch(start, promised.amount)
            case "workdays" if self.pack.workdays == "same-position":
                return calendar.same_position_epoch(start, promised.amount)
            case "workdays":
                return calendar.add_workdays_epoch(start, promised.amount)

    def rungs(
        self, clock: Clock, rule: Rule, start: Second, deadline: Deadline
    ) -> tuple[RungDue, ...]:
        """The ladder, its shares measured as the clock measures; beyond the limit it goes on."""
        assert rule.limit is not None  # noqa: S101 - as above
        elapsed = rule.limit.measure == "elapsed"
        time = PausedTime(WALL_CLOCK if elapsed else self.calendars[clock.calendar])
        whole = time.measure(start, deadline.due_at)
        found = []
        for rung in self.pack.ladder(rule):
            due = deadline.target_at if rung.at == "target" else None
            if rung.at == WHOLE:
                due = deadline.due_at
            elif rung.at != "target":
                due = time.add(start, -(-whole * rung.at // WHOLE))  # never too early
            if due is not None:
                found.append(_due(rung, due))
        return tuple(found)


def _due(rung: Rung, due_at: Second) -> RungDue:
    return RungDue(rung.step, due_at, rung.to, rung.unless_accepted)
