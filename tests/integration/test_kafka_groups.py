"""What Kafka says of a group: nobody in it, one, two, and each with its partitions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from shared.instance import INSTANCE
from shared.messaging.kafka import (
    Group,
    KafkaFeed,
    KafkaNotReachedError,
    describe_groups,
    group_of,
)
from shared.messaging.topics import PARTITIONS, topic_of
from tests.contract.carriers import KafkaPost
from tests.contract.desks import Reader, Shelf, disk_of
from tests.resources.kafka import Kafka
from tests.until import until

NAMES = [group_of("dispatch"), group_of("sla")]


@asynccontextmanager
async def reading(bootstrap: str, reader: Reader) -> AsyncIterator[None]:
    task = asyncio.create_task(KafkaFeed(bootstrap, "dispatch", reader, ("intake",)).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_members_and_their_partitions_are_told(empty_kafka: Kafka, shelf: Shelf) -> None:
    bootstrap = empty_kafka.bootstrap
    post = KafkaPost(bootstrap)
    await post.make_topics("intake")
    first = shelf.reader()
    second = shelf.reader(disk_of(first.store))

    stable: list[Group] = []

    async def is_stable(count: int) -> bool:
        try:
            dispatch, sla = await describe_groups(bootstrap, NAMES)
        except KafkaNotReachedError:  # a new broker's coordinator takes its time
            return False
        assert [dispatch.group, sla.group] == NAMES
        assert (sla.state, sla.members) == ("Dead", ())
        stable[:] = [dispatch]
        return (dispatch.state, len(dispatch.members)) == ("Stable", count)

    async with reading(bootstrap, first):
        await until(lambda: is_stable(1), "one member has all")
        [alone] = stable[0].members
        assert alone.partitions == {topic_of("intake"): tuple(range(PARTITIONS))}
        assert alone.client_id == f"huiyin-dispatch-{INSTANCE}"
        async with reading(bootstrap, second):
            await until(lambda: is_stable(2), "two share them")
            shared = [one.partitions[topic_of("intake")] for one in stable[0].members]
            assert sorted(number for one in shared for number in one) == list(range(PARTITIONS))
    await post.close()


async def test_a_broker_that_is_not_there_is_said_so() -> None:
    with pytest.raises(KafkaNotReachedError):
        await describe_groups("127.0.0.1:1", NAMES)
