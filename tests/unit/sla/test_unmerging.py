"""A merger that is taken back cancelled nothing, whatever was said in the meantime."""

from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.sla.domain.facts import Fact, merger
from services.sla.domain.publication import CLOCKS, cause_of
from services.sla.packing import Shared
from services.sla.packing_said import pack_published, unpack_published
from shared.contracts.sla import (
    ClockCancelled,
    ClockMet,
    ClockResumed,
    EscalationRaised,
    EscalationWithdrawn,
)
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.test_publication import MONDAY, OFFERED, REGISTERED, kinds, say, spec, telling
from tests.unit.sla.world import JumpingClock, World

NAMES: Shared[str] = Shared()
LIMIT = MONDAY + ex.minutes(30)
MERGED = ex.merged(MONDAY + ex.minutes(10))
UNMERGED = ex.unmerged(MONDAY + ex.minutes(20))
AGAIN = ex.merged(MONDAY + ex.minutes(25), number=2)
TOLD = [REGISTERED, OFFERED]


def test_a_merger_taken_back_cancels_nothing_in_any_order_of_facts() -> None:
    """SLA-ENGINE: unmerge goes on as though never merged."""
    for order in permutations([REGISTERED, MERGED, UNMERGED]):
        (clock,) = ex.read(order, MONDAY + ex.minutes(21))
        assert (clock.state, clock.end) == ("running", None)
        assert clock.deadline == ex.the_clock([REGISTERED], MONDAY).deadline


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([MERGED], "cancelled"),
        ([MERGED, UNMERGED], "running"),
        ([MERGED, UNMERGED, AGAIN], "cancelled"),
        ([MERGED, UNMERGED, AGAIN, ex.unmerged(LIMIT, number=2)], "running"),
        ([UNMERGED], "running"),
        ([MERGED, UNMERGED, ex.withdrawn(MONDAY + ex.minutes(15))], "cancelled"),
        ([MERGED, UNMERGED, ex.notified(MONDAY + ex.minutes(15))], "met"),
    ],
)
def test_mergers_and_what_takes_them_back_alternate(told: list[Fact], state: str) -> None:
    assert ex.the_clock([REGISTERED, *told], LIMIT).state == state


def test_of_two_mergers_the_one_that_stands_cancels() -> None:
    clock = ex.the_clock([REGISTERED, MERGED, UNMERGED, AGAIN], LIMIT)
    assert clock.end is not None
    assert (clock.end.fact, clock.end.at) == (AGAIN, AGAIN.at)


@pytest.mark.parametrize(("first", "second"), [(MERGED, AGAIN), (AGAIN, MERGED)])
def test_of_two_mergers_of_one_moment_the_one_written_down_last_stands(
    first: Fact, second: Fact
) -> None:
    """Whatever their ids are: it ends when that was written down what began so (`dispatch`)."""
    at, later = MERGED.at, MERGED.at + ex.minutes(10)
    told = [replace(first, at=at, recorded_at=at), replace(second, at=at, recorded_at=later)]
    undone = replace(UNMERGED, at=at, recorded_at=at + ex.minutes(1))
    assert merger(ex.facts_of(REGISTERED, *told, undone)) == told[1]


def test_a_clock_said_to_be_cancelled_is_said_to_run_again_once() -> None:
    past = say([*TOLD, MERGED], MERGED.at)
    assert kinds(past) == ["ClockStarted", "ClockCancelled"]
    command = telling([*TOLD, MERGED, UNMERGED], UNMERGED.at)
    events = spec.given(*past).when(command, command).events
    resumed, *overdue = events
    assert isinstance(resumed, ClockResumed)
    assert (resumed.due_at, resumed.missed, resumed.reason) == (LIMIT, False, "unmerged")
    assert (resumed.at, cause_of(resumed, command.clocks)) == (UNMERGED.at, UNMERGED)
    assert kinds(overdue) == ["reminder"], "it fell due meanwhile"
    published = CLOCKS.fold([*past, *events])
    (said,) = published.values()
    assert (said.state, said.ended_at) == ("running", None)
    assert unpack_published(pack_published(published, NAMES), NAMES) == published


def test_what_fell_due_meanwhile_is_raised_as_after_an_outage() -> None:
    past = say([*TOLD, MERGED], MERGED.at)
    unmerged = ex.unmerged(LIMIT + ex.minutes(20))
    events = spec.given(*past).when(telling([*TOLD, MERGED, unmerged], unmerged.at)).events
    assert kinds(events) == [
        "ClockResumed",
        "reminder",
        "warning",
        "level-2",
        "ClockMissed",
        "level-3",
    ]
    raised = [event for event in events if isinstance(event, EscalationRaised)]
    assert {event.at for event in raised} == {unmerged.at}
    assert raised[0].due_at == MONDAY + ex.minutes(15)


def test_a_miss_that_was_said_before_the_merger_is_not_said_again() -> None:
    late = ex.merged(LIMIT + ex.minutes(1))
    past = say([*TOLD, late], LIMIT + ex.minutes(2))
    assert "ClockMissed" in kinds(past)
    unmerged = ex.unmerged(LIMIT + ex.minutes(3))
    events = spec.given(*past).when(telling([*TOLD, late, unmerged], unmerged.at)).events
    resumed = next(event for event in events if isinstance(event, ClockResumed))
    assert resumed.missed
    assert "ClockMissed" not in kinds(events)
    (said,) = CLOCKS.fold([*past, *events]).values()
    assert said.state == "missed"


def test_what_the_merger_had_withdrawn_is_raised_again_under_another_id() -> None:
    raised = say(TOLD, MONDAY + ex.minutes(16))
    gone = spec.given(*raised).when(telling([*TOLD, MERGED], MONDAY + ex.minutes(17))).events
    withdrawn = [event for event in gone if isinstance(event, EscalationWithdrawn)]
    assert [event.step for event in withdrawn] == ["reminder"]
    told = [*TOLD, MERGED, UNMERGED]
    events = spec.given(*raised, *gone).when(telling(told, UNMERGED.at)).events
    assert kinds(events) == ["ClockResumed", "reminder"]
    again = events[-1]
    assert isinstance(again, EscalationRaised)
    assert again.escalation_id != withdrawn[0].escalation_id


def test_a_clock_met_meanwhile_is_met_and_does_not_run_again() -> None:
    past = say([*TOLD, MERGED], MERGED.at)
    told = [*TOLD, MERGED, UNMERGED, ex.notified(UNMERGED.at)]
    events = spec.given(*past).when(telling(told, UNMERGED.at)).events
    assert [type(event) for event in events if not isinstance(event, EscalationRaised)] == [
        ClockMet
    ]


def test_merged_again_it_is_cancelled_again() -> None:
    past = say([*TOLD, MERGED], MERGED.at)
    back = spec.given(*past).when(telling([*TOLD, MERGED, UNMERGED], UNMERGED.at)).events
    told = [*TOLD, MERGED, UNMERGED, AGAIN]
    events = spec.given(*past, *back).when(telling(told, AGAIN.at)).events
    assert [type(event) for event in events if not isinstance(event, EscalationRaised)] == [
        ClockCancelled
    ]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(MONDAY))


async def test_what_is_said_is_read_again_after_a_restart(world: World) -> None:
    merged, unmerged = other.merged(MERGED.at), other.unmerged(UNMERGED.at)
    async with world.running():
        await world.say("intake", other.registered(MONDAY, ex.case(severity="simple")))
        await world.say("dispatch", other.offered(MONDAY))
        world.pass_time(minutes=10)
        await world.say("intake", merged)
        first = await world.until_said(2)
        world.pass_time(minutes=2)
        await world.say("intake", unmerged)
        before = await world.until_said(3)
    assert (first, before[2:]) == (["ClockStarted", "ClockCancelled"], ["ClockResumed"])
    world.clock.time += timedelta(minutes=1)
    async with world.running():
        await world.settled()
        assert [type(event).__name__ for event in await world.said()] == before
