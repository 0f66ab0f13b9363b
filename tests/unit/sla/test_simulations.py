"""A draft over tickets that are there: whose it looks at, what it adds up; it says nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from services.sla import simulations
from services.sla.domain.errors import SimulationRunningError
from services.sla.drafts import simulation_of
from services.sla.models import SimulationRequest
from services.sla.simulations import Simulations
from shared.event_store import Append, StoreUnavailableError
from shared.group_commit import EventStore
from shared.keys import ApiKey
from shared.operations import OPERATIONS, Operation
from shared.packs import shipped
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.versioning import next_version
from tests.unit.sla.world import JumpingClock, World
from tests.until import until

MONDAY = ex.at("2026-11-23 10:00")
TUESDAY = ex.at("2026-11-24 10:00")
SECOND, THIRD = uuid5(ex.IDS, "second"), uuid5(ex.IDS, "third")
RUN, NEXT_RUN = uuid5(ex.IDS, "run"), uuid5(ex.IDS, "next run")
ALL_YEAR = {"from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
SATURDAYS = """name: office
version: 2
country: CN
weekly:
  monday-saturday: ["09:00-12:00", "13:00-17:30"]
"""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Two tickets of Monday, one of Tuesday; one is with the shop, one with nobody yet."""
    found = World(tmp_path, JumpingClock(ex.at("2026-11-25 10:30")), packs=shipped())
    async with found.running():
        await found.say("intake", other.registered(MONDAY))
        await found.say("dispatch", other.offered(MONDAY))
        await found.say("intake", other.registered(MONDAY, None, SECOND), SECOND)
        await found.say("dispatch", other.offered(MONDAY, "shop", SECOND), SECOND)
        await found.say("intake", other.registered(TUESDAY, None, THIRD), THIRD)
        await found.settled()
        yield found


def key(*departments: str, client: str = "pack-owner") -> ApiKey:
    return ApiKey(
        key_id=ex.IDS,
        sha256="",
        client=client,
        scopes=("sla:admin",),
        departments=departments,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


async def begin(
    world: World,
    draft: str,
    run: UUID = RUN,
    *,
    caller: ApiKey | None = None,
    simulations: Simulations | None = None,
    **asked: str,
) -> tuple[Operation, bool]:
    body = SimulationRequest.model_validate_json(
        msgspec.json.encode({"draft": draft, **ALL_YEAR, **asked})
    )
    wanted = simulation_of(world.line.sla.regulations, body, caller or key("*"))
    return await (simulations or world.line.simulations).begin(run, wanted)


async def ended(simulations: Simulations, run: UUID = RUN) -> dict[str, Any]:
    async def has_ended() -> bool:
        operation = await simulations.find(run)
        return operation is not None and operation.state != "running"

    await until(has_ended, "simulated")
    operation = await simulations.find(run)
    assert operation is not None
    assert (operation.state, operation.error) == ("done", None)
    assert operation.result is not None
    return operation.result


async def simulated(
    world: World,
    draft: str,
    run: UUID = RUN,
    **asked: Any,  # noqa: ANN401 - as begin takes it
) -> dict[str, Any]:
    await begin(world, draft, run, **asked)
    return await ended(world.line.simulations, run)


@dataclass
class Gated:
    """A store that stores one word, and the next once the gate is open: who waits runs on."""

    store: EventStore
    gate: asyncio.Event
    has_begun: bool = False

    async def get(self, table: Any, row_key: str) -> Any:  # noqa: ANN401 - the store's
        return await self.store.get(table, row_key)

    async def append(self, append: Append) -> int:
        if self.has_begun:
            await self.gate.wait()
        self.has_begun = True
        return await self.store.append(append)


def held(world: World, gate: asyncio.Event) -> Simulations:
    """They end no earlier than the gate opens."""
    sla = world.line.sla
    store: Any = Gated(sla.core.store, gate)
    return Simulations(replace(sla.core, store=store), sla.book, sla.regulations)


def shorter() -> str:
    return next_version("1wd")


def named(result: dict[str, Any]) -> list[str]:
    return [one["ticket_id"] for one in result["changes"]]


async def test_each_ticket_of_the_pack_is_judged_twice_and_added_up_by_department(
    world: World,
) -> None:
    end = await world.stores["sla"].end()
    found = await simulated(world, shorter())
    assert named(found)[2] == str(THIRD)
    assert set(named(found)) == {str(ex.TICKET), str(SECOND), str(THIRD)}
    counts = {one["department"]: one for one in found["departments"]}
    assert counts.keys() == {"billing", "shop", None}
    assert [_more(counts[name]) for name in ("billing", "shop", None)] == [1, 1, 0]
    totals = found["totals"]
    assert (totals["tickets"], totals["changed"], totals["deadlines_moved"]) == (3, 3, 3)
    assert _more(totals) == 2
    assert found["partitions"] == list(range(12))
    await world.settled()
    assert await world.stores["sla"].end() == end
    assert all(row.due_at <= world.clock.now() for row in await world.rows())


def _more(counts: dict[str, int]) -> int:
    return counts["misses_after"] - counts["misses_before"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"until": "2026-11-24T02:00:00Z"}, {ex.TICKET, SECOND}),
        ({"from": "2026-11-24T02:00:00Z"}, {THIRD}),
        ({"caller": key("shop")}, {SECOND}),
        ({"caller": key(client="crm")}, {ex.TICKET, SECOND, THIRD}),
        ({"caller": key(client="another")}, set()),
    ],
)
async def test_it_looks_at_the_window_s_tickets_that_the_key_may_see(
    world: World, asked: dict[str, Any], expected: set[UUID]
) -> None:
    found = await simulated(world, shorter(), **asked)
    assert set(named(found)) == set(map(str, expected))
    assert found["totals"]["tickets"] == len(expected)


async def test_a_calendar_is_tried_in_the_place_of_the_pack_s_own(world: World) -> None:
    """H-12: three workdays that end by Friday do so whether or not Saturday counts."""
    found = await simulated(world, SATURDAYS, calendar_of="hotline-400")
    assert found["changes"] == []
    late = uuid5(ex.IDS, "late")
    thursday = ex.at("2026-11-26 10:00")
    world.clock.time = ex.at("2026-11-26 12:00")
    await world.say("intake", other.registered(thursday, None, late), late)
    await world.settled()
    found = await simulated(world, SATURDAYS, calendar_of="hotline-400", run=NEXT_RUN)
    (change,) = found["changes"]
    clock = change["clocks"][0]
    assert change["ticket_id"] == str(late)
    assert clock["before"]["due_at"] == "2026-12-01T09:30:00Z"
    assert clock["after"]["due_at"] == "2026-11-30T09:30:00Z"


async def test_lists_are_capped_and_counts_are_of_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulations, "NAMED", 2)
    monkeypatch.setattr(simulations, "NAMED_CLOCKS", 0)
    found = await simulated(world, shorter())
    assert len(found["changes"]) == 2
    assert str(THIRD) not in named(found)
    assert [(one["clocks"], one["clock_count"]) for one in found["changes"]] == [((), 2)] * 2
    assert (len(found["departments"]), found["department_count"]) == (2, 3)
    assert found["totals"]["changed"] == 3


async def test_a_ticket_whose_version_is_gone_is_counted_and_not_judged(world: World) -> None:
    gone = uuid5(ex.IDS, "gone")
    case = ex.case()._replace(pack_version=9)
    await world.say("intake", other.registered(MONDAY, case, gone), gone)
    await world.settled()
    found = await simulated(world, shorter())
    assert (found["not_judged"], found["totals"]["tickets"]) == (1, 3)


async def test_one_at_a_time(world: World) -> None:
    gate = asyncio.Event()
    simulations = held(world, gate)
    first, is_known = await begin(world, shorter(), simulations=simulations)
    assert (first.state, is_known) == ("running", False)
    with pytest.raises(SimulationRunningError):
        await begin(world, shorter(), NEXT_RUN, simulations=simulations)
    again, is_known = await begin(world, shorter(), simulations=simulations)
    assert (again.operation_id, again.state, is_known) == (RUN, "running", True)
    gate.set()
    await ended(simulations)
    assert (await begin(world, shorter(), NEXT_RUN, simulations=simulations))[1] is False
    await ended(simulations, NEXT_RUN)


async def test_before_all_was_read_once_there_is_nothing_to_try_it_on(tmp_path: Path) -> None:
    """Revisit never says where its log ends: what was read is never known to be all."""
    world = World(tmp_path, JumpingClock(MONDAY), packs=shipped())
    async with world.running(absent=["revisit"]) as sla:
        with pytest.raises(StoreUnavailableError, match="catching up"):
            await begin(world, shorter())
        assert await sla.core.store.get(OPERATIONS, str(RUN)) is None
