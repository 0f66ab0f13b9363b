"""Recalculations that are interrupted, repeated and restarted: each deadline moves once."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid5

import msgspec
import pytest
from prometheus_client import REGISTRY

from services.sla import recalculations
from services.sla.book import Book, Watched
from services.sla.domain.errors import RecalculationRunningError
from services.sla.judge import Judge, Judgement
from services.sla.recalculations import Recalculations
from services.sla.regulations import Regulations
from services.sla.restating import ORDERS, WALKS, OrderRow, Restatement, Walk, key_of
from services.sla.watch import Watch
from shared.calendars import Calendars
from shared.contracts.sla import RecalculationOrdered
from shared.event_store import Append
from shared.messaging.topics import partition_of
from shared.packs import Duration, Packs
from shared.tables import Put, Query
from shared.versions import Versions
from tests.unit.sla import examples as ex
from tests.unit.sla.test_replay import replayed, result
from tests.unit.sla.versioning import (
    FIVE_DAYS,
    due,
    explained,
    moved,
    order,
    publish_pack,
    recalculated,
    register,
    result_of,
)
from tests.unit.sla.world import JumpingClock, World
from tests.until import PATIENCE, until

MONDAY = ex.at("2026-11-23 10:00")
HOUR = timedelta(hours=1)
FIRST, SECOND = uuid5(ex.IDS, "first"), uuid5(ex.IDS, "second")
RUN, NEXT_RUN = uuid5(ex.IDS, "run"), uuid5(ex.IDS, "next run")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(MONDAY))


def hashes(world: World) -> list[str]:
    return [shelf.state_hash() for shelf in world.line.sla.book.shelves]


def with_limit(limit: str) -> Packs:
    """The same version as other code would have it."""
    pack = ex.hotline().pack
    (clock,) = pack.clocks
    rules = tuple(
        msgspec.structs.replace(rule, target=None, limit=Duration(limit)) if rule.limit else rule
        for rule in clock.rules
    )
    clocks = (msgspec.structs.replace(clock, rules=rules),)
    return Packs({pack.name: msgspec.structs.replace(pack, clocks=clocks)})


async def test_what_todays_code_computes_otherwise_is_published_when_it_is_recalculated(
    world: World,
) -> None:
    async with world.running():
        await register(world, FIRST)
    world.packs = with_limit("4wd")
    world.disks["sla"].rows["snapshots"].clear()  # other code knows none
    async with world.running() as sla:
        await world.settled()
        assert REGISTRY.get_sample_value("huiyin_deadlines_drifted") == 1
        assert (due(sla, FIRST), await moved(world, FIRST)) == ("2026-11-26 17:30", [])
        await recalculated(world, RUN)
        (event,) = await moved(world, FIRST)
        assert ex.local(event.due_at) == "2026-11-27 17:30"
        assert REGISTRY.get_sample_value("huiyin_deadlines_drifted") == 0
        assert explained(sla, FIRST) == (1, "office.v1", False)


async def test_a_recalculation_outlives_a_restart_and_a_replay(world: World) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        world.pass_time(hours=1)
        await recalculated(world, RUN, pack="hotline-400")
        before, said = hashes(world), await world.said(FIRST)
    async with world.running() as sla:
        await world.settled()
        assert hashes(world) == before
        assert explained(sla, FIRST) == (2, "office.v1", False)
        found = result(await replayed(world))
        assert (found["differing"], found["replaced"]) == (0, True)
        await world.settled()
        assert hashes(world) == before
        assert await world.said(FIRST) == said
        assert due(sla, FIRST) == "2026-11-30 17:30"


async def test_a_recalculation_that_is_killed_goes_on_and_moves_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [uuid5(ex.IDS, str(number)) for number in range(12)]
    async with world.running() as sla:
        for ticket_id in ids:
            await register(world, ticket_id)
        await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        world.pass_time(hours=1)
        with monkeypatch.context() as patched:
            reached = _stop_after(patched, 5)
            await order(world, RUN, pack="hotline-400")
            await asyncio.wait_for(reached.wait(), PATIENCE)
            begun = await sla.recalculations.find(RUN)
            assert begun is not None
            assert (begun.state, begun.result) == ("running", None)
            assert sum([len(await moved(world, ticket_id)) for ticket_id in ids]) == 5
    async with world.running():
        found = await result_of(world, RUN)
        assert [len(await moved(world, ticket_id)) for ticket_id in ids] == [1] * 12
        assert (found["changed"], found["deadlines_moved"]) == (12, 12)
        assert len(found["deadlines"]) == 12
        assert (await recalculated(world, NEXT_RUN, pack="hotline-400"))["changed"] == 0


def _stop_after(patched: pytest.MonkeyPatch, count: int) -> asyncio.Event:
    """The ticket after so many is never restated."""
    patched.setattr(recalculations, "AT_ONCE", 1)
    restate, reached, done = Watch.restate, asyncio.Event(), 0

    async def restated(
        watch: Watch, watched: Watched, restatement: Restatement | None
    ) -> Judgement | None:
        nonlocal done
        if restatement is not None:
            if done == count:
                reached.set()
                await asyncio.Event().wait()
            done += 1
        return await restate(watch, watched, restatement)

    patched.setattr(Watch, "restate", restated)
    return reached


async def test_one_recalculation_at_a_time_and_the_same_request_is_the_same_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.running():
        await register(world, FIRST)
        with monkeypatch.context() as patched:
            reached = _stop_after(patched, 0)
            await order(world, RUN)
            await asyncio.wait_for(reached.wait(), PATIENCE)
            assert (await order(world, RUN)).operation_id == RUN
            with pytest.raises(RecalculationRunningError):
                await order(world, NEXT_RUN)
    async with world.running():
        await result_of(world, RUN)
        assert (await recalculated(world, NEXT_RUN))["tickets"] == 1


async def test_another_instance_walks_its_own_partitions(world: World) -> None:
    """The operation is done once every partition was walked, whoever did it."""
    async with world.running() as sla:
        await register(world, FIRST)
        await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        world.pass_time(hours=1)
        partition = partition_of(FIRST)
        sla.book.close([partition])  # another instance has it
        await order(world, RUN, pack="hotline-400")

        async def others_are_walked() -> bool:
            operation = await sla.recalculations.find(RUN)
            return operation is not None and operation.progress == pytest.approx(11 / 12)

        await until(others_are_walked, "the others walked")
        assert await moved(world, FIRST) == []
        key = key_of(RUN, partition)
        walked = Walk(share=1.0, done=True, updated_at=MONDAY, tickets=7)
        await sla.core.store.append(Append(rows=[Put(WALKS, key, walked)]))
        assert (await result_of(world, RUN))["tickets"] == 7


async def test_a_snapshot_from_before_a_recalculation_is_as_good_as_none(world: World) -> None:
    async with world.running():
        await register(world, FIRST)
    kept = dict(world.disks["sla"].rows["snapshots"])
    assert kept
    async with world.running():
        await recalculated(world, RUN)
    world.disks["sla"].rows["snapshots"] = kept
    before = REGISTRY.get_sample_value("huiyin_sla_facts_total", {"publisher": "intake"})
    async with world.running():
        await world.settled()
        heard = REGISTRY.get_sample_value("huiyin_sla_facts_total", {"publisher": "intake"})
        assert (before, heard) == (before, (before or 0) + 1)


async def test_a_ticket_that_fails_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.running() as sla:
        for ticket_id in (FIRST, SECOND):
            await register(world, ticket_id)
        await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        world.pass_time(hours=1)
        restate = Watch.restate

        async def failing(
            watch: Watch, watched: Watched, restatement: Restatement | None
        ) -> Judgement | None:
            if restatement is not None and watched.ticket_id == str(FIRST):
                raise KeyError(watched.ticket_id)
            return await restate(watch, watched, restatement)

        monkeypatch.setattr(Watch, "restate", failing)
        found = await recalculated(world, RUN, pack="hotline-400")
        assert [found[name] for name in ("tickets", "not_judged", "changed")] == [2, 1, 1]
        assert len(await moved(world, SECOND)) == 1


async def test_a_ticket_that_is_being_recalculated_is_unjudged_for_whoever_takes_a_snapshot(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        world.pass_time(hours=1)
        append, reached, released = sla.core.store.append, asyncio.Event(), asyncio.Event()

        async def slow(what: Append) -> int:
            if any(name == "deadline-moved.v1" for name, _ in what.events):
                reached.set()
                await released.wait()
            return await append(what)

        monkeypatch.setattr(sla.core.store, "append", slow)
        await order(world, RUN, pack="hotline-400")
        await asyncio.wait_for(reached.wait(), PATIENCE)
        assert sla.watch.unjudged == {sla.book.find(FIRST)}
        released.set()
        await result_of(world, RUN)
        assert sla.watch.unjudged == set()


async def test_another_instance_judges_by_what_the_rows_say(world: World) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        world.pass_time(hours=1)
        await recalculated(world, RUN, pack="hotline-400")
        regulations = Regulations(ex.ANSWER_PACKS.copy(), Calendars())
        await Versions(sla.core.store, regulations.packs, regulations.calendars).read()
        await Recalculations(sla.core, Book(), sla.watch, regulations).read()
        watched = sla.book.find(FIRST)
        assert watched is not None
        here, there = (Judge(sla.core.clock, one) for one in (sla.regulations, regulations))
        seen, elsewhere = here.judge(watched), there.judge(watched)
        assert seen is not None
        assert elsewhere is not None
        ((one, same),) = zip(seen.clocks, elsewhere.clocks, strict=True)
        assert msgspec.structs.replace(one, regulation=same.regulation) == same
        assert one.regulation.pack.version == same.regulation.pack.version == 2


def given(number: int, at: datetime) -> Put[OrderRow]:
    ordered = RecalculationOrdered(
        recalculation_id=uuid5(RUN, str(number)), scope="open", reason="holiday notice", at=at
    )
    key = str(ordered.recalculation_id)
    return Put(ORDERS, key, OrderRow(order=ordered, client="crm"))


async def test_every_order_is_read_however_many_there_are_and_then_only_what_is_new(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalculations, "PAGE", 2)
    async with world.running() as sla:
        regulations = Regulations(ex.ANSWER_PACKS.copy(), Calendars())
        reading = Recalculations(sla.core, Book(), sla.watch, regulations)
        old = [given(number, MONDAY + number * timedelta(days=3)) for number in range(5)]
        await sla.core.store.append(Append(rows=old))
        await reading.read()
        assert regulations.orders == [one.row.order for one in old]
        asked, query = [], sla.core.store.query

        async def counted(what: Query[OrderRow]) -> Sequence[tuple[str, OrderRow]]:
            found = await query(what)
            asked.append(len(found))
            return found

        monkeypatch.setattr(sla.core.store, "query", counted)
        late = given(5, MONDAY + timedelta(days=12) - HOUR)
        await sla.core.store.append(Append(rows=[late]))
        await reading.read()
        assert sum(asked) == 2
        assert regulations.orders == [one.row.order for one in (*old[:4], late, old[4])]
