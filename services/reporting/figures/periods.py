"""A month, a week or a day, as people name it."""

import re
from calendar import monthrange
from datetime import date, timedelta
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


def month_of(text: str) -> Period:
    """From 2026-11. Raises WrongPeriodError."""
    if not re.fullmatch(r"\d{4}-\d\d", text):
        raise WrongPeriodError(text)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise WrongPeriodError(text) from None
    return Period("month", text, first, first.replace(day=monthrange(first.year, first.month)[1]))


def week_of(text: str) -> Period:
    """From 2026-W48, Monday to Sunday (ISO 8601). Raises WrongPeriodError."""
    if not re.fullmatch(r"\d{4}-W\d\d", text):
        raise WrongPeriodError(text)
    try:
        first = date.fromisocalendar(int(text[:4]), int(text[6:]), 1)
        return Period("week", text, first, first + timedelta(days=6))
    except (ValueError, OverflowError):
        raise WrongPeriodError(text) from None


def day_of(text: str) -> Period:
    """From 2026-11-23. Raises WrongPeriodError."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise WrongPeriodError(text)
    try:
        first = date.fromisoformat(text)
    except ValueError:
        raise WrongPeriodError(text) from None
    return Period("day", text, first, first)


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
