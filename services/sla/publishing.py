"""A pack's or a country's next version: read as a file is, compared, published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from services.sla.domain.errors import CalendarNotFoundError, PackNotFoundError
from services.sla.domain.versions import (
    CALENDAR_VERSIONS,
    PACK_VERSIONS,
    CalendarVersions,
    PackVersions,
    PublishNotice,
    PublishPack,
    publish_notice,
    publish_pack,
)
from services.sla.regulations import Regulations
from services.sla.version_models import (
    CalendarVersionRequest,
    CalendarVersionView,
    CalendarView,
    PackVersionRequest,
    PackVersionView,
)
from shared import calendars, comparing_days
from shared.calendars import COUNTRIES, Calendars
from shared.command_handler import CommandHandler
from shared.contracts.sla import CalendarPublished, PackPublished
from shared.http import MalformedError
from shared.packs import WrongDataError, comparing
from shared.packs import versions as packs
from shared.packs.foreign import read_foreign_notice, read_foreign_pack, words_of
from shared.packs.wording import calendar_words
from shared.service import Core
from shared.versions import version_change
from shared.worktime import WorktimeError, epoch_of

Read = TypeVar("Read")


@dataclass(frozen=True)
class Publishing:
    """Who writes the streams of packs and calendars."""

    regulations: Regulations
    packs: CommandHandler[PublishPack, PackVersions, PackPublished]
    calendars: CommandHandler[PublishNotice, CalendarVersions, CalendarPublished]

    async def pack_tried(self, command: PublishPack) -> PackPublished:
        """What would be published, or was already. Raises the broken rule."""
        published, _ = await self.packs.load(command.pack_id)
        return [*published, *publish_pack(command, published)][-1]

    async def notice_tried(self, command: PublishNotice) -> CalendarPublished:
        """What would be published, or was already. Raises the broken rule."""
        published, _ = await self.calendars.load(command.calendar_id)
        return [*published, *publish_notice(command, published)][-1]


def publishing(core: Core, regulations: Regulations) -> Publishing:
    """Each version becomes a row, too, that every instance reads."""
    return Publishing(
        regulations,
        CommandHandler(
            "sla", core.store, PACK_VERSIONS, core.clock, lambda event, _: [version_change(event)]
        ),
        CommandHandler(
            "sla",
            core.store,
            CALENDAR_VERSIONS,
            core.clock,
            lambda event, _: [version_change(event)],
        ),
    )


def pack_command(
    regulations: Regulations, name: str, body: PackVersionRequest, at: datetime, now: datetime
) -> PublishPack:
    """The pack, read. Raises PackNotFoundError, MalformedError: where and what is expected."""
    known = regulations.packs.versions(name)
    if not known:
        raise PackNotFoundError
    pack = _read("/pack", body.pack, lambda: read_foreign_pack(body.pack, regulations.packs))
    if pack.name != name:
        words = f"name: 应为路径中的 {name}。", f"name: expected {name}, as the path has it"
        raise MalformedError(("/pack", words))
    try:
        regulations.compiled(pack).check_reach(epoch_of(now))
    except WorktimeError as error:
        raise MalformedError(("/pack", calendar_words(error))) from None
    return PublishPack(
        pack=name,
        definition=packs.definition_of(pack),
        base=packs.definition_of(known[0].pack),
        digest=packs.digest_of(pack),
        effective_from=body.effective_from,
        reason=body.reason,
        at=at,
        now=now,
    )


def notice_command(
    known: Calendars, name: str, body: CalendarVersionRequest, at: datetime, now: datetime
) -> PublishNotice:
    """The notice, read. Raises CalendarNotFoundError, MalformedError."""
    if name not in COUNTRIES:
        raise CalendarNotFoundError
    read = _read("/notice", body.notice, lambda: read_foreign_notice(body.notice))
    notice = calendars.published_notice(read)
    return PublishNotice(
        calendar=name,
        notice=notice,
        days_of=known.days_of,
        digest=calendars.digest_of(notice),
        effective_from=body.effective_from,
        reason=body.reason,
        at=at,
        now=now,
    )


def _read(pointer: str, given: str | dict[str, Any], reader: Callable[[], Read]) -> Read:
    try:
        return reader()
    except WrongDataError as error:
        raise MalformedError((pointer, words_of(error, given))) from None


def pack_version_view(
    regulations: Regulations, event: PackPublished, *, dry_run: bool
) -> PackVersionView:
    """The version, beside the one before."""
    before = regulations.packs.named(event.pack, event.version - 1)
    return PackVersionView(
        pack=event.pack,
        version=event.version,
        effective_from=event.effective_from,
        digest=event.digest,
        reason=event.reason,
        dry_run=dry_run,
        diff=comparing.differences(before, packs.pack_of(event.definition)),
    )


def calendar_version_view(
    known: Calendars, event: CalendarPublished, *, dry_run: bool
) -> CalendarVersionView:
    """The version, beside the one before."""
    before = known.days_of(event.notices[:-1])
    year = event.notices[-1].year
    return CalendarVersionView(
        calendar=event.calendar,
        version=event.version,
        effective_from=event.effective_from,
        digest=event.digest,
        reason=event.reason,
        dry_run=dry_run,
        diff=comparing_days.differences(
            before, known.days_of(event.notices), range(year - 1, year + 2)
        ),
    )


def calendar_views(known: Calendars) -> Sequence[CalendarView]:
    """Every version of every country's days."""
    return [
        CalendarView(
            name=name,
            version=one.number,
            effective_from=one.effective_from,
            notices=one.notices,
        )
        for name in known.names
        for one in known.versions(name)
    ]
