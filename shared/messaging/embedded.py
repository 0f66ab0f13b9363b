"""The carrier inside one process: hands the relays' records straight to the consumers.

Each subscriber reads each partition at its own pace, so that one that waits for its store, or
stands still with an alarm, silences nobody else.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterable, Sequence

import structlog

from shared.group_commit import EventStore
from shared.messaging.catch_up import catch_up, read_past
from shared.messaging.envelope import Record
from shared.messaging.heading import heading_of
from shared.messaging.relay import PLACE_KEY, PLACES, Place, PublishError
from shared.messaging.subscriber import Subscriber
from shared.messaging.topics import PARTITIONS

__all__ = ["EmbeddedCarrier", "Subscriber"]

AHEAD = 200
"""Records that may wait in a line while the next batch is read: effects share commits."""
PATIENCE = 1.0
"""Seconds that a publisher waits for a line before it goes on without it."""
MAX_WAITING = 5_000
"""Records that may wait for one subscriber in one partition; then the publisher waits too."""

log = structlog.get_logger(__name__)


class Line:
    """One subscriber's reading of one partition."""

    def __init__(self, subscriber: Subscriber, publisher: str, partition: int) -> None:
        self.publisher, self.partition = publisher, partition
        self.subscriber = subscriber
        self.task: asyncio.Task[None] | None = None
        self.stopped: str | None = None
        self.lag = 0
        """Records that were put and have not had their effect."""
        self._waiting: deque[Record] = deque()
        self._room = asyncio.Event()

    def __str__(self) -> str:
        return f"{self.publisher}/{self.partition}"

    @property
    def waiting(self) -> int:
        """Records that were put and not begun."""
        return len(self._waiting)

    @property
    def reads_all(self) -> bool:
        """Whether everything that was put had its effect."""
        return self.task is None and self.stopped is None

    async def put(self, records: Sequence[Record]) -> None:
        """Queues the records; waits while too many are waiting."""
        self.lag += len(records)
        while len(self._waiting) > MAX_WAITING and self.stopped is None:
            self._room.clear()
            await self._room.wait()
        if self.stopped is not None:
            return  # they come again after the next start: the relay's place stays behind them
        self._waiting.extend(records)
        if self.task is None:
            self.task = asyncio.create_task(self._run(), name=f"read {self}")

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch = list(self._waiting)
                self._waiting.clear()
                self._room.set()
                await self.subscriber.take(self.publisher, self.partition, batch)
                self.lag -= len(batch)
        except Exception as error:
            # Nothing may pass for read that was not; the other lines go on.
            log.exception("reading stopped", line=str(self))
            self.stopped = type(error).__name__
            self._waiting.clear()
            self._room.set()
        finally:
            self.task = None


class EmbeddedCarrier:
    """Publishes for every service, and hands over to every subscriber."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._ends: dict[str, int] = {}
        """Where each publisher's log ended when it began; and how far it was handed over."""
        self._reached: dict[str, int] = {}
        self._stores: dict[str, EventStore] = {}
        self._counts: dict[str, list[int]] = {}
        """Records published in each partition."""

    async def subscribe(self, subscriber: Subscriber, publishers: Sequence[str]) -> None:
        """Hands over all that is published from now on; relays must not be running yet."""
        for publisher in publishers:
            await subscriber.assign(publisher, range(PARTITIONS))
            self._lines += [Line(subscriber, publisher, number) for number in range(PARTITIONS)]

    async def unsubscribe(self, subscriber: Subscriber) -> None:
        """Stops handing over; its marks are stored as far as it read."""
        lines = [line for line in self._lines if line.subscriber is subscriber]
        self._lines = [line for line in self._lines if line.subscriber is not subscriber]
        tasks = [line.task for line in lines if line.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await subscriber.flush()

    async def catch_up(self, publisher: str, store: EventStore) -> None:
        """Hands over what was published before, to those who lack it; before the relay runs.

        Whoever keeps no marks gets the log from its first event.
        """
        self._stores[publisher] = store
        self._ends[publisher] = await store.end()
        place = await store.get(PLACES, PLACE_KEY) or Place()
        self._counts[publisher] = list(place.counts)
        for subscriber in _subscribers(self.lines_of(publisher)):
            lines = [line for line in self.lines_of(publisher) if line.subscriber is subscriber]
            async for records in catch_up(publisher, store, subscriber):
                await hand_over(lines, records)
        self._reached[publisher] = place.position

    async def publish(self, service: str, records: Sequence[Record]) -> None:
        """Returns when every subscriber has the records, and no line is crowded, or lags."""
        for record in records if service in self._counts else ():
            self._counts[service][record.partition] += 1
        await hand_over(self.lines_of(service), records)
        self._reached[service] = heading_of(records[-1]).position

    async def settle(self, service: str) -> None:
        """Stores every subscriber's marks, so that the relay need not begin behind them.

        Raises PublishError while one has not had the effect of everything.
        """
        await _wait(self.lines_of(service))
        for line in self.lines_of(service):
            if not line.reads_all:
                raise PublishError(f"{line} {line.stopped or 'lags'}")
        subscribers = _subscribers(self.lines_of(service))
        await asyncio.gather(*(subscriber.flush() for subscriber in subscribers))

    def caught_up(self, subscriber: Subscriber, partition: int) -> bool:
        """Whether it read this number, of all it hears, to the end that the logs had at start."""
        lines = [line for line in self._lines if line.subscriber is subscriber]
        return all(
            line.reads_all
            and line.publisher in self._reached
            and self._reached[line.publisher] >= self._ends[line.publisher]
            for line in lines
            if line.partition == partition
        )

    def extent(self, publisher: str, partition: int) -> int | None:
        """How many of its records are published there; None before its catching up began."""
        counts = self._counts.get(publisher)
        return counts[partition] if counts else None

    def lag(self, subscriber: Subscriber, publisher: str, partition: int) -> int | None:
        """Records published there that had no effect on it; None before it caught up."""
        if publisher not in self._reached:
            return None
        lines = [line for line in self.lines_of(publisher) if line.subscriber is subscriber]
        return next((line.lag for line in lines if line.partition == partition), None)

    def stopped(self, subscriber: Subscriber) -> dict[tuple[str, int], str]:
        """The subscriber's partitions that stand still, by publisher and number, and why."""
        lines = [line for line in self._lines if line.subscriber is subscriber]
        return {(one.publisher, one.partition): one.stopped for one in lines if one.stopped}

    async def past(
        self, subscriber: Subscriber, partitions: Collection[int]
    ) -> AsyncIterator[tuple[str, Sequence[Record]]]:
        """All that was handed over so far of what it hears, from the first record on."""
        heard = {line.publisher for line in self._lines if line.subscriber is subscriber}
        for publisher in sorted(heard & self._stores.keys()):
            until = self._reached.get(publisher, 0)
            async for records in read_past(publisher, self._stores[publisher], partitions, until):
                yield publisher, records

    def obstacles(self, subscriber: Subscriber) -> list[str]:
        """Which of the subscriber's partitions stand still, and why."""
        stopped = self.stopped(subscriber)
        return [f"{publisher}/{number}: {why}." for (publisher, number), why in stopped.items()]

    def lines_of(self, publisher: str) -> list[Line]:
        """Who reads the publisher, partition by partition."""
        return [line for line in self._lines if line.publisher == publisher]


async def hand_over(lines: Iterable[Line], records: Sequence[Record]) -> None:
    """Returns when no line is crowded, or the crowded ones lag."""
    parts: dict[int, list[Record]] = {}
    for record in records:
        parts.setdefault(record.partition, []).append(record)
    lines = [line for line in lines if line.partition in parts]
    for line in lines:
        await line.put(parts[line.partition])
    await _wait(line for line in lines if line.waiting > AHEAD)


async def _wait(lines: Iterable[Line]) -> None:
    tasks = [line.task for line in lines if line.task is not None]
    if tasks:
        await asyncio.wait(tasks, timeout=PATIENCE)


def _subscribers(lines: Iterable[Line]) -> list[Subscriber]:
    return list({id(line.subscriber): line.subscriber for line in lines}.values())
