"""What the consumer promises whoever carries: over stores that fail, among several instances."""

import asyncio
from datetime import datetime, timedelta
from typing import Literal

import pytest

from shared.decider import NotYetKnownError
from shared.event_store import Append, Mark, StoreUnavailableError
from shared.messaging import letters
from shared.messaging.consumer import QUEUED
from shared.messaging.envelope import Record, mark_name
from shared.messaging.subscriber import EpochChangedError
from shared.testing.memory_store import MemoryBackend
from tests.contract.desks import NOW, Reader, Shelf, disk_of, ticket
from tests.until import until

POISONED = ticket(1)


def backend_of(reader: Reader) -> MemoryBackend:
    backend = reader.store.backend
    assert isinstance(backend, MemoryBackend)
    return backend


async def records_of(shelf: Shelf, count: int, publisher: str = "intake") -> list[Record]:
    desk = shelf.desk(publisher)
    await desk.write(POISONED, count)
    return await desk.records()


async def reading(reader: Reader, record: Record, publisher: str = "intake") -> Reader:
    await reader.assign(publisher, [record.partition])
    return reader


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_commit_that_fails_is_tried_again_and_has_one_effect(
    shelf: Shelf, when: Literal["before", "after"]
) -> None:
    first, second = await records_of(shelf, 2)
    reader = await reading(shelf.reader(), first)
    backend_of(reader).failing = when

    await reader.take("intake", first.partition, [first, second])

    assert await reader.seen(POISONED) == [1, 2]
    assert not await reader.letters.of(str(POISONED))
    assert not reader.alarms


async def test_what_is_not_known_yet_is_waited_for_and_parks_nobody(shelf: Shelf) -> None:
    """As a ticket whose version of a pack is still on its way."""
    first, second = await records_of(shelf, 2)
    reader = await reading(shelf.reader(), first)
    reader.away, reader.while_away = {POISONED}, NotYetKnownError
    taking = asyncio.create_task(reader.take("intake", first.partition, [first, second]))

    async def waits() -> bool:
        return reader.alarms == {"NotYetKnownError"}

    await until(waits, "it waits")
    assert await reader.seen(POISONED) == []
    reader.away = set()
    await taking

    assert await reader.seen(POISONED) == [1, 2]
    assert not await reader.letters.of(str(POISONED))
    assert not reader.alarms


async def test_marks_that_cannot_be_stored_are_stored_later(shelf: Shelf) -> None:
    desk = shelf.desk()
    await desk.write(POISONED)
    (record,) = await desk.records()
    reader = await reading(shelf.reader(), record)
    strange = Record(record.key, record.headers, b"", record.partition)
    await reader.take("intake", record.partition, [strange])
    backend_of(reader).failing = "before"

    with pytest.raises(StoreUnavailableError):
        await reader.flush()
    assert not reader.flushed
    await reader.flush()

    assert reader.flushed


async def test_marks_of_two_epochs_stop_the_publisher(shelf: Shelf) -> None:
    reader = shelf.reader()
    for desk in (shelf.desk(), shelf.desk()):
        mark = Mark(mark_name("intake", desk.store.epoch, 0), 1)
        await reader.store.append(Append(places=[mark]))

    with pytest.raises(EpochChangedError):
        await reader.assign("intake", [0])


async def test_a_letter_that_another_instance_wrote_parks_the_ticket_here_too(
    shelf: Shelf,
) -> None:
    first, second = await records_of(shelf, 2)
    zombie = await reading(shelf.reader(), first)
    heir = await reading(shelf.reader(disk_of(zombie.store)), first)
    zombie.failing.add(POISONED)

    await zombie.take("intake", first.partition, [first])
    await heir.take("intake", first.partition, [first, second])

    found = await heir.letters.of(str(POISONED))
    assert [(letter.position, letter.error) for letter in found] == [
        (1, "LookupError"),
        (2, QUEUED),
    ]
    assert await heir.seen(POISONED) == []


async def test_an_event_that_queues_while_the_last_letter_is_redriven_runs_at_once(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await records_of(shelf, 2)
    reader = await reading(shelf.reader(), first)
    reader.failing.add(POISONED)
    await reader.take("intake", first.partition, [first])
    reader.failing.clear()
    is_parked = reader.letters.is_parked

    async def redriven_meanwhile(subject: str) -> bool:
        found = await is_parked(subject)
        await reader.consumer.redrive(subject)
        return found

    monkeypatch.setattr(reader.letters, "is_parked", redriven_meanwhile)
    await reader.take("intake", first.partition, [second])

    assert await reader.seen(POISONED) == [1, 2]
    assert not await reader.letters.of(str(POISONED))


async def test_room_that_another_instance_made_is_found(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "MAX_SUBJECTS", 1)
    desk = shelf.desk()
    for number in (1, 2):
        await desk.write(ticket(number))
    reader = shelf.reader()
    operator = shelf.reader(disk_of(reader.store))
    reader.failing.update({ticket(1), ticket(2)})
    first, second = await desk.records()
    await reading(reader, first)
    await reading(reader, second)
    await reader.take("intake", first.partition, [first])

    parking = asyncio.create_task(reader.take("intake", second.partition, [second]))
    await until(lambda: reader.alarms == {"LettersFullError"}, "it is full")
    await operator.consumer.redrive(str(ticket(1)))
    await parking

    assert [one.subject for one in await reader.letters.page(None, 9)] == [str(ticket(2))]


class LateClock:
    """A machine whose clock is behind."""

    def now(self) -> datetime:
        return NOW - timedelta(hours=1)

    def seconds_until(self, moment: datetime) -> float:
        return (moment - self.now()).total_seconds()


async def test_the_order_of_letters_does_not_hang_on_clocks(shelf: Shelf) -> None:
    first, second = await records_of(shelf, 2)
    before = await reading(shelf.reader(), first)
    before.failing.add(POISONED)
    await before.take("intake", first.partition, [first])

    after = Reader(shelf.store(disk_of(before.store)), LateClock())
    await reading(after, first)
    await after.take("intake", first.partition, [second])

    assert [letter.position for letter in await after.letters.of(str(POISONED))] == [1, 2]


async def test_a_strange_record_read_again_is_parked_once_and_stays_discarded(
    shelf: Shelf,
) -> None:
    (record,) = await records_of(shelf, 1)
    strange = Record(record.key, (), record.value, record.partition, offset=0)
    reader = await reading(shelf.reader(), record)

    for _ in range(2):
        await reader.take("intake", record.partition, [strange])
    (letter,) = await reader.letters.page(None, 9)
    await reader.letters.discard(letter, "not ours", "李雷")
    await reader.take("intake", record.partition, [strange])

    assert await reader.letters.page(None, 9) == []


async def test_a_strange_record_does_not_move_the_place_past_what_is_kept_aside(
    shelf: Shelf,
) -> None:
    first, second, third = [
        Record(one.key, one.headers, one.value, one.partition, offset)
        for offset, one in zip((0, 3, 1), await records_of(shelf, 3), strict=True)
    ]
    strange = Record(None, (), b"", first.partition, offset=2)
    reader = await reading(shelf.reader(), first)
    await reader.take("intake", first.partition, [first, third, strange])
    await reader.flush()

    heir = shelf.reader(disk_of(reader.store))
    assert await heir.assign("intake", [first.partition]) == {first.partition: 1}
    await heir.take("intake", first.partition, [third, strange, second])
    assert await heir.seen(POISONED) == [1, 2, 3]


async def test_a_type_that_nobody_handles_moves_the_mark_all_the_same(shelf: Shelf) -> None:
    desk = shelf.desk()
    await desk.write(POISONED)
    (record,) = await desk.records()
    unknown = tuple(
        (name, b"huiyin.intake.ticket-forecast.v1" if name == "ce_type" else text)
        for name, text in record.headers
    )
    reader = await reading(shelf.reader(), record)
    await reader.take(
        "intake", record.partition, [Record(record.key, unknown, b"{}", record.partition)]
    )
    await reader.flush()

    name = mark_name("intake", desk.store.epoch, record.partition)
    assert await reader.store.marks("mark/") == {name: 1}
