"""What sets one version of a country's days apart from another."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from shared.worktime import DAYS_OF_WEEK, OfficialDays, OfficialYear


class DayChange(Struct, frozen=True):
    """One day; a make-up workday says whose hours it takes, as `monday`."""

    day: date
    before: str
    after: str


class DaysDifference(Struct, frozen=True):
    """Years that have an official notice now and had none before, and each day that differs."""

    official: tuple[int, ...]
    days: tuple[DayChange, ...]


def differences(before: OfficialDays, after: OfficialDays, years: Iterable[int]) -> DaysDifference:
    """Over these years, by day."""
    official: list[int] = []
    days: list[DayChange] = []
    for year in years:
        old, new = before.year(year), after.year(year)
        if new.official and not old.official:
            official.append(year)
        named = old.days_off | new.days_off | old.makeup_days.keys() | new.makeup_days.keys()
        days += [
            DayChange(day, _said(old, day), _said(new, day))
            for day in sorted(named)
            if _said(old, day) != _said(new, day)
        ]
    return DaysDifference(tuple(official), tuple(days))


def _said(year: OfficialYear, day: date) -> str:
    """A weekend's day is off anyway: what a calendar says of its weekday stands."""
    if day in year.days_off:
        return "off"
    if day in year.makeup_days:
        return DAYS_OF_WEEK[year.makeup_days[day]]
    return "usual"
