"""What both carriers promise: every event once, in the order of its ticket, none ever skipped."""

import msgspec
import pytest

from shared.messaging import lane
from shared.messaging.relay import PLACE_KEY, PLACES
from shared.messaging.topics import PARTITIONS, partition_of
from tests.contract.carriers import Post, relaying
from tests.contract.desks import Desk, Reader, Shelf, disk_of, ticket
from tests.until import until

TICKETS = [ticket(number) for number in range(20)]


async def everything_seen(reader: Reader, desk: Desk) -> bool:
    """Whether each event of the desk's log had its effect, once and in order."""
    for subject in TICKETS:
        versions = [event.version for event in await desk.store.read(subject)]
        if await reader.seen(subject, desk.service) != versions:
            return False
    return True


async def has_settled(desk: Desk, reader: Reader) -> bool:
    """Whether nothing would be published, or read, again."""
    place = await desk.store.get(PLACES, PLACE_KEY)
    is_placed = place is not None and place.position == await desk.store.end()
    return is_placed and reader.flushed


async def write_all(desk: Desk, rounds: int = 3) -> None:
    for _ in range(rounds):
        for subject in TICKETS:
            await desk.write(subject)


async def test_every_event_has_its_effect_once_in_the_order_of_its_ticket(
    post: Post, shelf: Shelf
) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await write_all(desk)

    async with post.hear(reader, ["intake"]), relaying(post, desk):
        await write_all(desk)
        await until(lambda: everything_seen(reader, desk), "everything is seen")

    assert not reader.alarms


async def test_the_past_can_be_read_again_beside_what_is_being_read(
    post: Post, shelf: Shelf
) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await write_all(desk)
    some = range(0, PARTITIONS, 2)
    async with post.hear(reader, ["intake"], [desk]), relaying(post, desk):
        await write_all(desk)
        await until(lambda: everything_seen(reader, desk), "everything is seen")
        for partitions in (some, range(PARTITIONS), ()):
            expected = [one for one in await desk.records() if one.partition in partitions]
            found = []
            async for publisher, records in post.past(reader, ["intake"], partitions):
                assert publisher == "intake"
                found += [msgspec.structs.replace(record, offset=None) for record in records]
            # Partition by partition: between them topics have no order.
            found.sort(key=lambda record: record.partition)
            assert found == sorted(expected, key=lambda record: record.partition)
        assert await everything_seen(reader, desk)


async def test_records_that_come_twice_and_a_topic_that_comes_again_have_no_effect(
    post: Post, shelf: Shelf
) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await write_all(desk)
    records = await desk.records()

    async with post.hear(reader, ["intake"]):
        await post.send("intake", [copy for record in records for copy in (record, record)])
        await post.send("intake", records)
        await until(lambda: reader.taken >= 3 * len(records), "all copies are taken")

    assert await everything_seen(reader, desk)
    assert not reader.alarms


async def test_a_missing_record_holds_its_partition_until_it_comes(
    post: Post, shelf: Shelf
) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await desk.write(TICKETS[0], 4)
    await desk.write(TICKETS[1], 1)
    first, second, third, fourth, other = await desk.records()

    async with post.hear(reader, ["intake"]):
        await post.send("intake", [first, third, fourth, other])
        await until(lambda: reader.alarms == {lane.MISSING}, "the gap is alarmed")
        await until(lambda: reader.taken >= 4, "all are taken")
        assert await reader.seen(TICKETS[0]) == [1]

        await post.send("intake", [second])
        await until(lambda: everything_seen(reader, desk), "the gap is healed")

    assert not reader.alarms


async def test_a_record_still_missing_after_a_restart_is_still_waited_for(
    post: Post, shelf: Shelf
) -> None:
    desk, before = shelf.desk(), shelf.reader()
    await desk.write(TICKETS[0], 4)
    first, second, third, fourth = await desk.records()
    async with post.hear(before, ["intake"]):
        await post.send("intake", [first, third, fourth])
        await until(lambda: before.taken >= 3, "all are taken")

    after = shelf.reader(disk_of(before.store))
    async with post.hear(after, ["intake"]):
        # The embedded carrier publishes again what its relay has not settled.
        await post.send("intake", [third, fourth, second])
        await until(lambda: everything_seen(after, desk), "the gap is healed")

    assert not after.alarms


async def test_who_starts_again_goes_on_where_it_was(post: Post, shelf: Shelf) -> None:
    desk, before = shelf.desk(), shelf.reader()
    await write_all(desk)
    async with post.hear(before, ["intake"]), relaying(post, desk):
        await until(lambda: everything_seen(before, desk), "everything is seen")
        await until(lambda: has_settled(desk, before), "marks and the relay's place are stored")

    await desk.store.close()
    desk = shelf.desk("intake", disk_of(desk.store))
    after = shelf.reader(disk_of(before.store))
    async with post.hear(after, ["intake"], [desk]), relaying(post, desk):
        await desk.write(TICKETS[0])
        await until(lambda: everything_seen(after, desk), "the new event is seen")

    assert after.taken <= 10  # the new one, repeated where the carrier repeats


async def test_who_lost_its_store_reads_from_the_first_event(post: Post, shelf: Shelf) -> None:
    desk, before = shelf.desk(), shelf.reader()
    await write_all(desk)
    async with post.hear(before, ["intake"]), relaying(post, desk) as relay:
        end = await desk.store.end()
        await until(lambda: relay.published == end and before.flushed, "everything is published")

    after = shelf.reader()
    async with post.hear(after, ["intake"], [desk]), relaying(post, desk):
        await desk.write(TICKETS[0])
        await until(lambda: everything_seen(after, desk), "everything is seen again")

    assert not after.alarms


@pytest.mark.parametrize("order", [("intake", "revisit"), ("revisit", "intake")])
async def test_no_order_is_assumed_across_topics(
    post: Post, shelf: Shelf, order: tuple[str, str]
) -> None:
    desks = {name: shelf.desk(name) for name in order}
    reader = shelf.reader()
    for desk in desks.values():
        await write_all(desk)

    async with post.hear(reader, ["intake", "revisit"]):
        for name in order:
            async with relaying(post, desks[name]):
                await until(lambda: everything_seen(reader, desks[name]), f"all of {name}")  # noqa: B023

    assert not reader.alarms


async def test_another_epoch_of_a_publisher_is_refused(post: Post, shelf: Shelf) -> None:
    desk, stranger, reader = shelf.desk(), shelf.desk(), shelf.reader()
    await desk.write(TICKETS[0])
    await stranger.write(TICKETS[0], 3)

    async with post.hear(reader, ["intake"]) as obstacles:
        await post.send("intake", await desk.records())
        await until(lambda: everything_seen(reader, desk), "the first epoch is read")
        await post.send("intake", await stranger.records())
        await until(lambda: bool(obstacles()), "the other epoch is alarmed")

    assert await reader.seen(TICKETS[0]) == [1]


async def test_a_partition_in_which_too_much_waits_stops_and_the_others_go_on(
    post: Post, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "MAX_HELD", 2)
    desk, reader = shelf.desk(), shelf.reader()
    other = next(one for one in TICKETS if partition_of(one) != partition_of(TICKETS[0]))
    await desk.write(TICKETS[0], 5)
    await desk.write(other)
    *of_first, of_other = await desk.records()

    async with post.hear(reader, ["intake"]) as obstacles:
        await post.send("intake", of_first[1:])
        await until(lambda: bool(obstacles()), "the full partition is alarmed")
        await post.send("intake", [of_other])
        await until(lambda: reader.has_seen(other, 1), "the other partition goes on")

    assert await reader.seen(TICKETS[0]) == []


async def test_one_partition_that_waits_silences_no_other(post: Post, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    other = next(one for one in TICKETS if partition_of(one) != partition_of(TICKETS[0]))
    await desk.write(TICKETS[0])
    await desk.write(other, 3)
    reader.away.add(TICKETS[0])

    async with post.hear(reader, ["intake"]), relaying(post, desk):
        await until(lambda: "TimeoutError" in reader.alarms, "the waiting one is alarmed")
        await desk.write(other, 2)
        await until(lambda: reader.has_seen(other, 5), "the others go on")
        assert not await reader.letters.of(str(TICKETS[0]))  # a failure that may pass parks nothing
        reader.away.clear()
        await until(lambda: everything_seen(reader, desk), "it goes on too")


def test_there_are_tickets_in_several_partitions() -> None:
    assert len({partition_of(one) for one in TICKETS}) > PARTITIONS // 2
