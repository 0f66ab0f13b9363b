"""An operator's file of what was announced about a country's days off, read once at start."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

import structlog
from msgspec import Meta, Struct

from shared.packs.notation import day_of, days_of, makeup_days_of
from shared.packs.reading import MisplacedError, read_yaml, text_of

Days = TypeVar("Days")
Year = Annotated[int, Meta(ge=1970, le=2199)]
Told = Annotated[str, Meta(min_length=1, max_length=500)]

MOST_DAYS_OFF, MOST_MAKEUP_DAYS = 60, 30
"""Twice of what the longest notices had: more is a slip, and nobody would work."""
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
WEB = re.compile(r"https?://[^/\s]", re.IGNORECASE)

log = structlog.get_logger(__name__)


class Notice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was announced for one year, by whom and when; `source` is where that can be read.

    Its days may lie in the years beside it, as a make-up day before New Year does.
    """

    year: Year
    announced_by: Told
    announced_on: str
    source: Told | None = None
    days_off: Annotated[tuple[str, ...], Meta(min_length=1)]
    makeup_days: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _read("announced_on", day_of, self.announced_on)
        off: set[date] = set()
        for number, text in enumerate(self.days_off):
            place = f"days_off[{number}]"
            found = _read(place, lambda days: days_of((days,)), text)
            self._check_near(place, found)
            off |= found
        made_up: set[date] = set()
        for number, text in enumerate(self.makeup_days):
            place = f"makeup_days[{number}]"
            (day,) = _read(place, lambda days: makeup_days_of((days,)), text)
            self._check_near(place, (day,))
            if day in off:
                raise MisplacedError(place, f"{day} is both a day off and a make-up day")
            if day in made_up:
                raise MisplacedError(place, f"make-up day {day} is given twice")
            made_up.add(day)

    def _check_near(self, place: str, days: Iterable[date]) -> None:
        first, last = self.year - 1, self.year + 1
        for day in days:
            if not first <= day.year <= last:
                problem = f"{day} is far from {self.year}: expected a day of {first} to {last}"
                raise MisplacedError(place, problem)

    def off(self) -> frozenset[date]:
        return days_of(self.days_off)

    def made_up(self) -> dict[date, int]:
        """Make-up days, with the weekday whose hours they take."""
        return makeup_days_of(self.makeup_days)


class GivenNotice(Notice, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice as somebody writes it down now: held to more than one that was published once.

    It names a day off in its own year, which becomes official by it, and reaches as far as
    holidays and their make-up days do: from the December before to the January after. Its
    source is a web address or plain text, never an address that runs something where it is shown.
    """

    def __post_init__(self) -> None:
        Notice.__post_init__(self)
        for number, text in enumerate(self.days_off):
            self._check_reach(f"days_off[{number}]", days_of((text,)))
        for number, text in enumerate(self.makeup_days):
            self._check_reach(f"makeup_days[{number}]", makeup_days_of((text,)))
        if all(day.year != self.year for day in self.off()):
            raise MisplacedError("days_off", f"expected a day of {self.year}, the notice's year")
        _check_count("days_off", len(self.off()), MOST_DAYS_OFF)
        _check_count("makeup_days", len(self.made_up()), MOST_MAKEUP_DAYS)
        _check_source(self.source or "")

    def _check_reach(self, place: str, days: Iterable[date]) -> None:
        first, last = date(self.year - 1, 12, 1), date(self.year + 1, 1, 31)
        for day in days:
            if not first <= day <= last:
                problem = f"{day} is far from {self.year}: expected a day of {first} to {last}"
                raise MisplacedError(place, problem)


def _check_count(place: str, found: int, most: int) -> None:
    if found > most:
        raise MisplacedError(place, f"{found} days for one year: expected at most {most}")


def _check_source(source: str) -> None:
    if not source.isprintable():
        raise MisplacedError("source", "it holds a character that cannot be shown: leave it out")
    if SCHEME.match(source.strip()) and not WEB.match(source.strip()):
        raise MisplacedError("source", "expected an https:// or http:// address, or plain text")


class NoticeFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A year's in the order in which they were announced: a later one corrects an earlier one."""

    notices: tuple[GivenNotice, ...]

    def __post_init__(self) -> None:
        last: dict[int, str] = {}
        for number, notice in enumerate(self.notices):
            before = last.get(notice.year, notice.announced_on)
            if day_of(notice.announced_on) < day_of(before):
                problem = f"expected {before} or later: the last one announced for a year wins"
                raise MisplacedError(f"notices[{number}].announced_on", problem)
            last[notice.year] = notice.announced_on


def read_notices(file: Path) -> tuple[Notice, ...]:
    """In the order in which they were announced: of a day that two years' name, the later counts.

    Logs which notices count; who announced them stays in the file, names are not logged.
    Raises WrongDataError, with file and line.
    """
    found = read_yaml(text_of(file, "HUIYIN_HOLIDAYS_FILE"), str(file), NoticeFile).notices
    notices = sorted(found, key=lambda notice: day_of(notice.announced_on))
    read = [f"{notice.year}, announced on {notice.announced_on}" for notice in notices]
    log.info("notices of working days read", file=str(file), notices=read)
    return tuple(notices)


def _read(place: str, read: Callable[[str], Days], text: str) -> Days:
    try:
        return read(text)
    except ValueError as error:
        raise MisplacedError(place, str(error)) from None
