"""A service's place on the line over Kafka: its topic, its relay, its reading of the others."""

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import structlog

from shared.carrier import Attachment, HandOuts, Station
from shared.messaging.envelope import Record
from shared.messaging.kafka.feed import KafkaFeed
from shared.messaging.kafka.past import read_past
from shared.messaging.kafka.publisher import KafkaPublisher
from shared.messaging.kafka.topics import ensure_topic, wait_for_topics
from shared.messaging.relay import Place, Relay
from shared.messaging.topics import topic_of
from shared.messaging.watchdog import Watchdog

STALL_TIME = 120.0
"""Seconds without a sign of life from the reading before the process ends, to be started anew."""
STALLED_EXIT = 70
RELAY = "relay"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _OnKafka:
    relay: Relay | None
    feed: KafkaFeed
    tasks: "tuple[asyncio.Task[None], ...]"
    bootstrap: str
    hears: Sequence[str]
    absent: set[str]
    """Topics that are waited for."""

    @property
    def place(self) -> Place:
        return self.relay.place if self.relay else Place()

    @property
    def leads(self) -> bool | None:
        if self.relay is None:
            return None
        return self.relay.leads and not any(
            task.done() for task in self.tasks if task.get_name() == RELAY
        )

    def stopped(self) -> Mapping[tuple[str, int], str]:
        names = {topic_of(publisher): publisher for publisher in self.hears}
        return {(names[topic], number): why for (topic, number), why in self.feed.alarms.items()}

    def lag(self, publisher: str, partition: int) -> int | None:
        return self.feed.lag(publisher, partition)

    @property
    def handed_out(self) -> HandOuts:
        return self.feed.handed_out

    def obstacles(self) -> list[str]:
        ended = [
            f"The {task.get_name()} stopped{_why(task)}." for task in self.tasks if task.done()
        ]
        if self.absent:
            topics = ", ".join(sorted(self.absent))
            return [
                *ended,
                f"Not there yet: {topics}. Start Kafka, and the services that make them.",
            ]
        return ended + self.feed.obstacles()

    def caught_up(self, partition: int) -> bool:
        return self.feed.caught_up(partition)

    def extent(self, publisher: str, partition: int) -> int | None:
        return self.feed.extent(publisher, partition)

    def past(self, partitions: Collection[int]) -> AsyncIterator[tuple[str, Sequence[Record]]]:
        return read_past(self.bootstrap, self.hears, partitions)


def _why(task: "asyncio.Task[None]") -> str:
    error = None if task.cancelled() else task.exception()
    return f": {error}" if error else ""


class KafkaLine:
    """Each service in a process of its own; Kafka between them."""

    def __init__(self, bootstrap: str, replication: int = 1) -> None:
        self._bootstrap = bootstrap
        self._replication = replication

    @asynccontextmanager
    async def attach(self, station: Station) -> AsyncIterator[Attachment]:
        """Makes the station's topic, then relays and reads until the context ends.

        Raises TopicRefusedError, KafkaNotReachedError.
        """
        if station.publishes:
            await ensure_topic(self._bootstrap, station.service, self._replication)
        async with AsyncExitStack() as stack:
            watchdog = stack.enter_context(Watchdog(STALL_TIME, _end_process))
            feed = KafkaFeed(
                self._bootstrap,
                station.service,
                station.subscriber,
                station.hears,
                aligned=True,
                beat=watchdog.beat,
            )
            relay, absent = None, set[str]()
            running = [("reading", self._read(station, feed, watchdog, absent))]
            if station.publishes:
                publisher = KafkaPublisher(self._bootstrap, station.service, station.store)
                stack.push_async_callback(publisher.close)
                relay = Relay(station.service, station.store, publisher)
                running.append((RELAY, relay.run()))
            tasks = tuple(asyncio.create_task(work, name=name) for name, work in running)
            stack.push_async_callback(_stop, tasks)
            for task in tasks:
                task.add_done_callback(_report)
            yield _OnKafka(relay, feed, tasks, self._bootstrap, station.hears, absent)

    async def _read(
        self, station: Station, feed: KafkaFeed, watchdog: Watchdog, absent: set[str]
    ) -> None:
        waiting = asyncio.create_task(_beat(watchdog))
        try:
            await wait_for_topics(self._bootstrap, station.hears, absent)
        finally:
            waiting.cancel()
        await feed.run()


async def _beat(watchdog: Watchdog) -> None:
    """Others' topics may take as long as they like."""
    while True:
        watchdog.beat()
        await asyncio.sleep(1)


async def _stop(tasks: "tuple[asyncio.Task[None], ...]") -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, Exception):
            await task


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("work stopped", work=task.get_name(), exc_info=error)


def _end_process() -> None:
    log.critical("reading stands still: the process ends to be started anew")
    os._exit(STALLED_EXIT)
