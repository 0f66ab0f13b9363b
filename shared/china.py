"""China's official days: an operator's file first, then a library, else an estimate.

The State Council announces a year's holidays and make-up workdays in the November before it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from holidays import country_holidays

from shared.notices import Notice, read_notices
from shared.worktime import OfficialDays, OfficialYear

if TYPE_CHECKING:
    from datetime import date


class ChinaDays:
    """The port `OfficialDays` for China.

    An operator's notice makes its year official. Where the library knows the year too, the
    notice wins day by day; where the library only guesses, the guess is dropped.
    """

    def __init__(self, notices: tuple[Notice, ...] = ()) -> None:
        self._announced = frozenset(notice.year for notice in notices)
        self._makeup_days: dict[date, int] = {}
        self._days_off: frozenset[date] = frozenset()
        for notice in notices:
            makeup_days, days_off = notice.made_up(), notice.off()
            self._days_off = (self._days_off - makeup_days.keys()) | days_off
            self._makeup_days |= makeup_days
            self._makeup_days = {
                day: weekday for day, weekday in self._makeup_days.items() if day not in days_off
            }

    def year(self, year: int, /) -> OfficialYear:
        known = library_year(year)
        if year in self._announced and not known.official:
            known = OfficialYear(frozenset(), {}, official=True)
        days_off = {day for day in self._days_off if day.year == year}
        makeup_days = {
            day: weekday for day, weekday in self._makeup_days.items() if day.year == year
        }
        kept = {d: weekday for d, weekday in known.makeup_days.items() if d not in days_off}
        return OfficialYear(
            (known.days_off - makeup_days.keys()) | days_off,
            kept | makeup_days,
            official=known.official,
        )


@cache
def library_year(year: int) -> OfficialYear:
    """Return what the library knows; a list without make-up workdays is its guess.

    It guesses up to 2100; beyond, only weekends are off.
    """
    days = country_holidays("CN", years=(year, year + 1))
    makeup_days = {day: 0 for day in days.weekend_workdays if day.year == year}
    return OfficialYear(
        frozenset(day for day in days if day.year == year and day not in makeup_days),
        makeup_days,
        official=bool(makeup_days),
    )


def china_days(holidays_file: Path | None = None) -> ChinaDays:
    """The file, if there is one, is read now. Raises WrongDataError."""
    return ChinaDays(read_notices(holidays_file) if holidays_file else ())


def countries(holidays_file: Path | None = None) -> Mapping[str, OfficialDays]:
    """Each country that a pack's calendar may name. Raises WrongDataError."""
    return {"CN": china_days(holidays_file)}
