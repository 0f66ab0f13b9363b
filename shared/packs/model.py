"""What a regulation is as data: calendars, clocks, the ladder; how people are called: `calling`.

Plain msgspec structs: a domain may read them, and a later version travels in an event.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct, field

from shared.contracts.sla import Step
from shared.contracts.terms import Level, Occasion, PauseReason
from shared.packs.calling import Contact, Name, Outbound, Revisit
from shared.packs.ladders import Ladder, Rung, Takeover, check_takeovers
from shared.packs.notation import day_of, days_of, makeup_days_of, spans_of, week_of
from shared.packs.reading import MisplacedError
from shared.packs.rules import Classified, Rule, check_rivals, most_specific_first
from shared.packs.sense import check_following, check_sense
from shared.worktime import CalendarRules, OfficialDays, zones

Version = Annotated[int, Meta(ge=1)]
Remedy = Annotated[str, Meta(min_length=1, max_length=120)]
Country = Literal["CN"]
Fact = Literal[
    "ticket-registered",
    "ticket-recorded",
    "round-started",
    "round-recorded",
    "ticket-answered",
    "customer-repeated",
    "work-order-offered",
    "work-order-accepted",
    "contact-attempted",
    "progress-unfinished",
    "progress-done",
    "work-order-completed",
    "written-answer-sent",
    "written-answer-reviewed",
    "written-answer-rejected",
    "customer-notified",
    "customer-notified-result",
    "customer-reached-result",
    "customer-notified-overdue",
    "promise-made",
    "revisit-scheduled",
    "revisit-concluded",
    "help-offered",
    "help-completed",
    "answer-missed",
    "taken-over-higher",
    "appeal-lodged",
    "appeal-answered",
    "contact-abandoned",
    "contact-called-back",
    "outbound-task-created",
    "outbound-task-concluded",
    "recorded",
]
"""What starts or stops a clock; sla knows how each is told from the events that it hears.
`-recorded` is when it was written down; `recorded`: when that was which starts the clock."""
Rounds = Literal["every", "first", "any"]
"""In which rounds of a ticket a clock starts; the next round ends what starts in every one."""


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


class Clock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One promise: what starts it, what keeps it, what pauses it, and how long it may take.

    `calendar` measures its working time and workdays; times in hours run on the wall clock.
    """

    name: Name
    starts: Annotated[tuple[Fact, ...], Meta(min_length=1)] = field(name="from")
    until: Annotated[tuple[Fact, ...], Meta(min_length=1)]
    calendar: Name
    pauses: tuple[PauseReason, ...] = ()
    rounds: Rounds = "every"
    rules: Annotated[tuple[Rule, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        check_rivals(self.rules)
        check_sense(self.starts, self.until, self.rules)


class Authority(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each level may promise without asking its superior (H-24, T-05)."""

    remedies: dict[Level, tuple[Remedy, ...]]

    def allows(self, level: Level, remedy: str) -> bool:
        """Whether the remedy is listed for the level."""
        return remedy in self.remedies.get(level, ())


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
    progress_messages: tuple[Occasion, ...] = ()
    """When the customer gets a message by itself (U-14)."""

    def __post_init__(self) -> None:
        if self.zone not in zones():
            raise MisplacedError(
                "zone", f"zone {self.zone!r} is unknown: write it as Asia/Shanghai"
            )
        calendars = _check_once("calendar", "calendars", self.calendars)
        ladders = _check_once("ladder", "ladders", self.ladders)
        if self.outbound is not None:
            _check_known("outbound.calendar", self.outbound.calendar, calendars)
        names = _check_once("clock", "clocks", self.clocks)
        for number, clock in enumerate(self.clocks):
            check_following(f"clocks[{number}]", clock.name, clock.starts, clock.rules, names)
            _check_known(f"clocks[{number}].calendar", clock.calendar, calendars)
            for rule_number, rule in enumerate(clock.rules):
                if rule.ladder is not None:
                    place = f"clocks[{number}].rules[{rule_number}].ladder"
                    _check_known(place, rule.ladder, ladders)
                    check_takeovers(place, clock.until, self.ladder(rule))

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

    def pauses_for(self, reason: PauseReason) -> bool:
        """Whether any clock stands still for it."""
        return any(reason in clock.pauses for clock in self.clocks)

    def ladder(self, rule: Rule) -> tuple[Rung, ...]:
        return next((ladder.rungs for ladder in self.ladders if ladder.name == rule.ladder), ())

    def takeover(
        self, clock: str, step: Step, case: Classified, round_number: int
    ) -> Takeover | None:
        """Who takes the work order over at that step; None where people are called on only."""
        rule = self.rule(clock, case, round_number)
        rungs = self.ladder(rule) if rule else ()
        return next((rung.takeover for rung in rungs if rung.step == step), None)

    def calendar_rules(self, name: str, countries: Mapping[str, OfficialDays]) -> CalendarRules:
        """Return one of its calendars in the pack's zone. Raises KeyError for an unknown one."""
        calendar = {calendar.name: calendar for calendar in self.calendars}[name]
        country = countries[calendar.country] if calendar.country is not None else None
        return calendar.rules(self.zone, country)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def _check_once(what: str, place: str, given: Sequence[_Named]) -> Sequence[str]:
    names = [one.name for one in given]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise MisplacedError(f"{place}[{number}].name", f"{what} {name} is given twice")
    return names


def _check_known(place: str, name: str, names: Sequence[str]) -> None:
    if name not in names:
        there_are = ", ".join(names) or "none"
        raise MisplacedError(place, f"there is no {name!r} in this pack; there are {there_are}")
