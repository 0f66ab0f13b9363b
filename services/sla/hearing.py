"""Reads the other services' records into the book: each a fact or nothing, in whatever order."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog
from prometheus_client import Counter

from services.sla.book import Book, Shelf
from services.sla.domain.facts import Fact
from services.sla.handlers import fact_of
from services.sla.watch import Watch
from shared.carrier import Attachment
from shared.clock import Clock
from shared.codec import UnreadableEventError
from shared.event_store import StoreUnavailableError
from shared.messaging.envelope import Record, UnreadableRecordError
from shared.messaging.lane import Lane
from shared.messaging.letters import DeadLetters, LettersFullError
from shared.messaging.subscriber import EpochChangedError

PAUSE_TIME = 0.5
LOOK_TIME = 0.05
"""Seconds between two looks at a carrier that is catching up."""
FACTS = Counter("huiyin_sla_facts_total", "Facts taken in, repeats left out.", ("publisher",))
SET_ASIDE = Counter("huiyin_sla_records_set_aside_total", "Records that could not be read.")

log = structlog.get_logger(__name__)


class Listener:
    """The subscriber: keeps no marks, so every start begins at the first record."""

    def __init__(self, book: Book, watch: Watch, letters: DeadLetters, clock: Clock) -> None:
        self._book = book
        self._watch = watch
        self._letters = letters
        self._clock = clock
        self._epochs: dict[str, bytes] = {}
        self._lanes: dict[tuple[str, int], Lane] = {}
        self._opened = asyncio.Event()

    async def assign(self, publisher: str, partitions: Sequence[int]) -> Mapping[int, int]:
        """Every partition is read from its beginning."""
        self._epochs.pop(publisher, None)
        self._book.open(partitions)
        for partition in partitions:
            self._lanes[publisher, partition] = Lane(publisher, partition)
        self._opened.set()
        return dict.fromkeys(partitions, 0)

    def revoke(self, publisher: str, partitions: Sequence[int]) -> None:
        """Forgets the partitions' tickets."""
        self._epochs.pop(publisher, None)
        self._book.close(partitions)
        for partition in partitions:
            self._lanes.pop((publisher, partition), None)

    @property
    def lanes(self) -> Sequence[Lane]:
        """How far each partition was read."""
        return list(self._lanes.values())

    def mark(self, publisher: str, partition: int) -> int:
        """None is kept."""
        del publisher, partition
        return 0

    async def follow(self, attachment: Attachment) -> None:
        """Lets a partition count once it was read to the end that it had at start."""
        while True:
            self._opened.clear()
            behind = [shelf for shelf in self._book.shelves if not shelf.caught_up]
            for shelf in behind:
                if attachment.caught_up(shelf.partition):
                    shelf.caught_up = True
                    self._watch.begin(shelf)
            if behind:
                await asyncio.sleep(LOOK_TIME)
            else:
                await self._opened.wait()

    async def take(self, publisher: str, partition: int, records: Sequence[Record]) -> None:
        """Returns when all are known; publishing follows by itself. Raises EpochChangedError."""
        shelf, lane = self._book.shelf(partition), self._lanes.get((publisher, partition))
        if shelf is None or lane is None:
            return
        for record in records:
            try:
                lane.mark = max(lane.mark, self._hear(publisher, shelf, record))
            except (UnreadableEventError, UnreadableRecordError) as error:
                await self._set_aside(publisher, record, error)
        lane.last_handled_at = self._clock.now()
        lane.place = _offset_after(records) or lane.place

    async def flush(self) -> None:
        """Nothing is kept: the topics keep everything."""

    def _hear(self, publisher: str, shelf: Shelf, record: Record) -> int:
        """Returns the record's position in its publisher's log."""
        headers = dict(record.headers)
        self._check_epoch(publisher, headers)
        try:
            position = int(headers["ce_position"])
        except (KeyError, ValueError):
            raise UnreadableRecordError("ce_position") from None
        fact = fact_of(headers, record.value)
        if fact is not None:
            self._take_in(publisher, shelf, record, fact)
        return position

    def _take_in(self, publisher: str, shelf: Shelf, record: Record, fact: Fact) -> None:
        ticket_id = _ticket_id(shelf, record)
        watched = self._book.hear(shelf, ticket_id, fact)
        if watched is None:
            return
        FACTS.labels(publisher).inc()
        if shelf.caught_up:
            trace = dict(record.headers).get("traceparent")
            watched.trace = (fact.event_id, trace.decode()) if trace else None
            self._watch.touch(watched)

    def _check_epoch(self, publisher: str, headers: Mapping[str, bytes]) -> None:
        epoch = headers.get("ce_epoch")
        if epoch is None:
            raise UnreadableRecordError("ce_epoch")
        if self._epochs.setdefault(publisher, epoch) != epoch:
            raise EpochChangedError(publisher)

    async def _set_aside(self, publisher: str, record: Record, error: Exception) -> None:
        """One event alone: the ticket's other facts still count."""
        log.error("record set aside", publisher=publisher, reason=type(error).__name__)
        SET_ASIDE.inc()
        while True:
            try:
                await self._letters.set_aside(record, publisher, ())
            except (StoreUnavailableError, LettersFullError):
                await asyncio.sleep(PAUSE_TIME * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            else:
                return


def _ticket_id(shelf: Shelf, record: Record) -> str:
    try:
        key = (record.key or b"").decode()
        return key if key in shelf.tickets else str(UUID(key))
    except ValueError:
        raise UnreadableRecordError("key") from None


def _offset_after(records: Sequence[Record]) -> int | None:
    offsets = [record.offset for record in records if record.offset is not None]
    return offsets[-1] + 1 if offsets else None
