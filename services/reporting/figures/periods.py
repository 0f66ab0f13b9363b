"""A month, a week or a day, as people name it."""

import re
from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Literal

from msgspec import Struct

Unit = Literal["month", "week", "day"]
UNITS: tuple[Unit, ...] = ("month", "week", "day")


class WrongPeriodError(ValueError):
    """No calendar has that month, week or day."""


class Period(Struct, frozen=True):
    """`first` to `last`, both included."""

    unit: Unit
    name: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
WEEK = re.compile(r"[0-9]{4}-W[0-9]{2}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""Digits as they are written once: the same period has one name."""


def month_of(text: str) -> Period:
    """From 2026-11. Raises WrongPeriodError."""
    if not MONTH.fullmatch(text):
        raise WrongPeriodError(text)
    first = _day(f"{text}-01")
    return Period("month", text, first, first.replace(day=monthrange(first.year, first.month)[1]))


def week_of(text: str) -> Period:
    """From 2026-W48, Monday to Sunday (ISO 8601). Raises WrongPeriodError."""
    if not WEEK.fullmatch(text):
        raise WrongPeriodError(text)
    first = _day(f"{text}-1")
    return Period("week", text, first, first + timedelta(days=6))


def day_of(text: str) -> Period:
    """From 2026-11-23. Raises WrongPeriodError."""
    if not DAY.fullmatch(text):
        raise WrongPeriodError(text)
    first = _day(text)
    return Period("day", text, first, first)


def _day(text: str) -> date:
    """From a day in ISO 8601, by its date or its week; the calendar's ends cannot be shifted."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongPeriodError(text) from None
    if day.year in {MINYEAR, MAXYEAR}:
        raise WrongPeriodError(text)
    return day


PARSERS = {"month": month_of, "week": week_of, "day": day_of}


def name_of(unit: Unit, day: date) -> str:
    """The period's name in which a day lies."""
    match unit:
        case "month":
            return f"{day:%Y-%m}"
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case "day":
            return day.isoformat()


def period_around(unit: Unit, day: date) -> Period:
    return PARSERS[unit](name_of(unit, day))
