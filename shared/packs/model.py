"""What a regulation is as data: calendars, clocks, the ladder, and the rules of calling people.

Plain msgspec structs: a domain may read them, and a later version travels in an event.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import available_timezones

from msgspec import Meta, Struct, field

from shared.contracts.sla import Step
from shared.contracts.terms import Kind, Level, PauseReason
from shared.packs.notation import Duration, day_of, days_of, makeup_days_of, spans_of, week_of
from shared.packs.rules import Classified, Rule, check_rivals, most_specific_first
from shared.worktime import CalendarRules, OfficialDays

Name = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Version = Annotated[int, Meta(ge=1)]
Remedy = Annotated[str, Meta(min_length=1, max_length=120)]
Count = Annotated[int, Meta(ge=1, le=100)]
Percent = Annotated[int, Meta(ge=1, le=1000)]
KeyMoment = Annotated[str, Meta(min_length=1, max_length=120)]
Country = Literal["CN"]
Fact = Literal["ticket-registered", "round-started", "customer-notified-result", "ticket-answered"]
"""What starts or stops a clock; sla knows how each is told from the events that it hears."""
Addressee = Literal[
    "handler",
    "first_owner",
    "department_supervisor",
    "department_manager",
    "deputy_general_manager",
    "quality_centre",
]


class PackCalendar(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A calendar in the notation of a pack; `country` brings its public holidays."""

    name: Name
    version: Version
    weekly: dict[str, tuple[str, ...]]
    country: Country | None = None
    days_off: tuple[str, ...] = ()
    makeup_days: tuple[str, ...] = ()
    special_days: dict[str, tuple[str, ...]] = {}

    def __post_init__(self) -> None:
        self.rules("UTC", None)

    def rules(self, zone: str, country: OfficialDays | None) -> CalendarRules:
        """Read the notation; `country` answers for the country's days. Raises ValueError."""
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = week_of(self.weekly)
        special_days = {day_of(day): spans_of(texts) for day, texts in self.special_days.items()}
        return CalendarRules(
            name=self.name,
            version=self.version,
            zone=zone,
            weekly=(monday, tuesday, wednesday, thursday, friday, saturday, sunday),
            days_off=days_of(self.days_off),
            makeup_days=makeup_days_of(self.makeup_days),
            special_days=special_days,
            country=country,
        )


class Rung(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who must act `at` a percentage of the time from start to limit, or at the target."""

    step: Step
    at: Percent | Literal["target"]
    to: Annotated[tuple[Addressee, ...], Meta(min_length=1)]
    unless_accepted: bool = False


class Ladder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    rungs: Annotated[tuple[Rung, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        _check_once("step", [rung.step for rung in self.rungs])


class Clock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One promise: what starts it, what keeps it, what pauses it, and how long it may take.

    `calendar` measures its working time and workdays; times in hours run on the wall clock.
    """

    name: Name
    starts: Annotated[tuple[Fact, ...], Meta(min_length=1)] = field(name="from")
    until: Annotated[tuple[Fact, ...], Meta(min_length=1)]
    calendar: Name
    pauses: tuple[PauseReason, ...] = ()
    rules: Annotated[tuple[Rule, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        check_rivals(self.rules)


class Attempts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must have been tried before a customer counts as unreachable."""

    calls: Count
    apart: Duration
    visit: bool = False

    def __post_init__(self) -> None:
        _check_elapsed(self.apart)

    def enough(self, calls: Iterable[datetime], *, visited: bool = False) -> bool:
        """Whether the calls that failed, and the visit with a note left, suffice."""
        apart = timedelta(seconds=self.apart.amount)
        counted: list[datetime] = []
        for call in sorted(calls):
            if not counted or call - counted[-1] >= apart:
                counted.append(call)
        return len(counted) >= self.calls and (visited or not self.visit)


class Retry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far apart attempts in vain lie, and how many there may be."""

    apart: Duration
    at_most: Count

    def __post_init__(self) -> None:
        _check_elapsed(self.apart)


class Revisit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which kinds are not called back, how often to try, and when a revisit may end unreached."""

    exempt: tuple[Kind, ...]
    before_unreachable: Attempts
    retry: Retry | None = None


class Contact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must have been tried before it may be said that it was in vain."""

    before_unreachable: Attempts
    """Before a customer notice may say that the customer can't be reached."""
    follow_ups: Count = 3
    """How often a work order is followed up before it may be completed unsolved (H-16)."""


class Authority(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each level may promise without asking its superior (H-24, T-05)."""

    remedies: dict[Level, tuple[Remedy, ...]]

    def allows(self, level: Level, remedy: str) -> bool:
        """Whether the remedy is listed for the level."""
        return remedy in self.remedies.get(level, ())


class Outbound(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calls to customers at key moments: by when, and how not to be a nuisance (M-02, M-04).

    `calendar` says when customers may be called, and counts what is due.
    """

    calendar: Name
    task_due: Duration
    per_day: Count
    per_week: Count
    exempt_moments: tuple[KeyMoment, ...] = ()


class Pack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a regulation. `workdays` is how its `wd` times are counted."""

    name: Name
    version: Version
    zone: str
    workdays: Literal["civil-code", "same-position"] = "civil-code"
    calendars: Annotated[tuple[PackCalendar, ...], Meta(min_length=1)]
    clocks: tuple[Clock, ...]
    ladders: tuple[Ladder, ...] = ()
    contact: Contact
    revisit: Revisit
    extension: Literal["consent"] | None = None
    """Whether the customer may consent to a longer time (T-04)."""
    outbound: Outbound | None = None
    authority: Authority | None = None
    """None: everybody may promise everything."""

    def __post_init__(self) -> None:
        if self.zone not in available_timezones():
            raise ValueError(f"zone {self.zone!r} is unknown")
        calendars = _check_once("calendar", [calendar.name for calendar in self.calendars])
        ladders = _check_once("ladder", [ladder.name for ladder in self.ladders])
        _check_once("clock", [clock.name for clock in self.clocks])
        if self.outbound is not None and self.outbound.calendar not in calendars:
            raise ValueError(f"outbound names no calendar here: {self.outbound.calendar}")
        for clock in self.clocks:
            if clock.calendar not in calendars:
                raise ValueError(f"clock {clock.name} names no calendar here: {clock.calendar}")
            for rule in clock.rules:
                if rule.ladder is not None and rule.ladder not in ladders:
                    raise ValueError(f"clock {clock.name} names no ladder here: {rule.ladder}")

    def rule(self, clock: str, case: Classified, round_number: int = 1) -> Rule | None:
        """Return the rule that judges the ticket, or none when it has no limit."""
        fitting = self.rules(clock, case, round_number)
        return fitting[0] if fitting and not fitting[0].none else None

    def rules(self, clock: str, case: Classified, round_number: int = 1) -> tuple[Rule, ...]:
        """Return every rule that fits, the winner first; none when the pack lacks the clock."""
        found = self.clock(clock)
        return most_specific_first(found.rules, case, round_number) if found else ()

    def clock(self, name: str) -> Clock | None:
        return next((clock for clock in self.clocks if clock.name == name), None)

    def ladder(self, rule: Rule) -> tuple[Rung, ...]:
        return next((ladder.rungs for ladder in self.ladders if ladder.name == rule.ladder), ())

    def calendar_rules(self, name: str, countries: Mapping[str, OfficialDays]) -> CalendarRules:
        """Return one of its calendars in the pack's zone. Raises KeyError for an unknown one."""
        calendar = {calendar.name: calendar for calendar in self.calendars}[name]
        country = countries[calendar.country] if calendar.country is not None else None
        return calendar.rules(self.zone, country)


def _check_elapsed(apart: Duration) -> None:
    if apart.measure != "elapsed":
        raise ValueError(f"calls lie apart by the wall clock, not by {apart}")


def _check_once(what: str, names: Sequence[str]) -> Sequence[str]:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{what} {name} is given twice")
    return names
