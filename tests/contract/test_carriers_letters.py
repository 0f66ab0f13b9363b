"""What cannot be handled is parked with its ticket, in order, and nothing else stands still."""

import asyncio
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from shared.messaging import letters
from shared.messaging.consumer import QUEUED
from shared.messaging.envelope import Record
from shared.messaging.letters import LetterClosedError
from tests.contract.carriers import Post, relaying
from tests.contract.desks import Desk, Reader, Shelf, disk_of, ticket
from tests.until import until

POISONED, SOUND = ticket(1), ticket(2)


def with_header(record: Record, name: str, text: str) -> Record:
    headers = [(each, value) for each, value in record.headers if each != name]
    return replace(record, headers=(*headers, (name, text.encode())))


async def parked(reader: Reader, count: int) -> bool:
    return len(await reader.letters.page(None, 500)) == count


async def poison(desk: Desk, reader: Reader, events: int = 3) -> None:
    """Store events of one ticket that cannot be handled, between others of one that can."""
    reader.failing.add(POISONED)
    for _ in range(events):
        await desk.write(POISONED)
        await desk.write(SOUND)


async def test_a_poisoned_ticket_is_parked_in_order_and_no_other(post: Post, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await poison(desk, reader)

    async with post.hear(reader, ["intake"]), relaying(post, desk):
        await until(lambda: reader.has_seen(SOUND, 3), "the sound one is handled")
        await until(lambda: parked(reader, 3), "the poisoned one is parked")

    found = await reader.letters.of(str(POISONED))
    assert [letter.error for letter in found] == ["LookupError", QUEUED, QUEUED]
    assert [letter.position for letter in found] == [1, 3, 5]
    assert [letter.record.key for letter in found] == [str(POISONED).encode()] * 3
    assert await reader.seen(POISONED) == []


async def test_a_ticket_stays_parked_after_a_restart(post: Post, shelf: Shelf) -> None:
    desk, before = shelf.desk(), shelf.reader()
    await poison(desk, before)
    async with post.hear(before, ["intake"]), relaying(post, desk):
        await until(lambda: parked(before, 3), "it is parked")

    after = shelf.reader(disk_of(before.store))
    async with post.hear(after, ["intake"]), relaying(post, desk):
        await desk.write(POISONED)
        await until(lambda: parked(after, 4), "its next event queues too")

    assert await after.seen(POISONED) == []


async def test_letters_are_redriven_oldest_first(post: Post, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await poison(desk, reader)

    async with post.hear(reader, ["intake"]), relaying(post, desk):
        await until(lambda: parked(reader, 3), "it is parked")
        reader.failing.clear()
        assert await reader.consumer.redrive(str(POISONED)) == 3
        await desk.write(POISONED)
        await until(lambda: reader.has_seen(POISONED, 4), "it goes on")

    assert await reader.seen(POISONED) == [1, 2, 3, 4]
    assert await parked(reader, 0)


async def test_a_redriven_letter_is_kept_with_who_wanted_it_and_why(
    post: Post, shelf: Shelf
) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await poison(desk, reader)

    async with post.hear(reader, ["intake"]), relaying(post, desk):
        await until(lambda: parked(reader, 3), "it is parked")
        letter_id = (await reader.letters.of(str(POISONED)))[0].letter_id
        reader.failing.clear()
        await reader.consumer.redrive(str(POISONED), "韩梅梅", "release 1.2 reads it")

    closed = await reader.letters.page(None, 10, str(POISONED), "redriven")
    assert [one.position for one in closed] == [5, 3, 1]
    assert {(one.state, one.closed_by, one.reason) for one in closed} == {
        ("redriven", "韩梅梅", "release 1.2 reads it")
    }
    kept = await reader.letters.get(letter_id)
    assert kept == closed[-1]
    assert kept.closed_at is not None


async def test_a_letter_that_fails_again_stays_with_its_attempts(post: Post, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await poison(desk, reader)

    async with post.hear(reader, ["intake"]), relaying(post, desk):
        await until(lambda: parked(reader, 3), "it is parked")
        assert await reader.consumer.redrive(str(POISONED)) == 0

    head, *_ = found = await reader.letters.of(str(POISONED))
    assert len(found) == 3
    assert head.attempts == 4


async def test_two_operators_who_redrive_at_once_have_one_effect(post: Post, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await poison(desk, reader)

    async with post.hear(reader, ["intake"]), relaying(post, desk):
        await until(lambda: parked(reader, 3), "it is parked")
        reader.failing.clear()
        await asyncio.gather(*(reader.consumer.redrive(str(POISONED)) for _ in range(2)))

    assert await reader.seen(POISONED) == [1, 2, 3]
    assert await parked(reader, 0)


async def test_a_discarded_letter_lets_the_next_one_run(post: Post, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await poison(desk, reader)

    async with post.hear(reader, ["intake"]), relaying(post, desk):
        await until(lambda: parked(reader, 3), "it is parked")
        head, *_ = await reader.letters.of(str(POISONED))
        await reader.letters.discard(head, "entered twice", "韩梅梅")
        reader.failing.clear()
        assert await reader.consumer.redrive(str(POISONED)) == 2

    closed = await reader.letters.get(head.letter_id)
    assert closed is not None
    assert (closed.state, closed.reason, closed.closed_by) == (
        "discarded",
        "entered twice",
        "韩梅梅",
    )
    assert await reader.seen(POISONED) == [2, 3]
    with pytest.raises(LetterClosedError):
        await reader.letters.discard(head, "once more", "韩梅梅")


async def test_full_letters_stop_reading_and_room_lets_it_go_on(
    post: Post, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "MAX_LETTERS", 2)
    desk, reader = shelf.desk(), shelf.reader()
    await poison(desk, reader)

    async with post.hear(reader, ["intake"]), relaying(post, desk):
        await until(lambda: "LettersFullError" in reader.alarms, "it is alarmed")
        assert await parked(reader, 2)
        reader.failing.clear()
        await reader.consumer.redrive(str(POISONED))
        await until(lambda: reader.has_seen(SOUND, 3), "reading goes on")
        await reader.consumer.redrive(str(POISONED))
        await until(lambda: reader.has_seen(POISONED, 3), "nothing is lost")

    assert await reader.seen(POISONED) == [1, 2, 3]


POISONS: dict[str, Callable[[Record], Record]] = {
    "bad JSON": lambda record: replace(record, value=b'{"at":'),
    "another shape": lambda record: replace(record, value=b'{"at":"2026-11-21T09:30:00Z"}'),
    "not JSON at all": lambda record: replace(record, value=b"\xff\xfe"),
    "deep nesting": lambda record: replace(record, value=b"[" * 100_000),
    "1 MB": lambda record: replace(record, value=b"[" + b"0," * 500_000 + b"0]"),
    "no value": lambda record: replace(record, value=None),
    "an unknown version": lambda record: with_header(
        record, "ce_type", "huiyin.intake.personal-data-read.v99"
    ),
}


@pytest.mark.parametrize("kind", POISONS)
async def test_a_value_that_cannot_be_read_parks_its_ticket(
    post: Post, shelf: Shelf, kind: str
) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await desk.write(POISONED, 2)
    await desk.write(SOUND)
    bad, next_one, sound = await desk.records()

    async with post.hear(reader, ["intake"]):
        await post.send("intake", [POISONS[kind](bad), next_one, sound])
        await until(lambda: reader.has_seen(SOUND, 1), "the sound one is handled")
        await until(lambda: parked(reader, 2), "the poisoned one is parked")

    assert [letter.subject for letter in await reader.letters.page(None, 10)] == [str(POISONED)] * 2


STRANGE_HEADERS: dict[str, Callable[[Record], Record]] = {
    "none": lambda record: replace(record, headers=()),
    "no position": lambda record: with_header(record, "ce_position", ""),
    "a position too large": lambda record: with_header(record, "ce_position", "9" * 30),
    "no epoch": lambda record: with_header(record, "ce_epoch", "here"),
    "another source": lambda record: with_header(record, "ce_source", "/huiyin/sla"),
    "another service's type": lambda record: with_header(record, "ce_type", "huiyin.sla.x.v1"),
    "a bad causation": lambda record: with_header(record, "ce_causationid", "-"),
    "no UTF-8": lambda record: replace(record, headers=(("ce_type", b"\xff"),)),
}


@pytest.mark.parametrize("kind", STRANGE_HEADERS)
async def test_a_record_that_does_not_say_what_it_is_is_set_aside(
    post: Post, shelf: Shelf, kind: str
) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await desk.write(SOUND, 2)
    first, second = await desk.records()
    strange = replace(STRANGE_HEADERS[kind](first), key=str(POISONED).encode())

    async with post.hear(reader, ["intake"]):
        await post.send("intake", [first, strange, second])
        await until(lambda: reader.has_seen(SOUND, 2), "the sound one is handled")

    (letter,) = await reader.letters.page(None, 10)
    assert (letter.subject, letter.error) == (str(POISONED), "UnreadableRecordError")
    assert letter.record.value == strange.value


async def test_without_a_key_a_strange_record_parks_nobody(post: Post, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await desk.write(SOUND, 2)
    first, second = await desk.records()

    async with post.hear(reader, ["intake"]):
        await post.send("intake", [replace(first, key=None, headers=()), first, second])
        await until(lambda: reader.has_seen(SOUND, 2), "the sound one is handled")

    (letter,) = await reader.letters.page(None, 10)
    assert letter.subject.startswith(f"intake/{first.partition}@")


async def test_a_type_unknown_here_is_nobodys_business(post: Post, shelf: Shelf) -> None:
    desk, reader = shelf.desk(), shelf.reader()
    await desk.write(SOUND, 2)
    first, second = await desk.records()
    unknown = with_header(first, "ce_type", "huiyin.intake.ticket-forecast.v1")

    async with post.hear(reader, ["intake"]):
        await post.send("intake", [unknown, second])
        await until(lambda: reader.has_seen(SOUND, 1), "the known one is handled")
        await until(lambda: parked(reader, 0), "nothing is parked")

    assert await reader.seen(SOUND) == [2]
