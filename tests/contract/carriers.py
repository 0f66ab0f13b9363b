"""Both carriers, and a publisher and a consumer to be joined by them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Protocol

from aiokafka import AIOKafkaProducer

from shared.messaging.embedded import hand_over
from shared.messaging.envelope import Record
from shared.messaging.kafka import KafkaFeed, KafkaPublisher, ensure_topic
from shared.messaging.kafka.past import read_past
from shared.messaging.relay import Publisher, Relay
from shared.messaging.subscriber import Subscriber
from shared.messaging.topics import topic_of
from shared.testing.jumbled_carrier import JumbledCarrier
from tests.contract.desks import Desk


class Post(Protocol):
    """A carrier under test."""

    def publisher(self, desk: Desk) -> Publisher: ...

    async def send(self, service: str, records: Sequence[Record]) -> None:
        """Hand over these records, whatever they are, as a stranger with the rights could."""

    def hear(
        self, subscriber: Subscriber, publishers: Sequence[str], desks: Sequence[Desk] = ()
    ) -> AbstractAsyncContextManager[Callable[[], list[str]]]:
        """Read until the context ends; says what stands still, and why."""

    def past(
        self, subscriber: Subscriber, publishers: Sequence[str], partitions: Sequence[int]
    ) -> AsyncIterator[tuple[str, Sequence[Record]]]:
        """What was published so far, beside what the subscriber reads."""


class EmbeddedPost:
    def __init__(self) -> None:
        self.carrier = JumbledCarrier()

    def publisher(self, desk: Desk) -> Publisher:
        del desk
        return self.carrier

    async def send(self, service: str, records: Sequence[Record]) -> None:
        await hand_over(self.carrier.lines_of(service), records)

    @asynccontextmanager
    async def hear(
        self, subscriber: Subscriber, publishers: Sequence[str], desks: Sequence[Desk] = ()
    ) -> AsyncIterator[Callable[[], list[str]]]:
        await self.carrier.subscribe(subscriber, publishers)
        for desk in desks:
            await self.carrier.catch_up(desk.service, desk.store)
        try:
            yield lambda: self.carrier.obstacles(subscriber)
        finally:
            await self.carrier.unsubscribe(subscriber)

    def past(
        self, subscriber: Subscriber, publishers: Sequence[str], partitions: Sequence[int]
    ) -> AsyncIterator[tuple[str, Sequence[Record]]]:
        del publishers
        return self.carrier.past(subscriber, partitions)


class KafkaPost:
    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self.publishers: list[KafkaPublisher] = []

    async def make_topics(self, *services: str) -> None:
        for service in services:
            await ensure_topic(self.bootstrap, service)

    def publisher(self, desk: Desk) -> Publisher:
        self.publishers.append(KafkaPublisher(self.bootstrap, desk.service, desk.store))
        return self.publishers[-1]

    async def send(self, service: str, records: Sequence[Record]) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap, enable_idempotence=True, max_request_size=2**21
        )
        await producer.start()
        try:
            for record in records:
                await producer.send_and_wait(
                    topic_of(service),
                    record.value,
                    record.key,
                    record.partition,
                    headers=list(record.headers),
                )
        finally:
            await producer.stop()

    @asynccontextmanager
    async def hear(
        self, subscriber: Subscriber, publishers: Sequence[str], desks: Sequence[Desk] = ()
    ) -> AsyncIterator[Callable[[], list[str]]]:
        del desks
        feed = KafkaFeed(self.bootstrap, "dispatch", subscriber, publishers)
        task = asyncio.create_task(feed.run())
        try:
            yield feed.obstacles
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def past(
        self, subscriber: Subscriber, publishers: Sequence[str], partitions: Sequence[int]
    ) -> AsyncIterator[tuple[str, Sequence[Record]]]:
        del subscriber
        return read_past(self.bootstrap, publishers, partitions)

    async def close(self) -> None:
        for publisher in self.publishers:
            await publisher.close()


@asynccontextmanager
async def relaying(post: Post, desk: Desk) -> AsyncIterator[Relay]:
    """Run the desk's relay until the context ends."""
    relay = Relay(desk.service, desk.store, post.publisher(desk))
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
