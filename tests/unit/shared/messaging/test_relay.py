import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from shared.messaging import relay
from shared.messaging.envelope import Record
from shared.messaging.headers import read_record
from shared.messaging.relay import PLACE_KEY, PLACES, PublishError, Relay
from shared.testing.memory_store import MemoryBackend
from tests.contract.desks import Desk, Shelf, disk_of, ticket
from tests.until import until


@pytest.fixture
async def shelf() -> AsyncIterator[Shelf]:
    shelf = Shelf()
    yield shelf
    await shelf.close()


class Line:
    """Takes records, and fails as told."""

    def __init__(self) -> None:
        self.taken: list[Record] = []
        self.refuses = 0
        self.unsettled = False

    async def publish(self, service: str, records: Sequence[Record]) -> None:
        assert service == "intake"
        if self.refuses:
            self.refuses -= 1
            self.taken += records[: len(records) // 2]  # some may have got through
            raise PublishError
        self.taken += records

    async def settle(self, service: str) -> None:
        assert service == "intake"
        if self.unsettled:
            raise PublishError

    @property
    def positions(self) -> list[int]:
        """First occurrences."""
        return list(dict.fromkeys(read_record(each, "intake").position for each in self.taken))


@asynccontextmanager
async def running(desk: Desk, line: Line) -> AsyncIterator[Relay]:
    running = Relay("intake", desk.store, line)
    task = asyncio.create_task(running.run())
    yield running
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def stored_place(desk: Desk) -> int:
    place = await desk.store.get(PLACES, PLACE_KEY)
    return place.position if place else 0


async def test_the_log_is_published_in_order_each_record_naming_the_one_before(
    shelf: Shelf,
) -> None:
    desk, line = shelf.desk(), Line()
    for number in range(30):
        await desk.write(ticket(number))

    async with running(desk, line):
        await until(lambda: len(line.taken) == 30, "all is published")

    assert line.taken == await desk.records()


async def test_gaps_in_the_log_are_passed(shelf: Shelf) -> None:
    desk, line = shelf.desk(), Line()
    backend = desk.store.backend
    assert isinstance(backend, MemoryBackend)
    await desk.write(ticket(1))
    backend.skipped = 33
    await desk.write(ticket(1))

    async with running(desk, line) as one:
        await until(lambda: one.published == 35, "all is published")

    assert line.positions == [1, 35]


async def test_a_refused_batch_is_published_again_before_any_later_one(shelf: Shelf) -> None:
    desk, line = shelf.desk(), Line()
    line.refuses = 3
    await desk.write(ticket(1), 5)

    async with running(desk, line):
        await until(lambda: line.refuses == 0, "it was refused")
        await desk.write(ticket(1), 5)
        await until(lambda: len(line.positions) == 10, "all is published")

    assert line.positions == list(range(1, 11))


async def test_who_starts_again_goes_on_at_its_place(shelf: Shelf) -> None:
    desk, first, second = shelf.desk(), Line(), Line()
    await desk.write(ticket(1), 5)
    async with running(desk, first):
        await until(lambda: len(first.taken) == 5, "all is published")

        async def stored() -> bool:
            return await stored_place(desk) == 5

        await until(stored, "the place is stored")

    await desk.store.close()
    desk = shelf.desk("intake", disk_of(desk.store))
    await desk.write(ticket(1))
    async with running(desk, second):
        await until(lambda: bool(second.taken), "the new one is published")

    assert second.taken == (await desk.records())[5:]


async def test_the_place_waits_for_what_is_not_settled(shelf: Shelf) -> None:
    desk, line = shelf.desk(), Line()
    line.unsettled = True
    await desk.write(ticket(1), 5)

    async with running(desk, line) as one:
        await until(lambda: one.published == 5, "all is published")
        await desk.write(ticket(1))
        await until(lambda: one.published == 6, "what follows is published too")

    assert await stored_place(desk) == 0


async def test_two_relays_at_once_keep_first_occurrences_in_order(shelf: Shelf) -> None:
    desk, line = shelf.desk(), Line()
    async with running(desk, line), running(desk, line):
        for _ in range(20):
            await desk.write(ticket(1), 5)
        await until(lambda: len(line.positions) == 100, "all is published")

    assert line.positions == list(range(1, 101))


async def test_one_of_two_instances_publishes_and_the_other_takes_over_at_its_place(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LEAD_TIME", 0.01)
    desk, line = shelf.desk(), Line()
    disk = disk_of(desk.store)
    other = shelf.desk(disk=disk)
    heir: Any = other.store.backend
    async with running(desk, line) as first:
        await until(lambda: disk.leader is desk.store.backend, "the first leads")
        async with running(other, line) as second:
            await desk.write(ticket(1), 5)
            await until(lambda: first.published == 5, "the first publishes")
            await until(lambda: second.published == 5, "the second knows the place")
            assert len(line.taken) == 5

            disk.leader = heir
            await desk.write(ticket(1), 5)
            await until(lambda: second.published == 10, "the second goes on")

    assert line.positions == list(range(1, 11))
