"""A regulation's next version, and a country's: what may be published, and what was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from services.sla.domain.errors import (
    CalendarVersionNotRaisedError,
    EffectiveNotLaterError,
    EffectiveTooLateError,
    EffectiveTooSoonError,
    NoticeInFutureError,
    NoticeOutOfOrderError,
    VersionNotNextError,
    VersionUnchangedError,
)
from shared.comparing_days import differences
from shared.contracts.sla import CalendarPublished, PackPublished, PublishedNotice
from shared.decider import Decider
from shared.packs.versions import FIRST
from shared.worktime import OfficialDays

NAMESPACE = UUID("0d7a5f8e-90c4-4b0e-8a44-6e1d5b1a7c20")
AHEAD = timedelta(minutes=10)
"""By then every service has heard of it: no two judge one ticket by two versions."""
FARTHEST = timedelta(days=366)
"""Versions come one after the other: a slip in a year would put off every next one."""
HOME = ZoneInfo("Asia/Shanghai")
"""Where notices are announced: a day there."""


def pack_id(name: str) -> UUID:
    """The stream that keeps a pack's published versions."""
    return uuid5(NAMESPACE, f"pack/{name}")


def calendar_id(name: str) -> UUID:
    """The stream that keeps a country's."""
    return uuid5(NAMESPACE, f"calendar/{name}")


@dataclass(frozen=True, kw_only=True)
class PublishPack:
    """Have the definition judge tickets from then on; `base` is the pack's file, version 1."""

    pack: str
    definition: Mapping[str, Any]
    base: Mapping[str, Any]
    digest: str
    effective_from: datetime
    reason: str | None
    at: datetime
    now: datetime

    @property
    def pack_id(self) -> UUID:
        return pack_id(self.pack)


@dataclass(frozen=True, kw_only=True)
class PublishNotice:
    """Have what was announced measure tickets from then on.

    `days_of` says what published notices come to, after those of the operator's file.
    """

    calendar: str
    notice: PublishedNotice
    days_of: Callable[[Sequence[PublishedNotice]], OfficialDays]
    digest: str
    effective_from: datetime
    reason: str | None
    at: datetime
    now: datetime

    @property
    def calendar_id(self) -> UUID:
        return calendar_id(self.calendar)


PackVersions = Sequence[PackPublished]
CalendarVersions = Sequence[CalendarPublished]


def publish_pack(command: PublishPack, published: PackVersions) -> list[PackPublished]:
    last = published[-1] if published else None
    before = last.definition if last else command.base
    if last is not None and _repeats(command, last):
        return []
    _check_window(command)
    if command.definition["version"] != before["version"] + 1:
        raise VersionNotNextError(expected=str(before["version"] + 1))
    if _figures(command.definition) == _figures(before):
        raise VersionUnchangedError
    _check_calendars(command.definition, before)
    _check_follows(command, last)
    return [
        PackPublished(
            pack_id=command.pack_id,
            pack=command.pack,
            version=command.definition["version"],
            effective_from=command.effective_from,
            definition=dict(command.definition),
            digest=command.digest,
            reason=command.reason,
            at=command.at,
        )
    ]


def _check_calendars(definition: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """An explanation names a calendar by its number: other hours have another one."""
    known = {one["name"]: one for one in before["calendars"]}
    for calendar in definition["calendars"]:
        old = known.get(calendar["name"], calendar)
        if _figures(calendar) != _figures(old) and calendar["version"] <= old["version"]:
            raise CalendarVersionNotRaisedError(calendar=calendar["name"])


def _repeats(command: PublishPack, last: PackPublished) -> bool:
    said = (command.definition, command.effective_from)
    return said == (last.definition, last.effective_from)


def _figures(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**definition, "version": None}


def publish_notice(command: PublishNotice, published: CalendarVersions) -> list[CalendarPublished]:
    last = published[-1] if published else None
    notices = last.notices if last else ()
    if last is not None and _announces_again(command, last):
        return []
    _check_window(command)
    _check_announced(command, notices)
    _check_follows(command, last)
    return [
        CalendarPublished(
            calendar_id=command.calendar_id,
            calendar=command.calendar,
            version=(last.version if last else FIRST) + 1,
            effective_from=command.effective_from,
            notices=(*notices, command.notice),
            digest=command.digest,
            reason=command.reason,
            at=command.at,
        )
    ]


def _announces_again(command: PublishNotice, last: CalendarPublished) -> bool:
    said = (command.notice, command.effective_from)
    return said == (last.notices[-1], last.effective_from)


def _check_announced(command: PublishNotice, notices: Sequence[PublishedNotice]) -> None:
    """Against those of the same year alone: a correction of this year's may come after next year's.

    One that was published with a slip in its date, before that was refused, holds up no other.
    """
    today, announced = command.now.astimezone(HOME).date(), _announced(command.notice)
    if announced > today:
        raise NoticeInFutureError(today=today.isoformat())
    if _changes_nothing(command, notices):
        raise VersionUnchangedError
    year = [_announced(one) for one in notices if one.year == command.notice.year]
    newest = max((day for day in year if day <= today), default=announced)
    if announced < newest:
        raise NoticeOutOfOrderError(announced_on=newest.isoformat())


def _announced(notice: PublishedNotice) -> date:
    return date.fromisoformat(notice.announced_on)


def _changes_nothing(command: PublishNotice, notices: Sequence[PublishedNotice]) -> bool:
    year = command.notice.year
    before, after = command.days_of(notices), command.days_of((*notices, command.notice))
    found = differences(before, after, range(year - 1, year + 2))
    return not (found.official or found.days)


def _check_window(command: PublishPack | PublishNotice) -> None:
    """What is wrong with the time itself is told before anything else."""
    earliest = command.now + AHEAD
    if command.effective_from < earliest:
        raise EffectiveTooSoonError(earliest=earliest.isoformat())
    if command.effective_from > command.now + FARTHEST:
        raise EffectiveTooLateError


def _check_follows(
    command: PublishPack | PublishNotice, last: PackPublished | CalendarPublished | None
) -> None:
    if last is not None and command.effective_from <= last.effective_from:
        raise EffectiveNotLaterError(effective_from=last.effective_from.isoformat())


def _also(published: Sequence[Any], event: object) -> Sequence[Any]:
    return (*published, event)


PACK_VERSIONS: Decider[PublishPack, PackVersions, PackPublished] = Decider(
    initial=(), decide=publish_pack, evolve=_also
)
CALENDAR_VERSIONS: Decider[PublishNotice, CalendarVersions, CalendarPublished] = Decider(
    initial=(), decide=publish_notice, evolve=_also
)
