"""A replay: the state built anew beside the live one, compared with it, and put in its place."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from msgspec.structs import replace

from services.sla.book import Watched
from services.sla.domain.errors import ReplayRunningError
from services.sla.domain.facts import Fact
from services.sla.replays import Replays
from shared.carrier import Attachment
from shared.command_handler import IdempotencyKeyReusedError
from shared.event_store import StoreUnavailableError
from shared.messaging.envelope import Record
from shared.messaging.topics import partition_of
from shared.operations import OPERATIONS, Operation
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.world import JumpingClock, World
from tests.until import until

MONDAY = ex.at("2026-11-23 10:00")
SECOND = uuid5(ex.IDS, "second")
FIRST_RUN, SECOND_RUN = uuid5(ex.IDS, "first run"), uuid5(ex.IDS, "second run")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Two tickets; the first one's customer has been told."""
    found = World(tmp_path, JumpingClock(MONDAY))
    async with found.running():
        await found.say("intake", other.registered(MONDAY))
        await found.say("dispatch", other.offered(MONDAY))
        await found.say("dispatch", other.notified(MONDAY + ex.minutes(9)))
        await found.say("intake", other.registered(MONDAY, None, SECOND), SECOND)
        await found.settled()
        yield found


async def replayed(
    world: World, run: UUID = FIRST_RUN, *, dry_run: bool = False, replays: Replays | None = None
) -> Operation:
    replays = replays or world.line.replays
    await replays.begin(run, dry_run=dry_run)
    return await ended(replays, run)


async def ended(replays: Replays, run: UUID = FIRST_RUN) -> Operation:
    async def has_ended() -> bool:
        operation = await replays.find(run)
        return operation is not None and operation.state != "running"

    await until(has_ended, "replayed")
    operation = await replays.find(run)
    assert operation is not None
    return operation


def result(operation: Operation) -> dict[str, Any]:
    assert operation.state == "done", operation.error
    assert operation.result is not None
    return operation.result


def watched(world: World, ticket_id: UUID = ex.TICKET) -> Watched:
    found = world.line.sla.book.find(ticket_id)
    assert found is not None
    return found


def hashes(world: World) -> list[str]:
    return [shelf.state_hash() for shelf in world.line.sla.book.shelves]


@pytest.mark.parametrize("dry_run", [True, False])
async def test_what_was_read_anew_is_what_was_live(world: World, dry_run: bool) -> None:  # noqa: FBT001 - a parameter
    before, said = hashes(world), await world.stores["sla"].end()
    found = result(await replayed(world, dry_run=dry_run))
    assert (found["differing"], found["differences"], found["unreadable"]) == (0, [], 0)
    assert (found["records"], found["tickets"]) == (4, 2)
    assert found["replaced"] is not dry_run
    parts = {part["partition"]: part for part in found["partitions"]}
    assert [parts[number]["live_hash"] for number in range(12)] == before
    assert [parts[number]["rebuilt_hash"] for number in range(12)] == before
    assert parts[partition_of(ex.TICKET)]["positions"] == {
        "intake": _mark(world, "intake", ex.TICKET),
        "dispatch": 2,
        "revisit": 0,
    }
    await world.settled()
    assert hashes(world) == before
    assert await world.stores["sla"].end() == said


def _mark(world: World, publisher: str, ticket_id: UUID) -> int:
    return next(
        lane.mark
        for lane in world.line.lanes
        if (lane.publisher, lane.partition) == (publisher, partition_of(ticket_id))
    )


async def test_it_is_compared_at_positions_and_not_at_now(world: World) -> None:
    first = result(await replayed(world, dry_run=True))
    world.pass_time(days=40)
    await world.settled()
    assert result(await replayed(world, SECOND_RUN, dry_run=True)) == first


async def test_a_fact_that_the_live_state_lacks_is_named_and_left_so_by_a_dry_run(
    world: World,
) -> None:
    lost = _lose_the_last_fact(world)
    before = hashes(world)
    found = result(await replayed(world, dry_run=True))
    assert found["differing"] == 1
    assert found["differences"] == [
        {
            "ticket_id": str(ex.TICKET),
            "partition": partition_of(ex.TICKET),
            "only_live": (),
            "only_rebuilt": (lost,),
            "changed": (),
        }
    ]
    assert hashes(world) == before


def _lose_the_last_fact(world: World) -> str:
    ticket = watched(world)
    *left, lost = ticket.facts
    know(ticket, left)
    return lost.event_id


def know(ticket: Watched, facts: Iterable[Fact]) -> None:
    """These, and no others."""
    ticket.records = b""
    for fact in facts:
        ticket.records = ticket.shelf.packing.join(ticket.records, fact)


async def test_the_rebuilt_state_takes_the_live_ones_place_and_what_follows_is_said(
    world: World,
) -> None:
    right = hashes(world)
    _lose_the_last_fact(world)
    world.pass_time(days=10)
    world.line.sla.watch.touch(watched(world))
    await world.settled()
    assert len(await world.steps()) == 6
    result(await replayed(world))
    await world.settled()
    assert hashes(world) == right
    assert {row.state for row in await world.rows() if row.ticket_id == ex.TICKET} == {"withdrawn"}


async def test_a_ticket_that_nobody_told_of_goes_and_one_that_was_lost_comes_back(
    world: World,
) -> None:
    sla, stranger = world.line.sla, uuid5(ex.IDS, "stranger")
    shelf = sla.book.shelf(partition_of(stranger))
    assert shelf is not None
    sla.book.hear(shelf.ticket(str(stranger)), ex.registered(MONDAY))
    watched(world, SECOND).shelf.forget(str(SECOND))
    found = result(await replayed(world))
    differing = {one["ticket_id"]: one for one in found["differences"]}
    assert differing.keys() == {str(stranger), str(SECOND)}
    assert len(differing[str(stranger)]["only_live"]) == 1
    assert len(differing[str(SECOND)]["only_rebuilt"]) == 1
    assert sla.book.find(stranger) is None
    assert watched(world, SECOND).registered is not None


async def test_a_fact_that_says_something_else_is_named_as_changed(world: World) -> None:
    ticket = watched(world)
    first, *rest = ticket.facts
    know(ticket, [replace(first, round=7), *rest])
    found = result(await replayed(world, dry_run=True))
    (difference,) = found["differences"]
    assert difference["changed"] == (first.event_id,)


@dataclass
class Interrupted:
    """A line on which something happens while the past is read."""

    attachment: Attachment
    meanwhile: Callable[[], Awaitable[None]]

    async def past(
        self, partitions: Collection[int]
    ) -> AsyncIterator[tuple[str, Sequence[Record]]]:
        async for publisher, records in self.attachment.past(partitions):
            yield publisher, records
        await self.meanwhile()
        async for publisher, records in self.attachment.past(partitions):
            yield publisher, records


def interrupted(world: World, meanwhile: Callable[[], Awaitable[None]]) -> Replays:
    line: Any = Interrupted(world.line.attachment, meanwhile)
    sla = world.line.sla
    return Replays(sla.core, sla.book, sla.watch, line, lambda: world.line.lanes)


async def test_what_is_heard_meanwhile_is_kept_and_sets_nothing_apart(world: World) -> None:
    """The second reading of the past holds it, too: positions keep it out of the comparison."""
    third = uuid5(ex.IDS, "third")

    async def meanwhile() -> None:
        await world.say("dispatch", other.offered(MONDAY, ticket_id=SECOND), SECOND)
        await world.say("intake", other.registered(MONDAY, None, third), third)
        await world.settled()

    found = result(await replayed(world, replays=interrupted(world, meanwhile)))
    assert found["differing"] == 0
    assert found["tickets"] == 2
    assert len(watched(world, SECOND).facts) == 2
    assert len(watched(world, third).facts) == 1
    assert result(await replayed(world, SECOND_RUN, dry_run=True))["differing"] == 0


async def test_one_replay_at_a_time_and_the_same_request_once(world: World) -> None:
    going_on = asyncio.Event()

    async def meanwhile() -> None:
        await going_on.wait()

    replays = interrupted(world, meanwhile)
    begun = await replays.begin(FIRST_RUN, dry_run=True)
    assert begun[1] is False
    again, is_known = await replays.begin(FIRST_RUN, dry_run=True)
    assert (again.operation_id, again.state, is_known) == (FIRST_RUN, "running", True)
    with pytest.raises(IdempotencyKeyReusedError):
        await replays.begin(FIRST_RUN, dry_run=False)
    with pytest.raises(ReplayRunningError):
        await replays.begin(SECOND_RUN, dry_run=True)
    going_on.set()
    assert (await ended(replays)).state == "done"
    assert (await replays.begin(SECOND_RUN, dry_run=True))[1] is False
    await ended(replays, SECOND_RUN)


async def test_a_replay_that_fails_says_so_and_changes_nothing(world: World) -> None:
    _lose_the_last_fact(world)
    before = hashes(world)

    async def meanwhile() -> None:
        raise StoreUnavailableError("away")

    operation = await replayed(world, replays=interrupted(world, meanwhile))
    assert (operation.state, operation.error) == ("failed", "StoreUnavailableError")
    assert hashes(world) == before
    assert {shelf.since is None for shelf in world.line.sla.book.shelves} == {True}


async def test_what_became_of_it_can_be_asked_of_another_process(world: World) -> None:
    done = await replayed(world, dry_run=True)

    async def is_stored() -> bool:
        row = await world.stores["sla"].get(OPERATIONS, str(FIRST_RUN))
        return row is not None and row.state == "done"

    await until(is_stored, "stored")
    await world.line.replays.close()
    sla = world.line.sla
    another = Replays(sla.core, sla.book, sla.watch, world.line.attachment, list)
    found = await another.find(FIRST_RUN)
    assert found is not None
    assert (found.state, found.operation_id) == (done.state, FIRST_RUN)
    assert await another.begin(FIRST_RUN, dry_run=True) == (found, True)
    assert await another.find(SECOND_RUN) is None


async def test_a_partition_that_another_instance_took_over_is_left_alone(world: World) -> None:
    number = partition_of(ex.TICKET)
    shelf = world.line.sla.book.shelf(number)
    assert shelf is not None

    async def meanwhile() -> None:
        world.line.sla.book.close([number])

    found = result(await replayed(world, replays=interrupted(world, meanwhile)))
    given_up = [one["partition"] for one in found["partitions"] if one["given_up"]]
    assert given_up == [number]


async def test_before_all_was_read_once_there_is_nothing_to_compare(tmp_path: Path) -> None:
    """Revisit never says where its log ends: what was read is never known to be all."""
    world = World(tmp_path, JumpingClock(MONDAY))
    async with world.running(absent=["revisit"]):
        with pytest.raises(StoreUnavailableError, match="catching up"):
            await world.line.replays.begin(FIRST_RUN, dry_run=True)
        world.line.sla.book.close(range(12))  # nothing is equal to nothing: no proof
        with pytest.raises(StoreUnavailableError, match="catching up"):
            await world.line.replays.begin(FIRST_RUN, dry_run=True)


async def test_an_unreadable_record_is_counted_as_it_was_set_aside(world: World) -> None:
    await world.say_bytes("intake", "ticket-withdrawn.v1", b'{"at": 5}')
    await world.say("intake", other.withdrawn(MONDAY))
    await world.settled()
    found = result(await replayed(world, dry_run=True))
    assert (found["unreadable"], found["differing"]) == (1, 0)
