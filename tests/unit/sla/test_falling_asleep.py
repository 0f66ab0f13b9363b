"""Tickets fall asleep when a snapshot is written: what is known, shown and said does not change."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from services.sla import keeping
from services.sla.domain.commands import AcknowledgeEscalation
from services.sla.domain.published import Published
from services.sla.models import DueQuery
from services.sla.queries import find_due
from services.sla.snapshots import SNAPSHOTS, Content, Snapshots
from services.sla.taking import Taken, content_of
from services.sla.timers import timers_of
from services.sla.views import visible_ticket
from shared.http import Caller
from shared.keys import ApiKey
from shared.messaging.envelope import Cause
from shared.messaging.topics import PARTITIONS, partition_of
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.world import JumpingClock, World, until_heard
from tests.until import until

MONDAY = ex.at("2026-11-23 10:00")
SIMPLE = ex.case(severity="simple")
BESIDE = next(
    one
    for one in (uuid5(ex.IDS, str(n)) for n in range(99))
    if partition_of(one) == partition_of(ex.TICKET)
)
"""A ticket of the same partition."""
EVERYTHING = ApiKey(
    key_id=ex.IDS,
    sha256="",
    client="duty",
    scopes=("sla:read",),
    departments=("*",),
    created_at=MONDAY,
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(MONDAY))


def awake(world: World) -> set[str]:
    shelves = world.line.sla.book.shelves
    return {one.ticket_id for shelf in shelves for one in shelf.tickets.awake}


async def lived(world: World, *, sleeps: bool) -> list[str]:
    """What is said of two tickets; they sleep whenever nothing happens, or never."""

    async def rest() -> None:
        await world.settled()
        if sleeps:
            await world.keep()
            assert awake(world) == set()

    async with world.running():
        for ticket_id in (ex.TICKET, BESIDE):
            await world.say("intake", other.registered(MONDAY, SIMPLE, ticket_id), ticket_id)
            await rest()
            await world.say("dispatch", other.offered(MONDAY, ticket_id=ticket_id), ticket_id)
            await rest()
        for minutes in range(5, 65, 5):
            world.pass_time(minutes=5)
            await rest()
            if minutes == 25:
                await world.say("dispatch", other.notified(MONDAY + ex.minutes(25)))
                await rest()
        said = [event for one in (ex.TICKET, BESIDE) for event in await world.said(one)]
        return [
            f"{type(one).__name__} {getattr(one, 'step', '')} {getattr(one, 'at', '')}"
            for one in said
        ]


async def test_who_sleeps_between_all_that_happens_is_told_of_all_the_same(tmp_path: Path) -> None:
    found = []
    for sleeps in (False, True):
        clock = JumpingClock(MONDAY)
        found.append(await lived(World(tmp_path / str(sleeps), clock), sleeps=sleeps))
    assert found[0] == found[1]
    assert len(found[0]) > 8


async def test_who_was_just_read_sleeps_soon(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the first snapshot, which does not wait for its turn."""
    monkeypatch.setattr(keeping, "SOON", 0.01)
    monkeypatch.setattr(keeping, "TURNS", 10**9)
    async with world.running():
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.until_said(1)
        await until(lambda: awake(world) == set(), "asleep")
    assert world.disks["sla"].rows[SNAPSHOTS.name]


async def test_lists_show_who_sleeps_and_wake_only_who_is_near(world: World) -> None:
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        later = MONDAY + timedelta(days=40)
        await world.say("intake", other.registered(later, SIMPLE, BESIDE), BESIDE)
        await world.settled()

        async def shown() -> tuple[object, ...]:
            due, _ = await find_due(sla, EVERYTHING, DueQuery(within="2h"), None)
            found = await timers_of(sla, world.line, EVERYTHING)
            return due, found.groups, found.next_due_at

        before = await shown()
        await world.keep()
        assert awake(world) == set()
        assert before == await shown()
        assert awake(world) == {str(ex.TICKET)}
        assert before[0]


async def test_who_falls_asleep_while_the_store_is_asked_learns_what_it_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another instance acknowledged; whoever asks here waits for the store meanwhile."""
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.say("dispatch", other.offered(MONDAY))
        world.pass_time(hours=2)
        await world.settled()
        first = (await world.rows())[0]
        command = AcknowledgeEscalation(
            ticket_id=ex.TICKET,
            escalation_id=first.escalation_id,
            acknowledged_by="duty",
            at=world.clock.time,
        )
        load = sla.acknowledgements.load

        async def while_it_falls_asleep(ticket_id: UUID) -> tuple[Published, int]:
            await world.keep()
            assert awake(world) == set()
            cause = Cause(actor="duty", correlation_id=ex.CORRELATION)
            await sla.acknowledgements.handle(ticket_id, command, cause)
            return await load(ticket_id)

        monkeypatch.setattr(sla.acknowledgements, "load", while_it_falls_asleep)
        await visible_ticket(sla, Caller(EVERYTHING, ex.CORRELATION, ""), ex.TICKET, 0)
        watched = sla.book.find(ex.TICKET)
        assert watched is not None
        assert (watched.published, watched.version) == await load(ex.TICKET)


async def test_what_is_heard_while_a_snapshot_is_written_is_not_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def write(_self: Snapshots, partition: int, _content: Content) -> None:
        if partition == partition_of(ex.TICKET):
            await world.say("dispatch", other.offered(MONDAY))
            await until_heard(world.line.sla, 2)

    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.say("intake", other.registered(MONDAY, SIMPLE, BESIDE), BESIDE)
        await world.settled()
        with monkeypatch.context() as patched:
            patched.setattr(Snapshots, "write", write)
            await world.keep()
        await world.settled()
        assert str(BESIDE) not in awake(world)
        watched = sla.book.find(ex.TICKET)
        assert watched is not None
        assert len(watched.facts) == 2
        world.pass_time(hours=1)
        assert (await world.until_said(3)).count("EscalationRaised") > 1


@pytest.mark.parametrize("gone", ["replaced", "given up"])
async def test_a_shelf_whose_tickets_are_others_by_then_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    """A replay put rebuilt facts in their place, or another instance has the partition."""
    found: list[UUID] = []

    def written(taken: Taken) -> Content:
        content = content_of(taken)
        if taken.awake and not found:
            found.append(ex.TICKET)
            shelf = taken.awake[0].watched.shelf
            if gone == "given up":
                sla.book.close([shelf.partition])
            else:
                sla.book.replace(shelf, type(shelf.packing)(), {})
        return content

    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.settled()
        shelf = sla.book.shelf(partition_of(ex.TICKET))
        assert shelf is not None
        monkeypatch.setattr(keeping, "content_of", written)
        await world.keep()
        assert found
        assert len(shelf.tickets) == 0
        assert len(world.disks["sla"].rows[SNAPSHOTS.name]) == PARTITIONS, (
            "nor is any other held up"
        )
        assert sla.book.find(ex.TICKET) is None


async def test_one_that_could_not_be_judged_stays_awake(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> Sequence[object]:
        raise RuntimeError

    async with world.running() as sla:
        monkeypatch.setattr(sla.judge, "judge", broken)
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.settled()
        await world.keep()
        assert sla.watch.unwatched == 1
        assert awake(world) == {str(ex.TICKET)}
