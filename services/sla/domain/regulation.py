"""A pack with its calendars at work: which rule judges a clock, and what it promises when."""

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from msgspec import Struct

from services.sla.domain.meanings import ANSWER
from services.sla.domain.plans import plan_of
from services.sla.domain.rests import NO_RESTS, Rests
from shared.contracts.sla import Step
from shared.packs import Addressee, Classified, Clock, Duration, Pack, Rule
from shared.worktime import Calendar, PausedTime, round_the_clock

K = TypeVar("K")
V = TypeVar("V")
WHOLE = 100
"""Percent: the limit itself."""
WALL_CLOCK = Calendar(round_the_clock())
Second = int
"""Whole seconds since 1970: a promise is exact to the second, fractions are dropped."""
Interval = tuple[Second, Second]
REVISITS = frozenset({"revisit-scheduled", "revisit-concluded"})


class RungDue(Struct, frozen=True, gc=False):
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


Promise = tuple[Deadline, tuple[RungDue, ...]]
KEPT = 20_000
"""How many answers a regulation remembers: some 10 MB of them."""


class Regulation:
    """One version of a pack; `calendars` by the names that the pack gives them.

    `days` is the version of the official days that those of them with a country go by.
    """

    __slots__ = (
        "_lasting",
        "_promises",
        "_rules",
        "_unpaused",
        "answer",
        "calendars",
        "days",
        "pack",
        "plans",
    )

    def __init__(self, pack: Pack, calendars: Mapping[str, Calendar], days: int = 1) -> None:
        self.pack = pack
        self.calendars = calendars
        self.days = days
        self.plans = tuple(
            plan_of(pack, clock, self.calendar_version(clock)) for clock in pack.clocks
        )
        """Of each clock, in the pack's order."""
        self.answer = next((one for one in self.plans if one.clock.name == ANSWER), None)
        self._unpaused = {one: PausedTime(one) for one in (WALL_CLOCK, *calendars.values())}
        self._rules: dict[tuple[str, Classified, int], Rule | None] = {}
        self._promises: dict[tuple[str, int, Second, Second | None], Promise] = {}
        self._lasting: dict[tuple[str, int], tuple[Second, Promise]] = {}
        """Of clocks that the wall clock measures: of the first start that was asked for."""

    def rule(self, clock: Clock, case: Classified, round_number: int) -> Rule | None:
        """The rule that judges; None where there is no limit. `case` must be hashable.

        Nobody is called back about a kind that the pack exempts.
        """
        key = (clock.name, case, round_number)
        try:
            return self._rules[key]
        except KeyError:
            _make_room(self._rules)
            exempt = case.kind in self.pack.revisit.exempt and not REVISITS.isdisjoint(clock.until)
            found = None if exempt else self.pack.rule(clock.name, case, round_number)
            self._rules[key] = found
            return found

    def calendar_version(self, clock: Clock) -> str:
        """Which calendar a clock is measured by, as `office.v1`, or `office.v1/cn.v2`.

        Of official days the first version is not named: it is what was known without a notice.
        """
        rules = self.calendars[clock.calendar].rules
        name = f"{rules.name}.v{rules.version}"
        return name if rules.country is None or self.days == 1 else f"{name}/cn.v{self.days}"

    def promise(
        self, clock: Clock, rule: Rule, start: Second, until: Second | None = None
    ) -> Promise:
        """Deadline and ladder as nothing has moved them yet; a ticket is looked at many times.

        Raises OutsideCalendarError.
        """
        key = (clock.name, id(rule), start, until)
        found = self._promises.get(key)
        if found is None:
            if until is None and _is_elapsed(rule):
                found = self._shifted(clock, rule, start)
            else:
                found = self._computed(clock, rule, start, until)
            _make_room(self._promises)
            self._promises[key] = found
        return found

    def _computed(
        self, clock: Clock, rule: Rule, start: Second, until: Second | None = None
    ) -> Promise:
        deadline = self.deadline(clock, rule, start, NO_RESTS, until)
        return deadline, self.rungs(clock, rule, start, deadline)

    def _shifted(self, clock: Clock, rule: Rule, start: Second) -> Promise:
        """What the wall clock measures is as long whenever it begins: it is computed once."""
        key = clock.name, id(rule)
        if key not in self._lasting:
            self._lasting[key] = start, self._computed(clock, rule, start)
        first, ((target, due, provisional), rungs) = self._lasting[key]
        later = start - first
        if rungs:
            WALL_CLOCK.covering(start, max([rung.due_at for rung in rungs]) + later)
        ladder = [
            RungDue(one.step, one.due_at + later, one.to, one.unless_accepted) for one in rungs
        ]
        target = None if target is None else target + later
        return Deadline(target, due + later, provisional), tuple(ladder)

    def check_reach(self, start: Second) -> None:
        """Each limit and rung for what starts then. Raises OutsideCalendarError: none is reached.

        A ticket that such a rule fits would not be judged.
        """
        for plan in self.plans:
            for rule in plan.clock.rules:
                self._computed(plan.clock, rule, start)

    def time(self, clock: Clock, rule: Rule, rests: Rests = NO_RESTS) -> PausedTime:
        """What measures the clock: its calendar or the wall clock, less the pauses."""
        elapsed = rule.limit is None or rule.limit.measure == "elapsed"
        return self._on(WALL_CLOCK if elapsed else self.calendars[clock.calendar], rests)

    def _on(self, calendar: Calendar, rests: Rests) -> PausedTime:
        return rests.on(calendar) if rests else self._unpaused[calendar]

    def deadline(
        self,
        clock: Clock,
        rule: Rule,
        start: Second,
        rests: Rests = NO_RESTS,
        until: Second | None = None,
    ) -> Deadline:
        """What the rule promises to a clock that starts then. Raises OutsideCalendarError.

        `until` is the limit of a rule that has none of its own.
        """
        if rule.limit is None:
            return Deadline(None, start if until is None else max(start, until), provisional=False)
        calendar = self.calendars[clock.calendar]
        target = self._add(calendar, start, rule.target, rests) if rule.target else None
        due = self._add(calendar, start, rule.limit, rests)
        on_calendar = not _is_elapsed(rule)
        provisional = on_calendar and calendar.is_provisional(start, max(due, target or due))
        return Deadline(target, due, provisional)

    def _add(self, calendar: Calendar, start: Second, promised: Duration, rests: Rests) -> Second:
        match promised.measure:
            case "elapsed" if not rests:
                return start + promised.amount
            case "elapsed":
                return rests.on(WALL_CLOCK).add(start, promised.amount)
            case "working":
                return self._on(calendar, rests).add(start, promised.amount)
            case "workdays" if self.pack.workdays == "same-position":
                due = self._on(calendar, rests).same_position(start, promised.amount)
                return rests.outside(due)
            case "workdays":
                return rests.outside(self._on(calendar, rests).add_workdays(start, promised.amount))

    def rungs(
        self,
        clock: Clock,
        rule: Rule,
        start: Second,
        deadline: Deadline,
        rests: Rests = NO_RESTS,
    ) -> tuple[RungDue, ...]:
        """The ladder, its shares measured as the clock measures; beyond the limit it goes on."""
        ladder = self.pack.ladder(rule)
        if not ladder:
            return ()
        time = self.time(clock, rule, rests)
        whole = time.measure(start, deadline.due_at)
        found = []
        for rung in ladder:
            share, due = rung.at, deadline.due_at
            if share == "target":
                if deadline.target_at is None:
                    continue
                due = deadline.target_at
            elif share != WHOLE:
                due = time.add(start, -(-whole * share // WHOLE))  # never too early
            found.append(RungDue(rung.step, due, rung.to, rung.unless_accepted))
        return tuple(found)


def _is_elapsed(rule: Rule) -> bool:
    """Whether the wall clock measures all that it promises."""
    limit, target = rule.limit, rule.target
    if limit is None or limit.measure != "elapsed":
        return False
    return target is None or target.measure == "elapsed"


def _make_room(kept: dict[K, V]) -> None:
    """What is asked for still is soon there again."""
    if len(kept) >= KEPT:
        kept.clear()
