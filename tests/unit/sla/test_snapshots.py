"""A snapshot is a shortcut: with one, without one, with a useless one sla knows the same."""

import asyncio
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import msgspec
import pytest
from prometheus_client import REGISTRY

from services.sla import hearing, snapshots
from services.sla.asleep import Asleep, Sleeping
from services.sla.book import Watched
from services.sla.bootstrap import TABLES, Sla, assemble
from services.sla.domain.commands import AcknowledgeEscalation
from services.sla.ear import Ear
from services.sla.hearing import Listener
from services.sla.judge import Judge, Judgement
from services.sla.keeping import Keeper
from services.sla.snapshots import SNAPSHOTS, Content, Snapshot, Snapshots
from shared.command_handler import stamp
from shared.contracts.intake import CustomerErased
from shared.contracts.terms import TextsErased
from shared.event_store import Append, StoreUnavailableError
from shared.group_commit import EventStore
from shared.messaging.envelope import Cause
from shared.messaging.topics import partition_of
from shared.service import COMMON_TABLES, Core
from shared.testing.memory_store import Disk, MemoryBackend
from tests.unit.shared.messaging.records import to_record
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.world import JumpingClock, World
from tests.until import until

MONDAY = ex.at("2026-11-23 10:00")
SIMPLE = ex.case(severity="simple")
NUMBER = partition_of(ex.TICKET)
BESIDE = next(one for one in (uuid5(ex.IDS, str(n)) for n in range(99))
              if partition_of(one) == NUMBER)  # fmt: skip
"""A ticket of the same partition."""
STEPS = ["reminder", "warning", "level-2", "level-3"]
LATER = uuid5(ex.IDS, "later")
CAUSE = Cause(actor="desk", correlation_id=ex.CORRELATION)
Disks = dict[str, Disk]
Spoil = Callable[[World], None]
decode, encode = msgspec.msgpack.Decoder(Content).decode, msgspec.msgpack.Encoder().encode


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(MONDAY))


def copy_of(disk: Disk) -> Disk:
    return Disk(
        epoch=disk.epoch,
        log=list(disk.log),
        streams={stream: list(events) for stream, events in disk.streams.items()},
        marks=dict(disk.marks),
        rows={table: dict(rows) for table, rows in disk.rows.items()},
    )


def row_of(world: World, partition: int = NUMBER) -> Snapshot:
    return SNAPSHOTS.decode(world.disks["sla"].rows[SNAPSHOTS.name][str(partition)][1])


def put(world: World, row: Snapshot) -> None:
    world.disks["sla"].rows[SNAPSHOTS.name][str(NUMBER)] = ((), SNAPSHOTS.encode(row))


def facts_heard() -> float:
    found = (
        REGISTRY.get_sample_value("huiyin_sla_facts_total", {"publisher": one})
        for one in other.OTHERS
    )
    return sum(filter(None, found))


def note_whom_it_judges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    judged, judge = list[str](), Judge.judge

    def noted(self: Judge, watched: Watched, order: None = None) -> Judgement | None:
        judged.append(watched.ticket_id)
        return judge(self, watched, order)

    monkeypatch.setattr(Judge, "judge", noted)
    return judged


def hashes(sla: Sla) -> list[str]:
    return [shelf.state_hash() for shelf in sla.book.shelves]


async def lived(world: World) -> Disk:
    """One ticket that was answered, one that runs; returns what intake's disk held in between."""
    async with world.running():
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.say("dispatch", other.offered(MONDAY))
        world.pass_time(minutes=25)
        await world.until_said(3)
        await world.say("dispatch", other.notified(MONDAY + ex.minutes(25)))
        await world.until_said(4)
        before = copy_of(world.disks["intake"])
        await world.say("intake", other.registered(MONDAY, SIMPLE, BESIDE), BESIDE)
        await world.say("dispatch", other.offered(MONDAY, ticket_id=BESIDE), BESIDE)
        await world.until_said(3, BESIDE)
    world.pass_time(minutes=20)
    return before


async def register_another(world: World) -> None:
    """While sla is down."""
    store = EventStore(MemoryBackend((*COMMON_TABLES, *TABLES), world.disks["intake"]))
    event = other.registered(MONDAY, SIMPLE, LATER)
    stamped = [stamp(event, CAUSE, world.clock.now())]
    await store.append(Append(stream=LATER, events=stamped))
    await store.close()


async def started(world: World) -> tuple[list[str], list[str]]:
    """What is known and what was said after a start."""
    async with world.running() as sla:
        await world.settled()
        said = [
            f"{event!r}" for one in (ex.TICKET, BESIDE, LATER) for event in await world.said(one)
        ]
        return hashes(sla), said


async def check(world: World, spoil: Spoil) -> None:
    """With the snapshot that is left it comes to what it comes to without one."""
    spoil(world)
    await register_another(world)
    kept: Disks = {name: copy_of(disk) for name, disk in world.disks.items()}
    with_it = await started(world)
    world.disks = kept
    kept["sla"].rows[SNAPSHOTS.name].clear()
    assert with_it == await started(world)


def leave(world: World) -> None:
    assert str(NUMBER) in world.disks["sla"].rows[SNAPSHOTS.name]


def harmful(world: World) -> Content:
    """Whoever begins with it has never heard of the tickets."""
    content = decode(row_of(world).body)
    return msgspec.structs.replace(content, tickets=Sleeping(), drifted=b"")


def rewrite(world: World, content: Content) -> Snapshot:
    """The snapshot with that content; nothing else is wrong with it."""
    body = encode(content)
    row = Snapshot(row_of(world).made_by, sha256(body).hexdigest(), body)
    put(world, row)
    return row


def tear(world: World) -> None:
    row = rewrite(world, harmful(world))
    put(world, msgspec.structs.replace(row, digest="0" * 64))


def age(world: World) -> None:
    row = rewrite(world, harmful(world))
    put(world, msgspec.structs.replace(row, made_by="older code"))


def change_epoch(world: World) -> None:
    rewrite(world, harmful(world))
    world.disks["intake"].epoch = uuid4()


def outlive_the_store(world: World) -> None:
    content = msgspec.structs.replace(harmful(world), own_position=1 << 40)
    rewrite(world, content)


USELESS = {"torn": tear, "of another version": age, "newer than the own store": outlive_the_store}


async def test_a_start_hears_and_judges_nothing_that_the_snapshot_knows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(world)
    world.pass_time(minutes=-20)
    heard, judged = facts_heard(), note_whom_it_judges(monkeypatch)
    async with world.running():
        await world.settled()
        assert (facts_heard() - heard, judged) == (0, [])
        world.pass_time(minutes=20)
        await world.until_said(6, BESIDE)
        assert await world.steps(BESIDE) == STEPS
    assert set(judged) == {str(BESIDE)}


@pytest.mark.parametrize("spoil", [leave, *USELESS.values(), change_epoch],
                         ids=["as it is", *USELESS, "of another epoch"])  # fmt: skip
async def test_what_is_known_and_said_does_not_depend_on_the_snapshot(
    world: World, spoil: Spoil
) -> None:
    await lived(world)
    await check(world, spoil)


@pytest.mark.parametrize("spoil", [tear, age], ids=["torn", "of another version"])
async def test_who_takes_any_snapshot_would_be_noticed(
    world: World, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I13."""
    await lived(world)
    monkeypatch.setattr(snapshots, "check", lambda _row, _made_by: None)
    with pytest.raises(AssertionError):
        await check(world, spoil)


async def test_one_that_is_newer_than_a_restored_publisher_is_ignored(world: World) -> None:
    """Fault 35: positions are used again, and what they say now is heard."""
    before = await lived(world)

    def restore(world: World) -> None:
        world.disks["intake"] = before

    await check(world, restore)


async def test_who_does_not_recognise_a_topic_would_be_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I13."""
    await lived(world)
    monkeypatch.setattr(Ear, "_is_last", lambda _self, _position, _told: True)
    with pytest.raises(AssertionError):
        await check(world, change_epoch)


async def test_what_fell_due_while_it_was_down_is_raised_once(world: World) -> None:
    """Two starts, the snapshot deleted in between."""
    await lived(world)
    for delete in (False, True):
        if delete:
            world.disks["sla"].rows[SNAPSHOTS.name].clear()
        async with world.running():
            await world.settled()
            assert await world.steps(BESIDE) == STEPS


async def test_a_ticket_that_waited_to_be_judged_is_judged_after_a_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies with a snapshot of news that it had not looked at."""
    async with world.running() as sla:
        await world.settled()
        monkeypatch.setattr(sla.judge, "judge", _broken)
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await until(lambda: sla.book.find(ex.TICKET) is not None, "heard")
        await until(lambda: sla.watch.quiet, "tried")
        await world.keep()
    async with world.running():
        assert await world.until_said(1) == ["ClockStarted"]


async def test_a_ticket_that_no_pack_answered_for_is_judged_at_every_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it lacks may be there now; its snapshot cannot know."""
    async with world.running():
        await world.say("intake", other.registered(MONDAY, SIMPLE._replace(pack="brewery")))
        await world.settled()
    judged = note_whom_it_judges(monkeypatch)
    async with world.running():
        await world.settled()
    assert judged == [str(ex.TICKET)]


def _broken(_watched: object) -> None:
    raise RuntimeError


async def test_a_word_of_another_instance_is_known_by_the_snapshot(world: World) -> None:
    """An acknowledgement is said by whichever instance is asked."""
    await lived(world)
    async with world.running() as sla:
        await world.settled()
        row = next(one for one in await world.rows() if one.ticket_id == BESIDE)
        command = AcknowledgeEscalation(
            ticket_id=BESIDE,
            escalation_id=row.escalation_id,
            acknowledged_by="desk",
            at=world.clock.now(),
        )
        await sla.acknowledgements.handle(BESIDE, command, CAUSE)
    async with world.running() as sla:
        await world.settled()
        watched = sla.book.find(BESIDE)
        assert watched is not None
        by = [rung.acknowledged_by for one in watched.published.values()
              for rung in one.raised.values()]  # fmt: skip
        assert "desk" in by


async def test_an_erasure_under_way_is_not_taken_for_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies with a snapshot taken while the person's stream waits for the store."""
    person = UUID(int=5)
    erased = CustomerErased(customer_ref=person, client="crm", at=MONDAY)
    begun, never = asyncio.Event(), asyncio.Event()

    async def stuck(*_: object) -> None:
        begun.set()
        await never.wait()

    async with world.running():
        await world.settled()
        with monkeypatch.context() as patched:
            patched.setattr(hearing, "erase", stuck)
            await world.say("intake", erased, person)
            await begun.wait()
            await world.keep()
    async with world.running():
        await world.settled()
        assert await world.said(person) == [TextsErased(customer_ref=person, at=MONDAY)]


async def test_no_text_of_a_person_lies_in_a_snapshot(world: World) -> None:
    await lived(world)
    whole = b"".join(_bodies(world))
    assert ex.TICKET.bytes in whole
    for secret in ("张**".encode(), other.TEXT.digest.encode()):
        assert secret not in whole


def _bodies(world: World) -> Sequence[bytes]:
    """As they lie, and what sleeps in them awake."""
    rows = world.disks["sla"].rows[SNAPSHOTS.name]
    found = [bytes(SNAPSHOTS.decode(body).body) for _, body in rows.values()]
    sleeping = [Asleep(decode(body).tickets) for body in found]
    return found + [one.wake(place)[0] for one in sleeping for place in one.places]


@pytest.mark.parametrize("error", [StoreUnavailableError, OverflowError])
async def test_one_that_cannot_be_written_hinders_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    async def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(Snapshots, "write", fail)
        async with world.running():
            await world.say("intake", other.registered(MONDAY, SIMPLE))
            await world.until_said(1)
            await world.keep()
    assert not world.disks["sla"].rows[SNAPSHOTS.name]
    async with world.running():
        assert await world.until_said(1) == ["ClockStarted"]


def reader_of(core: Core) -> tuple[Sla, Listener, Keeper]:
    """Sla over the same store, read for by hand."""
    sla, kept = assemble(core), Snapshots(core.store, core.settings)
    listener = Listener(core, sla.book, sla.watch, kept)
    return sla, listener, Keeper(core, sla.book, sla.watch, kept, lambda: listener.lanes)


async def test_over_kafka_it_goes_on_at_the_offset_of_the_last_record_that_is_known(
    world: World,
) -> None:
    """And till that one has come again it may be that the topic is shorter."""
    async with world.running() as running:
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.settled()
        (logged,) = world.disks["intake"].log
        published = to_record("intake", world.disks["intake"].epoch, logged, 0)
        record = msgspec.structs.replace(published, offset=41)
        sla, listener, keeper = reader_of(running.core)
        assert await listener.assign("intake", [NUMBER]) == {NUMBER: 0}
        await listener.take("intake", NUMBER, [record])
        shelf = sla.book.shelf(NUMBER)
        assert shelf is not None
        shelf.caught_up = True
        await keeper.keep()

        again, listener, _ = reader_of(running.core)
        assert await listener.assign("intake", [NUMBER]) == {NUMBER: 41}
        assert listener.lost("intake", NUMBER)
        await listener.take("intake", NUMBER, [record])
        assert not listener.lost("intake", NUMBER)
        assert hashes(again) == [shelf.state_hash()]
