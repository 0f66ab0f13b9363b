"""A calendar as its owner writes it down: which minutes of which days are worked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from typing import NamedTuple, Protocol
from zoneinfo import available_timezones

from shared.worktime.errors import CalendarInvalidError

DAYS_OF_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONDAY = 0
MINUTES_OF_DAY = 24 * 60


@cache
def zones() -> frozenset[str]:
    """The names that the tz database knows, read once: it takes a walk through 600 files."""
    return frozenset(available_timezones())


class Span(NamedTuple):
    """Minutes of a day by the wall clock, half-open: `open` is worked, `close` is not."""

    open: int
    close: int


Spans = tuple[Span, ...]
ALL_DAY: Spans = (Span(0, MINUTES_OF_DAY),)


@dataclass(frozen=True, slots=True)
class OfficialYear:
    """A country's days off and make-up workdays (by the weekday whose spans they take).

    `official` is false when no notice for the year is known and the days are an estimate.
    """

    days_off: frozenset[date]
    makeup_days: Mapping[date, int]
    official: bool


class OfficialDays(Protocol):
    """The port through which a calendar learns a country's days."""

    def year(self, year: int, /) -> OfficialYear: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRules:
    """One version of a calendar; `weekly` holds the spans of Monday to Sunday.

    The calendar's own special days come before its days off and make-up days, and these before
    the country's. Raises CalendarInvalidError.
    """

    name: str
    version: int
    zone: str
    weekly: tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
    days_off: frozenset[date] = frozenset()
    makeup_days: Mapping[date, int] = field(default_factory=dict)
    special_days: Mapping[date, Spans] = field(default_factory=dict)
    country: OfficialDays | None = None

    def __post_init__(self) -> None:
        for spans in (*self.weekly, *self.special_days.values()):
            self._check(spans)
        if not any(self.weekly):
            raise CalendarInvalidError(self.name, "no weekday has any working time")
        for day in sorted(self.days_off & self.makeup_days.keys()):
            raise CalendarInvalidError(self.name, f"{day} is both a day off and a make-up day")
        for day, weekday in self.makeup_days.items():
            if not self.weekly[weekday]:
                problem = f"make-up day {day} takes {DAYS_OF_WEEK[weekday]}'s spans: it has none"
                raise CalendarInvalidError(self.name, problem)
        if self.zone not in zones():
            raise CalendarInvalidError(self.name, f"zone {self.zone!r} is unknown")

    def _check(self, spans: Spans) -> None:
        for span in spans:
            if not 0 <= span.open < span.close <= MINUTES_OF_DAY:
                problem = f"span {span.open}-{span.close} does not open before it closes in one day"
                raise CalendarInvalidError(self.name, problem)
        if any(before.close > after.open for before, after in pairwise(spans)):
            raise CalendarInvalidError(self.name, "the spans of a day overlap or are out of order")

    def spans_on(self, day: date, country: OfficialYear | None) -> Spans:
        """Spans worked on that day; `country` is the official year that holds it."""
        if day in self.special_days:
            return self.special_days[day]
        if day in self.days_off:
            return ()
        if day in self.makeup_days:
            return self.weekly[self.makeup_days[day]]
        if country is not None:
            if day in country.days_off:
                return ()
            if day in country.makeup_days:
                return self.weekly[country.makeup_days[day]]
        return self.weekly[day.weekday()]


def round_the_clock(name: str = "24x7", zone: str = "UTC", version: int = 1) -> CalendarRules:
    """Every minute of every day: elapsed time as a calendar."""
    return CalendarRules(name=name, version=version, zone=zone, weekly=(ALL_DAY,) * 7)
