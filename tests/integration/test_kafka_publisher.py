"""Rule 8: a publisher whose topic and store do not belong together says so, and does nothing."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.messaging.kafka import KafkaPublisher, PublishingRefusedError
from shared.messaging.relay import PublishError, Relay
from tests.contract.carriers import KafkaPost
from tests.contract.desks import Desk, Shelf, ticket
from tests.resources.kafka import Kafka


@pytest.fixture
async def post(empty_kafka: Kafka) -> AsyncIterator[KafkaPost]:
    post = KafkaPost(empty_kafka.bootstrap)
    await post.make_topics("intake")
    yield post
    await post.close()


async def publish_all(post: KafkaPost, desk: Desk) -> None:
    await post.publisher(desk).publish("intake", await desk.records())


async def test_a_store_goes_on_with_its_own_topic(post: KafkaPost, shelf: Shelf) -> None:
    desk = shelf.desk()
    for _ in range(2):
        await desk.write(ticket(1), 5)
        await publish_all(post, desk)


async def test_a_store_older_than_its_topic_is_refused(post: KafkaPost, shelf: Shelf) -> None:
    desk = shelf.desk()
    await desk.write(ticket(1), 5)
    records = await desk.records()
    await publish_all(post, desk)

    restored = shelf.desk()
    restored.store.epoch = desk.store.epoch
    await restored.write(ticket(1), 4)

    with pytest.raises(PublishingRefusedError, match=r"holds position 5 .* the store ends at 4"):
        await post.publisher(restored).publish("intake", records[:4])


async def test_an_older_store_is_found_out_behind_a_strangers_records(
    post: KafkaPost, shelf: Shelf
) -> None:
    desk = shelf.desk()
    await desk.write(ticket(1), 5)
    await post.send("intake", [*await desk.records(), *(await desk.records())[:3]])

    restored = shelf.desk()
    restored.store.epoch = desk.store.epoch
    await restored.write(ticket(1), 4)

    with pytest.raises(PublishingRefusedError, match="holds position 5"):
        await publish_all(post, restored)


async def test_another_stores_topic_is_refused(post: KafkaPost, shelf: Shelf) -> None:
    desk, other = shelf.desk(), shelf.desk()
    await desk.write(ticket(1))
    await other.write(ticket(1), 9)
    await publish_all(post, desk)

    with pytest.raises(PublishingRefusedError, match="holds events of another store"):
        await publish_all(post, other)


async def test_a_refusal_ends_the_relay(post: KafkaPost, shelf: Shelf) -> None:
    desk, other = shelf.desk(), shelf.desk()
    await desk.write(ticket(1))
    await other.write(ticket(1), 9)
    await publish_all(post, desk)

    with pytest.raises(PublishingRefusedError):
        await asyncio.wait_for(Relay("intake", other.store, post.publisher(other)).run(), 20)


async def test_without_a_broker_publishing_fails_in_time_and_may_be_closed(shelf: Shelf) -> None:
    desk = shelf.desk()
    await desk.write(ticket(1))
    publisher = KafkaPublisher("127.0.0.1:1", "intake", desk.store)

    with pytest.raises(PublishError, match="KafkaConnectionError"):
        await publisher.publish("intake", await desk.records())
    await publisher.close()


async def test_the_largest_event_is_published(post: KafkaPost, shelf: Shelf) -> None:
    desk = shelf.desk()
    await desk.write(ticket(1), 6)
    large = [
        type(record)(record.key, record.headers, b"x" * 256 * 1024, record.partition)
        for record in await desk.records()
    ]

    await post.publisher(desk).publish("intake", large)
