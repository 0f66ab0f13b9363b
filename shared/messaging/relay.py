"""Publishes a service's log, in order: the log is the outbox.

One batch is outstanding at a time; the place moves only after the whole batch was taken, so a
failure repeats records and never skips one.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import msgspec
import structlog

from shared.event_store import Append, StoreUnavailableError
from shared.group_commit import EventStore
from shared.messaging.envelope import Record
from shared.messaging.headers import to_records
from shared.messaging.topics import PARTITIONS
from shared.tables import Put, Table

BATCH = 500
POLL_TIME = 0.1
"""Seconds: another instance's commit gives no hint here, and a hint may be lost."""
SETTLE_TIME = 0.5
"""Seconds between stored places: as much is published again after a crash, and dropped."""
PAUSE_TIME = 0.2
LEAD_TIME = 2.0

log = structlog.get_logger(__name__)


class PublishError(Exception):
    """The carrier did not take the whole batch; publishing it again is safe."""


class Place(msgspec.Struct, frozen=True):
    """How far the log was published, and the newest position in each partition up to there."""

    position: int = 0
    previous: tuple[int, ...] = (0,) * PARTITIONS
    counts: tuple[int, ...] = (0,) * PARTITIONS
    """Records published in each partition: positions have gaps, so lag is counted by these."""


PLACES = Table("relay_place", Place)
PLACE_KEY = "relay"


class Publisher(Protocol):
    """The carrier's side that takes records."""

    async def publish(self, service: str, records: Sequence[Record]) -> None:
        """Returns when all are taken for good. Raises PublishError."""

    async def settle(self, service: str) -> None:
        """Makes sure that nothing taken so far needs to be published again.

        Raises PublishError where it does: then only the stored place waits, not the log.
        """


class Relay:
    """One service's relay; of several instances over one store, one publishes.

    Correct with two at once all the same: first occurrences stay in order.
    """

    def __init__(self, service: str, store: EventStore, publisher: Publisher) -> None:
        self._service = service
        self._store = store
        self._publisher = publisher
        self._asked_at = -LEAD_TIME
        self._leads = False
        self._wake = asyncio.Event()
        self._place = Place()
        self._stored = Place()
        self._settled_at = 0.0
        store.listen(self._wake.set)

    @property
    def place(self) -> Place:
        """How far the log was published; the stored place is half a second behind."""
        return self._place

    @property
    def published(self) -> int:
        """The position up to which the log was published."""
        return self._place.position

    @property
    def leads(self) -> bool:
        """Whether this instance was the one to publish when it asked last."""
        return self._leads

    async def run(self) -> None:
        """Publishes until cancelled."""
        waits = False
        while True:
            if not await self._may_publish():
                await asyncio.sleep(LEAD_TIME)
                continue
            try:
                await self._step()
            except (PublishError, StoreUnavailableError) as error:
                if not waits:  # once an outage, however long it is
                    log.warning("relay waits", reason=repr(error))
                waits = True
                await asyncio.sleep(PAUSE_TIME)
            else:
                if waits:
                    log.warning("relay goes on", published=self.published)
                waits = False

    async def _may_publish(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._asked_at >= LEAD_TIME:
            led, self._asked_at = self._leads, now
            self._leads = await self._asked()
            if not (led and self._leads):  # whoever led meanwhile moved the place
                await self._load()
        return self._leads

    async def _asked(self) -> bool:
        try:
            return await self._store.leads()
        except StoreUnavailableError as error:
            log.warning("relay does not know whether it leads", reason=str(error))
            return False

    async def _load(self) -> None:
        while True:
            try:
                self._stored = await self._store.get(PLACES, PLACE_KEY) or Place()
            except StoreUnavailableError:
                await asyncio.sleep(PAUSE_TIME)
            else:
                self._place = self._stored
                return

    async def _step(self) -> None:
        self._wake.clear()
        published = await self._publish_batch()
        await self._settle()
        if published:
            return
        if not self._wake.is_set():
            # Not `wait_for`: it would lose a cancellation that comes together with a commit.
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_TIME):
                    await self._wake.wait()

    async def _publish_batch(self) -> bool:
        batch = await self._store.read_log(self._place.position, BATCH)
        if not batch:
            return False
        previous, counts = dict(enumerate(self._place.previous)), list(self._place.counts)
        records = to_records(self._service, self._store.epoch, batch, previous)
        for record in records:
            counts[record.partition] += 1
        await self._publisher.publish(self._service, records)
        self._place = Place(batch[-1].position, tuple(previous.values()), tuple(counts))
        return True

    async def _settle(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._place == self._stored or now < self._settled_at + SETTLE_TIME:
            return
        self._settled_at = now
        try:
            await self._publisher.settle(self._service)
        except PublishError:
            return
        await self._store.append(Append(rows=[Put(PLACES, PLACE_KEY, self._place)]))
        self._stored = self._place
