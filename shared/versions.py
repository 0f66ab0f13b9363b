"""Published versions of packs and calendars, kept by each service beside its events.

Read at start, and again every few seconds: what one instance of a service heard, the others see.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import structlog

from shared.calendars import Calendars
from shared.contracts.sla import CalendarPublished, PackPublished
from shared.event_store import StoreUnavailableError
from shared.group_commit import EventStore
from shared.packs import Packs
from shared.tables import Put, Query, RowChange, Table

LOOK_TIME = 20.0
"""Seconds; a version takes effect minutes after it was published."""
BATCH = 500

PACK_VERSIONS = Table("pack_versions", PackPublished)
CALENDAR_VERSIONS = Table("calendar_versions", CalendarPublished)
VERSION_TABLES: tuple[Table[Any], ...] = (PACK_VERSIONS, CALENDAR_VERSIONS)

Row = TypeVar("Row", bound=msgspec.Struct)

log = structlog.get_logger(__name__)


def version_change(event: PackPublished | CalendarPublished) -> RowChange:
    """Keeps the version; once more is the same."""
    if isinstance(event, PackPublished):
        return Put(PACK_VERSIONS, f"{event.pack}/{event.version}", event)
    return Put(CALENDAR_VERSIONS, f"{event.calendar}/{event.version}", event)


@dataclass(frozen=True)
class Versions:
    """All that run here, by what the service's rows say."""

    store: EventStore
    packs: Packs
    calendars: Calendars

    async def read(self) -> None:
        """Takes in what the rows hold. Raises WrongDataError, StoreUnavailableError."""
        for pack in await _all(self.store, PACK_VERSIONS):
            self.packs.take(pack)
        for calendar in await _all(self.store, CALENDAR_VERSIONS):
            self.calendars.take(calendar)

    async def follow(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_TIME)
            try:
                await self.read()
            except StoreUnavailableError:
                continue
            except ValueError:
                log.exception("a published version cannot be read")


async def _all(store: EventStore, table: Table[Row]) -> list[Row]:
    found: list[Row] = []
    after: tuple[str] | None = None
    while batch := await store.query(Query(table, after=after, limit=BATCH)):
        found += [row for _, row in batch]
        after = (batch[-1][0],)
    return found
