"""Reads the other services' records into the book: each a fact or nothing, in whatever order."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog
from prometheus_client import Counter

from services.sla.book import Book, Shelf, Watched
from services.sla.domain.facts import Fact
from services.sla.ear import Ear
from services.sla.erasing import erase, tells_of_erasure
from services.sla.handlers import HEARS, fact_of
from services.sla.own_log import read_own_log
from services.sla.snapshots import Restored, Snapshots
from services.sla.watch import Watch
from shared.carrier import Attachment
from shared.codec import UnreadableEventError
from shared.event_store import StoreUnavailableError
from shared.messaging.envelope import Record, UnreadableRecordError
from shared.messaging.heading import Heading, heading_of
from shared.messaging.letters import LettersFullError
from shared.messaging.subscriber import EpochChangedError
from shared.service import Core

PAUSE_TIME = 0.5
LOOK_TIME = 0.05
"""Seconds between two looks at a carrier that is catching up."""
SIDE_BY_SIDE = 2
"""Snapshots: one is fetched and checked while another is unpacked. More would only need memory."""
FACTS = Counter("huiyin_sla_facts_total", "Facts taken in, repeats left out.", ("publisher",))
TAKEN_IN = {publisher: FACTS.labels(publisher) for publisher in HEARS}
SET_ASIDE = Counter("huiyin_sla_records_set_aside_total", "Records that could not be read.")

log = structlog.get_logger(__name__)


class Listener:
    """The subscriber: keeps no marks, and begins where a partition's snapshot ends.

    Where there is none, at the first record. The last record that a snapshot knows is read again:
    by that one the topic is recognised.
    """

    def __init__(self, core: Core, book: Book, watch: Watch, snapshots: Snapshots) -> None:
        self._core = core
        self._book = book
        self._watch = watch
        self._snapshots = snapshots
        self._epochs: dict[str, bytes] = {}
        self._lanes: dict[tuple[str, int], Ear] = {}
        self._begun: dict[int, Mapping[str, Ear]] = {}
        self._opened = asyncio.Event()

    async def assign(self, publisher: str, partitions: Sequence[int]) -> Mapping[int, int]:
        """Where each partition's snapshot ends. Raises StoreUnavailableError."""
        self._epochs.pop(publisher, None)
        await self._open([one for one in partitions if self._book.shelf(one) is None])
        for partition in partitions:
            known = self._begun.get(partition, {}).get(publisher)
            self._lanes[publisher, partition] = known or Ear(publisher, partition)
        self._opened.set()
        return {partition: self._lanes[publisher, partition].begins for partition in partitions}

    async def _open(self, partitions: Sequence[int]) -> None:
        """Shelves as their snapshots have them, with all that was said since."""
        turn = asyncio.Semaphore(SIDE_BY_SIDE)

        async def read(partition: int) -> Restored:
            async with turn:
                return await self._snapshots.read(partition)

        restored = await asyncio.gather(*map(read, partitions))
        shelves = [one.shelf for one in restored]
        for one in restored:
            self._begun[one.shelf.partition] = {ear.publisher: ear for ear in one.ears}
        await read_own_log(self._core.store, shelves)
        for shelf in shelves:
            self._book.put(shelf)

    def revoke(self, publisher: str, partitions: Sequence[int]) -> None:
        """Forgets the partitions' tickets."""
        self._epochs.pop(publisher, None)
        self._book.close(partitions)
        for partition in partitions:
            self._lanes.pop((publisher, partition), None)
            self._begun.pop(partition, None)

    @property
    def lanes(self) -> Sequence[Ear]:
        """How far each partition was read."""
        return list(self._lanes.values())

    def mark(self, publisher: str, partition: int) -> int:
        """The position before the last record that its snapshot knows, for that one comes again."""
        return max(0, self._lanes[publisher, partition].mark - 1)

    def lost(self, publisher: str, partition: int) -> bool:
        """Whether it was only a snapshot that knew of records which are not there."""
        lane = self._lanes.get((publisher, partition))
        return lane is not None and lane.is_doubted

    async def follow(self, attachment: Attachment) -> None:
        """Lets a partition count once it was read to the end that it had at start."""
        while True:
            self._opened.clear()
            behind = [shelf for shelf in self._book.shelves if not shelf.caught_up]
            for shelf in behind:
                if not attachment.caught_up(shelf.partition):
                    continue
                if any(lane.is_doubted for lane in self._lanes_of(shelf)):
                    await self._begin_anew(shelf, attachment)
                elif shelf.is_open:
                    shelf.caught_up = True
                    self._watch.begin(shelf)
            if behind:
                await asyncio.sleep(LOOK_TIME)
            else:
                await self._opened.wait()

    def _lanes_of(self, shelf: Shelf) -> list[Ear]:
        return [lane for (_, number), lane in self._lanes.items() if number == shelf.partition]

    async def _begin_anew(self, shelf: Shelf, attachment: Attachment) -> None:
        """Without the snapshot: it was taken of topics that are others now, or were longer."""
        log.warning("snapshot ignored", partition=shelf.partition, reason="other topics")
        fresh = Shelf(shelf.partition)
        try:
            await read_own_log(self._core.store, [fresh])
            if not shelf.is_open:
                return  # another instance has the partition
            self._book.put(fresh)
            lanes = self._lanes_of(fresh)
            for lane in lanes:
                lane.forget()
            async for publisher, records in attachment.past([fresh.partition]):
                await self.take(publisher, fresh.partition, records)
        except Exception:
            # Whatever carries the records is away: the next look begins anew again.
            log.exception("beginning anew failed", partition=fresh.partition)
        else:
            for lane in lanes:  # if another instance has it now, it has other ones
                lane.is_doubted = False

    async def take(self, publisher: str, partition: int, records: Sequence[Record]) -> None:
        """Returns when all are known; publishing follows by itself. Raises EpochChangedError.

        A lane passes on when all is done: no snapshot may know of a record without its effect.
        """
        lane, shelf = self._lanes.get((publisher, partition)), self._book.shelf(partition)
        if lane is None or shelf is None or not records:
            return
        facts = 0
        for record in records:
            lane.in_hand = record
            heading, position = heading_of(record), 0
            try:
                if heading.epoch != self._epochs.get(publisher):
                    self._check_epoch(publisher, heading.epoch)
                position = heading.position
                fact = fact_of(heading, record.value)
                if fact is None:
                    if tells_of_erasure(heading):
                        await _patiently(partial(erase, self._core, record))
                elif self._book.hear(watched := shelf.numbered(heading.subject), fact):
                    facts += 1
                    self._tell(watched, fact, heading)
            except (UnreadableEventError, UnreadableRecordError) as error:
                await self._set_aside(publisher, record, error)
            lane.pass_on(record.offset, position, heading)
        lane.in_hand = None
        TAKEN_IN[publisher].inc(facts)
        lane.last_handled_at = self._core.now()

    async def flush(self) -> None:
        """Nothing is kept: the topics keep everything."""

    def _tell(self, watched: Watched, fact: Fact, heading: Heading) -> None:
        """There is news of the ticket."""
        shelf = watched.shelf
        if not shelf.caught_up:
            shelf.unjudged[watched] = None
            return
        trace = heading.metadata.traceparent
        if trace:
            shelf.traces[watched] = fact.event_id, trace
        self._watch.touch(watched)

    def _check_epoch(self, publisher: str, epoch: bytes) -> None:
        if self._epochs.setdefault(publisher, epoch) != epoch:
            raise EpochChangedError(publisher)

    async def _set_aside(self, publisher: str, record: Record, error: Exception) -> None:
        """One event alone: the ticket's other facts still count."""
        log.error("record set aside", publisher=publisher, reason=type(error).__name__)
        SET_ASIDE.inc()
        await _patiently(partial(self._core.letters.set_aside, record, publisher, ()))


async def _patiently(effect: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await effect()
        except (StoreUnavailableError, LettersFullError):
            await asyncio.sleep(PAUSE_TIME * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
        else:
            return
