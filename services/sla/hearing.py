"""Reads the other services' records into the book: each a fact or nothing, in whatever order."""

import asyncio
import random
from collections.abc import Mapping, Sequence

import structlog
from prometheus_client import Counter

from services.sla.book import Book, Shelf
from services.sla.handlers import fact_of
from services.sla.watch import Watch
from shared.carrier import Attachment
from shared.codec import UnreadableEventError
from shared.event_store import StoreUnavailableError
from shared.messaging.envelope import Record, UnreadableRecordError
from shared.messaging.letters import DeadLetters
from shared.messaging.subscriber import EpochChangedError

PAUSE_TIME = 0.5
LOOK_TIME = 0.05
"""Seconds between two looks at a carrier that is catching up."""
FACTS = Counter("huiyin_sla_facts_total", "Facts taken in, repeats left out.", ("publisher",))
SET_ASIDE = Counter("huiyin_sla_records_set_aside_total", "Records that could not be read.")

log = structlog.get_logger(__name__)


class Listener:
    """The subscriber: keeps no marks, so every start begins at the first record."""

    def __init__(self, book: Book, watch: Watch, letters: DeadLetters) -> None:
        self._book = book
        self._watch = watch
        self._letters = letters
        self._epochs: dict[str, bytes] = {}
        self._opened = asyncio.Event()

    async def assign(self, publisher: str, partitions: Sequence[int]) -> Mapping[int, int]:
        """Every partition is read from its beginning."""
        self._epochs.pop(publisher, None)
        self._book.open(partitions)
        self._opened.set()
        return dict.fromkeys(partitions, 0)

    def revoke(self, publisher: str, partitions: Sequence[int]) -> None:
        """Forgets the partitions' tickets."""
        self._epochs.pop(publisher, None)
        self._book.close(partitions)

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
        shelf = self._book.shelf(partition)
        if shelf is None:
            return
        for record in records:
            try:
                self._hear(publisher, shelf, record)
            except (UnreadableEventError, UnreadableRecordError) as error:
                await self._set_aside(publisher, record, error)

    async def flush(self) -> None:
        """Nothing is kept: the topics keep everything."""

    def _hear(self, publisher: str, shelf: Shelf, record: Record) -> None:
        headers = dict(record.headers)
        self._check_epoch(publisher, headers)
        fact = fact_of(headers, record.value)
        if fact is None:
            return
        if record.key is None:
            raise UnreadableRecordError("key")
        watched = self._book.hear(shelf, record.key.decode(), fact)
        if watched is None:
            return
        FACTS.labels(publisher).inc()
        if shelf.caught_up:
            trace = headers.get("traceparent")
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
            except StoreUnavailableError:
                await asyncio.sleep(PAUSE_TIME * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            else:
                return
