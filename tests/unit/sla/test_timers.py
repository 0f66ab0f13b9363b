"""All timers at once, as on-call sees them: by pack and department, each ticket once."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

import msgspec
import pytest
from msgspec.structs import replace
from prometheus_client import REGISTRY

from services.sla.domain.facts import Case
from services.sla.lag import REMEMBERED, RecentLag, knowable_at
from services.sla.timers import timers_of
from shared.contracts.sla import EscalationRaised
from shared.contracts.timers import TimerGroup, Timers
from shared.keys import ApiKey, Scope
from shared.worktime import moment_of
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.world import JumpingClock, World
from tests.until import until

MONDAY = ex.at("2026-11-23 10:00")
SIMPLE = ex.case(severity="simple")
"""Half an hour."""
TRAVEL = ex.case(severity="complex")._replace(pack="travel-platform")
"""A day and a night."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(MONDAY))


def key(*scopes: Scope, client: str = "duty", departments: tuple[str, ...] = ()) -> ApiKey:
    return ApiKey(
        key_id=ex.IDS,
        sha256="",
        client=client,
        scopes=scopes or ("sla:read",),
        departments=departments,
        created_at=MONDAY,
    )


ALL = key(departments=("*",))


async def say(world: World, number: int, case: Case, department: str, hours_ago: float) -> UUID:
    ticket_id = uuid5(ex.TICKET, str(number))
    when = MONDAY - timedelta(hours=hours_ago)
    await world.say("intake", other.registered(when, case, ticket_id), ticket_id)
    await world.say("dispatch", other.offered(when, department, ticket_id), ticket_id)
    return ticket_id


async def a_morning(world: World) -> None:
    await say(world, 1, SIMPLE, "billing", 0)
    await say(world, 2, SIMPLE, "billing", 2)
    await say(world, 3, TRAVEL, "network", 21)
    await say(world, 4, TRAVEL, "network", 11)
    await say(world, 5, TRAVEL, "network", 0)
    await world.settled()


async def timers(world: World, who: ApiKey = ALL) -> Timers:
    return await timers_of(world.line.sla, world.line, who)


async def test_each_ticket_counts_once_by_its_most_urgent_limit(world: World) -> None:
    async with world.running():
        await a_morning(world)
        found = await timers(world)
    billing = TimerGroup(
        pack="hotline-400",
        department="billing",
        overdue=1,
        within_1h=1,
        within_4h=1,
        today=1,
        unacknowledged=5,
    )
    network = TimerGroup(
        pack="travel-platform", department="network", within_4h=1, today=2, unacknowledged=2
    )
    assert found.groups == [billing, network], "the overdue ones first"
    assert msgspec.structs.asdict(found.totals) == {
        "overdue": 1,
        "within_1h": 1,
        "within_4h": 2,
        "today": 3,
        "unacknowledged": 7,
    }
    assert found.next_due_at == MONDAY + timedelta(minutes=30)


async def test_the_next_limit_is_named_however_far_it_is(world: World) -> None:
    """The earliest that the key may see, over all partitions."""
    async with world.running():
        for number, days in enumerate((3, 1, 2)):
            moment = MONDAY - timedelta(days=days) + timedelta(days=7)
            await say(world, number, ex.case(), "billing", (MONDAY - moment).total_seconds() / 3600)
        await say(world, 9, ex.case(), "network", 0)
        await world.settled()
        found = await timers(world)
        billing = await timers(world, key(departments=("billing",)))
        nobodys = await timers(world, key(departments=("shop",)))
        limits = {
            watched.ticket_id: watched.due_at
            for shelf in world.line.sla.book.shelves
            for watched in shelf.tickets.values()
        }
    network = moment_of(limits.pop(str(uuid5(ex.TICKET, "9"))) or 0)
    assert found.totals.today == 0
    assert found.next_due_at == network > MONDAY + timedelta(days=2)
    assert billing.next_due_at == moment_of(min(due or 0 for due in limits.values())) > network
    assert nobodys.next_due_at is None


async def test_the_day_ends_by_the_packs_own_wall_clock(world: World) -> None:
    """Midnight in Shanghai is four in the afternoon in UTC."""
    async with world.running():
        await say(world, 1, TRAVEL, "network", 10.5)
        await say(world, 2, TRAVEL, "network", 9.5)
        await world.settled()
        found = await timers(world)
    assert found.totals.today == 1


@pytest.mark.parametrize(
    ("who", "departments"),
    [
        (key("admin"), ["billing", "network"]),
        (key(departments=("network",)), ["network"]),
        (key(departments=("shop",)), []),
        (key(client="crm"), ["billing", "network"]),
        (key(client="another"), []),
    ],
)
async def test_nobody_learns_of_other_departments(
    world: World, who: ApiKey, departments: list[str]
) -> None:
    async with world.running():
        await a_morning(world)
        found = await timers(world, who)
    assert [one.department for one in found.groups] == departments
    assert bool(found.totals.unacknowledged) == bool(departments)
    assert (found.next_due_at is None) == (not departments)


async def test_a_ticket_counts_where_it_is_now_and_not_at_all_once_it_is_answered(
    world: World,
) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.say("dispatch", other.offered(MONDAY))
        await world.settled()
        assert [one.department for one in (await timers(world)).groups] == ["billing"]
        await world.say("dispatch", other.transferred(MONDAY, "network"))
        await world.settled()
        assert [one.department for one in (await timers(world)).groups] == ["network"]
        await world.say("dispatch", other.notified(MONDAY))
        await world.settled()
        assert (await timers(world)).groups == []


async def test_as_long_as_not_everything_is_read_it_says_so(world: World) -> None:
    async with world.running(absent=["dispatch"]):
        found = (await timers(world)).catching_up
        assert (found.caught_up, found.partitions_behind, found.lag_records) == (False, 12, None)
    async with world.running():
        await until(lambda: all(one.caught_up for one in world.line.readings), "caught up")
        found = (await timers(world)).catching_up
        assert (found.caught_up, found.partitions_behind, found.lag_records) == (True, 0, 0)
        assert found.partitions == tuple(range(12))


async def test_who_has_no_partition_has_not_caught_up(world: World) -> None:
    async with world.running() as sla:
        await world.settled()
        sla.book.close(range(12))
        found = (await timers(world)).catching_up
        assert (found.caught_up, found.partitions) == (False, ())


async def test_the_lag_is_that_of_what_was_raised_here(world: World) -> None:
    async with world.running():
        await say(world, 1, SIMPLE, "billing", 0)
        await world.settled()
    world.pass_time(hours=2)
    async with world.running():
        await world.settled()
        lag = (await timers(world)).raising
    assert (lag.raised, lag.newest_at) == (5, MONDAY + timedelta(hours=2))
    assert lag.slowest_seconds == 105 * 60


async def test_what_is_entered_late_is_no_lag_of_raising(world: World) -> None:
    """Neither in the list nor in the metric, which would be spoilt for good."""
    before = lag_observed()
    async with world.running():
        await say(world, 1, SIMPLE, "billing", 2)
        await world.settled()
        lag = (await timers(world)).raising
    assert (lag.raised, lag.newest_at, lag.slowest_seconds) == (5, MONDAY, 0)
    assert lag_observed() == before


def lag_observed() -> float:
    found = REGISTRY.get_sample_value("huiyin_escalation_lag_seconds_sum")
    assert found is not None
    return found


def test_what_happens_after_its_moment_is_no_excuse_but_for_what_it_waited_for() -> None:
    rung = raised(3600)
    due, noon = rung.due_at, rung.due_at + timedelta(minutes=10)
    begun = ex.registered(due - timedelta(hours=1))
    assert knowable_at(rung, (begun,)) == due
    late = ex.fact("ticket-withdrawn", noon)
    assert knowable_at(rung, (begun, late)) == due
    assert knowable_at(rung, (begun, replace(late, name="ticket-unmerged"))) == noon
    first = replace(late, name="work-order-offered")
    second = replace(late, name="work-order-assigned", recorded_at=noon + timedelta(minutes=1))
    assert knowable_at(rung, (begun, first, second)) == noon
    assert knowable_at(rung, (replace(begun, recorded_at=noon),)) == noon


def raised(seconds: float) -> EscalationRaised:
    return EscalationRaised(
        ticket_id=ex.TICKET,
        clock="answer",
        round=1,
        occurrence="x",
        escalation_id=ex.IDS,
        step="warning",
        addressee=("xu-lei",),
        due_at=MONDAY - timedelta(seconds=seconds),
        at=MONDAY,
    )


def test_quantiles_are_lags_that_were_seen_and_old_ones_are_forgotten() -> None:
    lag = RecentLag()
    nothing = lag.view()
    assert (nothing.raised, nothing.p50_seconds, nothing.newest_at) == (0, None, None)
    for seconds in (7200, *range(1, REMEMBERED + 1)):
        lag.note(raised(seconds), ())
    view = lag.view()
    assert (view.raised, view.p50_seconds, view.p99_seconds) == (REMEMBERED, 500, 990)
    assert view.slowest_seconds == REMEMBERED
