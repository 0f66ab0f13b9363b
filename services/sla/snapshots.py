"""Snapshots: what a start need not read again, a row for each partition beside sla's own log.

Only a shortcut: without one all is read from the first event, and comes to the same. One that
other code or other regulations made is as good as none, for what they heard and reckoned may be
reckoned otherwise now.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from services.sla.asleep import AT_ONCE, Sleeping
from services.sla.ear import Ear
from services.sla.packing import ID, FactPacking, Legend, Shared
from services.sla.shelf import Shelf
from shared.event_store import Append
from shared.group_commit import EventStore
from shared.messaging.heading import WireHeaders
from shared.settings import Settings
from shared.tables import Put, Table

ROOT = Path(__file__).parents[2]
CODE = ("services/sla", "shared/contracts", "shared/packs", "shared/worktime")
"""What facts, and the moments at which clocks change, are made by."""

log = structlog.get_logger(__name__)


class UselessSnapshotError(Exception):
    """It is of another time, or was damaged; says in what way."""


class Snapshot(msgspec.Struct, frozen=True):
    """A partition's row; `digest` is that of the body, `made_by` that of code and regulations."""

    made_by: str
    digest: str
    body: bytes | memoryview


HEADING = 512
"""Bytes in which a row's two lines end."""


class SnapshotTable(Table[Snapshot]):
    """Its bodies are no JSON: the heading's two lines, then the bytes as they are."""

    def encode(self, row: Snapshot) -> bytes:
        return b"\n".join((row.made_by.encode(), row.digest.encode(), row.body))

    def decode(self, body: bytes) -> Snapshot:
        made_by, _, rest = bytes(body[:HEADING]).partition(b"\n")
        digest, _, _ = rest.partition(b"\n")
        content = memoryview(body)[len(made_by) + len(digest) + 2 :]  # no copy: it may be large
        return Snapshot(made_by.decode(errors="replace"), digest.decode(errors="replace"), content)


SNAPSHOTS = SnapshotTable("snapshots", Snapshot)


class Place(NamedTuple):
    """How far one publisher's partition was heard; as an ear."""

    publisher: str
    mark: int
    place: int | None
    read: int
    last_id: bytes
    last_position: int
    epoch: bytes


class Content(msgspec.Struct, array_like=True, frozen=True):
    """A partition at one moment."""

    own_position: int
    places: Sequence[Place]
    legend: Legend
    clock_names: Sequence[str]
    tickets: Sleeping
    drifted: bytes
    """Numbers of those that the code of then would have given other deadlines."""


class Restored(NamedTuple):
    """A shelf, and where its ears go on; a new one, and none, where there was no snapshot."""

    shelf: Shelf
    ears: Sequence[Ear]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Content).decode


class Snapshots:
    """Those of one store."""

    def __init__(
        self, store: EventStore, settings: Settings, orders: Callable[[], int] = lambda: 0
    ) -> None:
        """`orders` counts the recalculations, after each of which tickets are judged otherwise."""
        self._store = store
        self._regulations = made_by(settings)
        self._orders = orders

    @property
    def _made_by(self) -> str:
        return f"{self._regulations}/{self._orders()}"

    async def write(self, partition: int, content: Content) -> None:
        """In the place of the last one. Raises StoreUnavailableError."""
        row = await asyncio.to_thread(_row, content, self._made_by)
        await self._store.append(Append(rows=[Put(SNAPSHOTS, str(partition), row)]))

    async def read(self, partition: int) -> Restored:
        """The partition as the last one left it. Raises StoreUnavailableError."""
        try:
            row = await self._store.get(SNAPSHOTS, str(partition))
            if row is None:
                return Restored(Shelf(partition), ())
            end = await self._store.end()
            return await asyncio.to_thread(self._restore, partition, row, end)
        except (msgspec.MsgspecError, UselessSnapshotError) as error:
            log.warning("snapshot ignored", partition=partition, reason=str(error))
            return Restored(Shelf(partition), ())

    def _restore(self, partition: int, row: Snapshot, end: int) -> Restored:
        """Raises UselessSnapshotError, MsgspecError."""
        check(row, self._made_by)
        content = _decode(row.body)
        if content.own_position > end:
            raise UselessSnapshotError("newer than the store")
        return Restored(
            _shelf(partition, content), [_ear(partition, one) for one in content.places]
        )


def _row(content: Content, made_by: str) -> Snapshot:
    body = _encode(content)
    return Snapshot(made_by, sha256(body).hexdigest(), body)


def check(row: Snapshot, made_by: str) -> None:
    """Raises UselessSnapshotError for one that other code made, or that is not whole."""
    if row.made_by != made_by:
        raise UselessSnapshotError("other code or regulations")
    if row.digest != sha256(row.body).hexdigest():
        raise UselessSnapshotError("torn")


def _shelf(partition: int, content: Content) -> Shelf:
    shelf = Shelf(partition, FactPacking(content.legend))
    shelf.clock_names = Shared(content.clock_names)
    shelf.own_position = content.own_position
    shelf.tickets.lie_down(content.tickets)
    asleep = shelf.tickets.asleep
    first = takewhile(lambda place: asleep.moments[place] == AT_ONCE, asleep.order)
    shelf.unjudged = {shelf.numbered(asleep.number(place)): None for place in first}
    for place in range(0, len(content.drifted), ID):
        shelf.drifted.add(shelf.numbered(int.from_bytes(content.drifted[place : place + ID])))
    return shelf


def _ear(partition: int, place: Place) -> Ear:
    is_known = place.last_id != b""
    return Ear(
        place.publisher,
        partition,
        mark=place.mark,
        place=place.place,
        read=place.read - is_known,  # the last one is read again
        last=WireHeaders({"ce_id": place.last_id, "ce_epoch": place.epoch}),
        last_position=place.last_position,
        is_doubted=is_known,
        is_waiting=is_known,
    )


def made_by(settings: Settings) -> str:
    """A digest of the code and of the regulations that this process runs by."""
    whole = sha256(_code())
    files = sorted(settings.packs.glob("*.yaml")) if settings.packs else []
    for path in [*files, *filter(None, [settings.holidays_file])]:
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


@cache
def _code() -> bytes:
    whole = sha256(version("holidays").encode())
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".yaml"}:
                whole.update(path.read_bytes())
    whole.update((ROOT / "shared/china.py").read_bytes())
    return whole.digest()
