"""The feed lives through what happens to groups, brokers and clients."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from unittest.mock import patch

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from shared.event_store import StoreUnavailableError
from shared.messaging.kafka import KafkaFeed, session
from shared.messaging.kafka import feed as feed_module
from shared.messaging.topics import PARTITIONS, partition_of
from tests.contract.carriers import KafkaPost, relaying
from tests.contract.desks import Desk, Reader, Shelf, disk_of, ticket
from tests.resources.kafka import Kafka
from tests.until import PATIENCE, until

TICKETS = [ticket(number) for number in range(24)]
PUBLISHERS = ("intake", "revisit")


@pytest.fixture
async def post(empty_kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[KafkaPost]:
    monkeypatch.setattr(feed_module, "REBUILD_PAUSE", 0.1)
    post = KafkaPost(empty_kafka.bootstrap)
    await post.make_topics(*PUBLISHERS)
    yield post
    await post.close()


@asynccontextmanager
async def reading(
    post: KafkaPost, reader: Reader, *, aligned: bool = False
) -> AsyncIterator[KafkaFeed]:
    feed = KafkaFeed(post.bootstrap, "dispatch", reader, PUBLISHERS, aligned=aligned)
    task = asyncio.create_task(feed.run())
    try:
        yield feed
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def write(desk: Desk, rounds: int = 1) -> None:
    for _ in range(rounds):
        for subject in TICKETS:
            await desk.write(subject)


async def seen_by(desk: Desk, reader: Reader) -> bool:
    for subject in TICKETS:
        versions = [event.version for event in await desk.store.read(subject)]
        if await reader.seen(subject, desk.service) != versions:
            return False
    return True


def numbers(reader: Reader, publisher: str) -> set[int]:
    return {lane.partition for lane in reader.consumer.lanes if lane.publisher == publisher}


async def test_two_instances_share_the_partitions_and_each_event_has_one_effect(
    post: KafkaPost, shelf: Shelf
) -> None:
    desk, first = shelf.desk(), shelf.reader()
    second = shelf.reader(disk_of(first.store))
    await write(desk)
    async with relaying(post, desk), reading(post, first) as feed:
        await until(lambda: seen_by(desk, first), "one reads alone")
        alone = feed.handed_out
        assert (alone.times, alone.last_at is None) == (1, False)
        await write(desk)
        async with reading(post, second):
            await until(
                lambda: all(
                    len(numbers(reader, publisher)) == PARTITIONS // 2
                    for reader in (first, second)
                    for publisher in PUBLISHERS
                ),
                "the partitions of all topics are shared",
            )
            assert feed.handed_out.times > alone.times
            for publisher in PUBLISHERS:
                assert numbers(first, publisher).isdisjoint(numbers(second, publisher))
            assert numbers(first, "intake") == numbers(first, "revisit")
            await write(desk)
            await until(lambda: seen_by(desk, first), "both read")
        await write(desk)
        await until(lambda: seen_by(desk, first), "one takes over all")
        assert numbers(first, "intake") == set(range(PARTITIONS))


async def test_instances_that_come_and_go_lose_and_repeat_nothing(
    post: KafkaPost, shelf: Shelf
) -> None:
    desk, first = shelf.desk(), shelf.reader()
    async with relaying(post, desk), reading(post, first):
        for _ in range(4):
            other = shelf.reader(disk_of(first.store))
            async with reading(post, other):
                writing = asyncio.create_task(write(desk, 2))
                await until(lambda: bool(other.consumer.lanes), "it takes part")  # noqa: B023
                await writing
        await until(lambda: seen_by(desk, first), "everything is seen")


async def test_an_assignment_that_splits_a_partition_number_is_refused(
    post: KafkaPost, shelf: Shelf
) -> None:
    reader = shelf.reader()
    stray = KafkaFeed(post.bootstrap, "dispatch", shelf.reader(), ("intake",))
    task = asyncio.create_task(stray.run())
    try:
        async with reading(post, reader, aligned=True) as feed:
            await until(lambda: not stray.obstacles(), "the stray member takes part")
            await until(lambda: bool(feed.obstacles()), "the split is refused")
            assert not reader.consumer.lanes
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_range_is_the_only_assignor_offered(post: KafkaPost, shelf: Shelf) -> None:
    async with reading(post, shelf.reader()) as feed:
        await until(lambda: not feed.obstacles(), "the feed reads")
        stranger = AIOKafkaConsumer(
            "complaints.intake",
            bootstrap_servers=post.bootstrap,
            group_id="huiyin-dispatch",
            partition_assignment_strategy=(RoundRobinPartitionAssignor,),
        )
        with pytest.raises(Exception, match="InconsistentGroupProtocol"):
            await asyncio.wait_for(stranger.start(), 20)
        await stranger.stop()
        assert not feed.obstacles()


async def test_it_says_when_a_partition_was_read_to_its_end(post: KafkaPost, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await write(desk)
    await post.publisher(desk).publish("intake", await desk.records())
    slow = partition_of(TICKETS[0])
    reader.away.update(one for one in TICKETS if partition_of(one) == slow)

    async with reading(post, reader, aligned=True) as feed:
        others = [number for number in range(PARTITIONS) if number != slow]
        await until(lambda: all(feed.caught_up(each) for each in others), "the others are read")
        assert not feed.caught_up(slow)
        reader.away.clear()
        await until(lambda: feed.caught_up(slow), "the slow one is read")


async def test_offsets_are_committed_for_lag_tools(post: KafkaPost, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await write(desk)
    client = AIOKafkaAdminClient(bootstrap_servers=post.bootstrap)
    await client.start()

    async def committed() -> bool:
        offsets = await client.list_consumer_group_offsets("huiyin-dispatch")
        return sum(max(0, one.offset) for one in offsets.values()) == len(TICKETS)

    async with relaying(post, desk), reading(post, reader):
        await until(committed, "the group's offsets are at the end")
    await client.close()


async def test_records_that_were_deleted_unread_stop_their_partition(
    post: KafkaPost, shelf: Shelf
) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await write(desk)
    await post.publisher(desk).publish("intake", await desk.records())
    eaten = partition_of(TICKETS[0])
    client = AIOKafkaAdminClient(bootstrap_servers=post.bootstrap)
    await client.start()
    await client.delete_records(
        {TopicPartition("complaints.intake", eaten): RecordsToDelete(before_offset=1)}
    )
    await client.close()

    async with reading(post, reader) as feed:
        await until(lambda: bool(feed.alarms), "the loss is alarmed")
        others = [one for one in TICKETS if partition_of(one) != eaten]
        await until(lambda: reader.has_seen(others[-1], 1), "the others are read")
        assert list(feed.alarms) == [("complaints.intake", eaten)]
    assert not await reader.seen(TICKETS[0])


async def test_who_may_reads_from_the_first_record_where_its_place_is_not_there(
    post: KafkaPost, shelf: Shelf
) -> None:
    """A snapshot may know of more than a topic that was made anew."""
    desk, reader = shelf.desk(), shelf.reader()
    await write(desk)
    await post.publisher(desk).publish("intake", await desk.records())
    assign = reader.assign

    async def beyond(publisher: str, partitions: Sequence[int]) -> dict[int, int]:
        return dict.fromkeys(await assign(publisher, partitions), 99)

    with patch.object(reader, "assign", beyond), patch.object(reader, "lost", lambda *_: True):
        async with reading(post, reader) as feed:
            await until(lambda: seen_by(desk, reader), "all is read")
            assert not feed.alarms


async def test_a_fetcher_that_died_unseen_is_replaced(post: KafkaPost, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    async with relaying(post, desk), reading(post, reader) as feed:
        await until(lambda: not feed.obstacles(), "the feed reads")
        with (
            patch.object(Fetcher, "_proc_fetch_request", _die),
            patch.object(session, "STALL_TIME", 2.0),  # not while it joins, which may take longer
        ):
            await until(lambda: bool(feed.obstacles()), "the stall is noticed")
        await write(desk)
        await until(lambda: seen_by(desk, reader), "a new client reads")


async def _die(*_: Any) -> bool:  # noqa: ANN401 - whatever the fetcher passes
    raise ZeroDivisionError


async def test_a_client_that_raises_is_replaced(post: KafkaPost, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    async with relaying(post, desk), reading(post, reader) as feed:
        await until(lambda: not feed.obstacles(), "the feed reads")
        with patch.object(AIOKafkaConsumer, "getmany", _die):
            await until(lambda: bool(feed.obstacles()), "the failure is noticed")
        await write(desk)
        await until(lambda: seen_by(desk, reader), "a new client reads")


def hearts() -> int:
    """How many members of groups send heartbeats."""
    coroutines = [task.get_coro() for task in asyncio.all_tasks()]
    return sum("_heartbeat_routine" in str(one) for one in coroutines)


async def _hang(*_: Any) -> None:  # noqa: ANN401 - the same
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("part", "end"),
    [(Fetcher, asyncio.CancelledError), (GroupCoordinator, _hang)],
    ids=["is cancelled by itself", "takes for ever"],
)
async def test_a_client_that_does_not_close_is_replaced(
    post: KafkaPost, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, part: type, end: object
) -> None:
    """It leaves nothing in the group that nobody reads for."""
    monkeypatch.setattr(feed_module, "STOP_TIME", 0.5)
    desk, reader = shelf.desk(), shelf.reader()
    async with relaying(post, desk), reading(post, reader) as feed:
        await until(lambda: not feed.obstacles(), "the feed reads")
        with (
            patch.object(AIOKafkaConsumer, "getmany", _die),
            patch.object(part, "close", side_effect=end) as closing,
        ):
            await until(lambda: closing.await_count > 0, "it is to be closed")
        await write(desk)
        # Kafka waits for the end of the old one's session.
        await until(lambda: seen_by(desk, reader), "a new client reads", 2 * PATIENCE)
        await until(lambda: hearts() == 1, "nothing else of the old one is left")


async def test_a_store_that_is_away_at_the_start_is_asked_again(
    post: KafkaPost, shelf: Shelf
) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await write(desk)
    with patch.object(reader.store.backend, "read_marks", side_effect=StoreUnavailableError) as ask:
        async with relaying(post, desk), reading(post, reader) as feed:
            await until(lambda: ask.call_count > 1, "the store is asked again")
            assert feed.obstacles() == ["Kafka has not given this instance its partitions."]
            ask.side_effect = None
            ask.return_value = {}
            await until(lambda: seen_by(desk, reader), "everything is seen")


async def test_a_broker_that_is_away_is_named_as_the_reason(shelf: Shelf) -> None:
    feed = KafkaFeed("127.0.0.1:1", "dispatch", shelf.reader().consumer, ("intake",))
    running = asyncio.create_task(feed.run())
    away = "Kafka cannot be read (KafkaConnectionError): see whether it runs."
    await until(lambda: feed.obstacles() == [away], "the outage is noticed")
    running.cancel()
    await asyncio.wait([running])
