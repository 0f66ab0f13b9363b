"""What carries events between services, as a service sees it: attach, and be told what happens."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from shared.event_store import StoreUnavailableError
from shared.group_commit import EventStore
from shared.messaging.embedded import EmbeddedCarrier, Subscriber
from shared.messaging.envelope import Record
from shared.messaging.relay import Place, Relay

PAUSE_TIME = 0.2

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Station:
    """A service's place on the line: what it publishes from, and what it hears."""

    service: str
    store: EventStore
    publishes: bool
    subscriber: Subscriber
    hears: Sequence[str]


@dataclass(frozen=True)
class HandOuts:
    """How often this instance was given partitions since it started, and when it last was."""

    times: int = 0
    last_at: datetime | None = None


class Attachment(Protocol):
    """A station while it is on the line."""

    @property
    def place(self) -> Place:
        """How far this instance published the station's log."""

    @property
    def leads(self) -> bool | None:
        """Whether this instance publishes the station's log; None for one without a topic."""

    @property
    def handed_out(self) -> HandOuts | None:
        """What a rebalance leaves behind; None where partitions are not handed out."""

    def obstacles(self) -> list[str]:
        """Why the line does not run, a sentence each; empty when it does."""

    def stopped(self) -> Mapping[tuple[str, int], str]:
        """Partitions of which nothing more is handed over, by publisher and number, and why."""

    def caught_up(self, partition: int) -> bool:
        """Whether the number was read, of all publishers, to the end that they had at start."""

    def extent(self, publisher: str, partition: int) -> int | None:
        """How many records are published there, as far as is known here; None: not yet."""

    def lag(self, publisher: str, partition: int) -> int | None:
        """How many of those had no effect here yet; None: not known, or not read here."""

    def past(self, partitions: Collection[int]) -> AsyncIterator[tuple[str, Sequence[Record]]]:
        """What was published so far under these numbers, from the first record on, by publisher.

        Handed over beside the subscriber, and marks nothing. Raises StoreUnavailableError, and
        KafkaNotReachedError where Kafka carries.
        """


class Carrier(Protocol):
    """Embedded, or Kafka."""

    def attach(self, station: Station) -> AbstractAsyncContextManager[Attachment]: ...


@dataclass(frozen=True)
class _Embedded:
    carrier: EmbeddedCarrier
    subscriber: Subscriber
    relay: Relay | None
    task: "asyncio.Task[None] | None"

    @property
    def place(self) -> Place:
        return self.relay.place if self.relay else Place()

    @property
    def leads(self) -> bool | None:
        if self.relay is None or self.task is None:
            return None
        return self.relay.leads and not self.task.done()

    def stopped(self) -> Mapping[tuple[str, int], str]:
        return self.carrier.stopped(self.subscriber)

    def lag(self, publisher: str, partition: int) -> int | None:
        return self.carrier.lag(self.subscriber, publisher, partition)

    @property
    def handed_out(self) -> None:
        return None

    def obstacles(self) -> list[str]:
        stopped = ["The relay stopped."] if self.task and self.task.done() else []
        return stopped + self.carrier.obstacles(self.subscriber)

    def caught_up(self, partition: int) -> bool:
        return self.carrier.caught_up(self.subscriber, partition)

    def extent(self, publisher: str, partition: int) -> int | None:
        return self.carrier.extent(publisher, partition)

    def past(self, partitions: Collection[int]) -> AsyncIterator[tuple[str, Sequence[Record]]]:
        return self.carrier.past(self.subscriber, partitions)


class EmbeddedLine:
    """All services in one process: relays begin when everybody listens."""

    def __init__(self) -> None:
        self._carrier = EmbeddedCarrier()
        self._all_aboard = asyncio.Event()

    def depart(self) -> None:
        """Lets the relays run; call it when every service is attached."""
        self._all_aboard.set()

    @asynccontextmanager
    async def attach(self, station: Station) -> AsyncIterator[Attachment]:
        """Subscribes the station and runs its relay until the context ends."""
        await self._carrier.subscribe(station.subscriber, station.hears)
        relay, task = None, None
        if station.publishes:
            relay = Relay(station.service, station.store, self._carrier)
            task = asyncio.create_task(self._run(station, relay), name=f"relay {station.service}")
        try:
            yield _Embedded(self._carrier, station.subscriber, relay, task)
        finally:
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            with suppress(StoreUnavailableError):  # what is unmarked is read again
                await self._carrier.unsubscribe(station.subscriber)

    async def _run(self, station: Station, relay: Relay) -> None:
        await self._all_aboard.wait()
        await self._catch_up(station)
        await relay.run()

    async def _catch_up(self, station: Station) -> None:
        while True:
            try:
                await self._carrier.catch_up(station.service, station.store)
            except StoreUnavailableError as error:
                log.warning("catching up waits", service=station.service, reason=str(error))
                await asyncio.sleep(PAUSE_TIME)
            else:
                return
