"""Says loudly that a pack's file was changed under tickets that go by it.

A file holds version 1 of its pack, and what was decided under it is explained by it for years. So
it is remembered what each file said when tickets first went by it. Deadlines that were published
stand all the same; a recalculation that covers the pack makes what the file says now its word.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

import msgspec
import structlog
from prometheus_client import Gauge

from services.sla.regulations import Regulations
from shared.contracts.sla import RecalculationOrdered
from shared.event_store import Append, StoreUnavailableError
from shared.packs import Pack
from shared.service import Core
from shared.tables import Put, Table

LOOK_TIME = 60.0
CHANGED = Gauge(
    "huiyin_pack_file_changed", "Whether a file is not what its tickets went by.", ("pack",)
)

log = structlog.get_logger(__name__)


class PackFile(msgspec.Struct, frozen=True, kw_only=True):
    """What tickets go by, and what the file was changed to since."""

    digest: str
    changed_to: str | None = None
    changed_at: datetime | None = None


PACK_FILES = Table("pack_files", PackFile)


def as_found(
    known: PackFile | None,
    digest: str,
    orders: Iterable[RecalculationOrdered],
    now: datetime,
) -> PackFile:
    """What is to be remembered of a file with that digest; `orders` are those of its pack."""
    if known is None or known.digest == digest:
        return PackFile(digest=digest)
    if known.changed_at is None or known.changed_to != digest:
        return PackFile(digest=known.digest, changed_to=digest, changed_at=now)
    covered = any(one.at >= known.changed_at for one in orders)
    return PackFile(digest=digest) if covered else known


def digest_of(pack: Pack) -> str:
    """Of what it says: what a later release may say besides, and this one does not, is left out."""
    return sha256(repr(_said(pack)).encode()).hexdigest()


def _said(value: object) -> object:
    if isinstance(value, msgspec.Struct):
        return [
            (one.name, _said(there))
            for one in msgspec.structs.fields(value)
            if (there := getattr(value, one.name)) not in (one.default, None, (), {}, frozenset())
        ]
    if isinstance(value, dict):
        return [(name, _said(value[name])) for name in sorted(value)]
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    return [_said(one) for one in value] if isinstance(value, tuple) else str(value)


class PackFiles:
    """Looks at the start, and now and then: a pack may be used for the first time."""

    def __init__(self, core: Core, regulations: Regulations) -> None:
        self._core = core
        self._regulations = regulations
        self._told: set[tuple[str, str]] = set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except StoreUnavailableError as error:
                log.warning("pack files wait for the store", reason=str(error))
            await asyncio.sleep(LOOK_TIME)

    async def look(self) -> None:
        """Compares each file that tickets go by. Raises StoreUnavailableError."""
        used = self._regulations.used_files()
        for name in self._regulations.packs.names:
            pack = self._regulations.packs.find(name)
            known = await self._core.store.get(PACK_FILES, name)
            if pack is not None and (known is not None or name in used):
                await self._look_at(pack, known)

    async def _look_at(self, pack: Pack, known: PackFile | None) -> None:
        orders = [one for one in self._regulations.orders if one.pack in {None, pack.name}]
        found = as_found(known, digest_of(pack), orders, self._core.now())
        if found != known:
            await self._core.store.append(Append(rows=[Put(PACK_FILES, pack.name, found)]))
        CHANGED.labels(pack.name).set(found.changed_to is not None)
        if found.changed_to is not None and (pack.name, found.changed_to) not in self._told:
            self._told.add((pack.name, found.changed_to))
            log.error(
                "a pack's file was changed under tickets that go by it",
                pack=pack.name,
                remedy="put it back and publish the change as the next version, or recalculate",
            )
