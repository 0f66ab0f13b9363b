"""China's official days: an operator's file first, then a library, else an estimate.

The State Council announces a year's holidays and make-up workdays in the November before it.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from holidays import country_holidays
from msgspec import Meta, Struct

from shared.packs.notation import days_of, makeup_days_of
from shared.packs.reading import WrongDataError, read_yaml
from shared.worktime import OfficialYear

if TYPE_CHECKING:
    from datetime import date


class Notice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was announced for one year; its days may lie in the years beside it."""

    year: Annotated[int, Meta(ge=1970, le=2199)]
    source: Annotated[str, Meta(min_length=1)]
    days_off: tuple[str, ...]
    makeup_days: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for day in days_of(self.days_off) & makeup_days_of(self.makeup_days).keys():
            raise ValueError(f"{day} is both a day off and a make-up day")


class NoticeFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    notices: tuple[Notice, ...]


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
            makeup_days = makeup_days_of(notice.makeup_days)
            days_off = days_of(notice.days_off)
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
    """Return what the library knows; a list without make-up workdays is its guess."""
    days = country_holidays("CN", years=(year, year + 1))
    makeup_days = {day: 0 for day in days.weekend_workdays if day.year == year}
    return OfficialYear(
        frozenset(day for day in days if day.year == year and day not in makeup_days),
        makeup_days,
        official=bool(makeup_days),
    )


def china_days(file: Path | None = None) -> ChinaDays:
    """Read the operator's file of notices, if there is one. Raises WrongDataError.

    The file holds `notices`, each with `year`, `source`, `days_off` and `makeup_days`; days are
    written as `2027-01-01` or `2027-02-05..2027-02-11`, make-up days as `2027-01-03` or
    `2027-01-03 as friday`.
    """
    if file is None:
        return ChinaDays()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongDataError(str(file), 1, f"the file can't be read ({error})") from None
    return ChinaDays(read_yaml(text, str(file), NoticeFile).notices)
