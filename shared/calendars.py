"""Every version of a country's official days.

The first is what a library and an operator's file say; later ones are published.
"""

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from shared.china import ChinaDays
from shared.contracts.sla import CalendarPublished, PublishedNotice
from shared.notices import Notice, read_notices
from shared.worktime import OfficialDays

CHINA = "cn"
COUNTRIES: Mapping[str, str] = {CHINA: "CN"}
"""By the calendar's name, how packs name the country."""


class CalendarVersion(NamedTuple):
    """One version, and since when it is in force; None: since ever.

    `notices` are those that were published; version 1 has none.
    """

    number: int
    days: OfficialDays
    effective_from: datetime | None = None
    notices: tuple[PublishedNotice, ...] = ()


class Calendars:
    """Each version of each country's days; `notices` are those of an operator's file."""

    __slots__ = ("_found", "_notices")

    def __init__(self, notices: tuple[Notice, ...] = ()) -> None:
        self._notices = notices
        self._found = {CHINA: [CalendarVersion(1, ChinaDays(notices))]}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._found)

    def versions(self, name: str) -> Sequence[CalendarVersion]:
        """The oldest first; none of a country that nobody knows."""
        return self._found.get(name, ())

    def newest(self, name: str) -> CalendarVersion:
        """The last one published, in force or not. Raises KeyError."""
        return self._found[name][-1]

    def in_force(self, name: str, at: datetime) -> CalendarVersion:
        """The version for what happened then. Raises KeyError."""
        return next(
            one
            for one in reversed(self._found[name])
            if one.effective_from is None or one.effective_from <= at
        )

    def countries(self, at: datetime) -> Mapping[str, OfficialDays]:
        """The days in force then, by the name that packs give the country."""
        return {COUNTRIES[name]: self.in_force(name, at).days for name in self._found}

    def days_of(self, notices: Iterable[PublishedNotice]) -> OfficialDays:
        """China's days as these notices, after those of the file, have them."""
        return ChinaDays((*self._notices, *map(_notice_of, notices)))

    def take(self, event: CalendarPublished) -> None:
        """A version that was published: in any order, and as often as it comes."""
        versions = self._found.get(event.calendar)
        if versions is not None and all(one.number != event.version for one in versions):
            days = self.days_of(event.notices)
            version = CalendarVersion(event.version, days, event.effective_from, event.notices)
            insort(versions, version, key=_number)


def load_calendars(holidays_file: Path | None = None) -> Calendars:
    """Version 1 of each; the file, if there is one, is read now. Raises WrongDataError."""
    return Calendars(read_notices(holidays_file) if holidays_file else ())


def published_notice(notice: Notice) -> PublishedNotice:
    """The notice as an event carries it."""
    return msgspec.convert(msgspec.structs.asdict(notice), PublishedNotice)


def digest_of(notice: PublishedNotice) -> str:
    """SHA-256 of its canonical form."""
    return sha256(msgspec.json.encode(notice, order="deterministic")).hexdigest()


def _notice_of(notice: PublishedNotice) -> Notice:
    return msgspec.convert(msgspec.structs.asdict(notice), Notice)


def _number(version: CalendarVersion) -> int:
    return version.number
