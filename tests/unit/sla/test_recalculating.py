"""Versions in a running sla, and what recalculations move: once each, whatever is interrupted."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid5

import msgspec
import pytest

from services.sla import restating
from services.sla.domain.errors import VersionNotInForceError
from services.sla.domain.orders import OrderRecalculation
from services.sla.models import PreviewRequest
from services.sla.queries import preview_of
from shared.contracts import dispatch
from shared.contracts.sla import ClockMissed, ClockStarted, EscalationWithdrawn
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.versioning import (
    FIVE_DAYS,
    NEW_YEAR,
    due,
    explained,
    judgement_of,
    moved,
    order,
    publish_notice,
    publish_pack,
    recalculated,
    register,
    tried,
)
from tests.unit.sla.world import JumpingClock, World
from tests.until import until

MONDAY = ex.at("2026-11-23 10:00")
YEARS_END = ex.at("2026-12-30 10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST, SECOND, THIRD = (uuid5(ex.IDS, name) for name in ("first", "second", "third"))
LATER = ex.at("2026-11-26 20:00")
RUN, NEXT_RUN = uuid5(ex.IDS, "run"), uuid5(ex.IDS, "next run")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(MONDAY))


async def test_a_later_ticket_is_promised_by_the_new_version_and_an_earlier_keeps_its_own(
    world: World,
) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        published = await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        assert (published.version, published.definition["name"]) == (2, "hotline-400")
        world.pass_time(hours=2)
        await register(world, SECOND, version=2)
        for _ in range(2):
            assert due(sla, FIRST) == "2026-11-26 17:30"
            assert due(sla, SECOND) == "2026-11-30 17:30"
            assert explained(sla, FIRST) == (1, "office.v1", False)
            assert explained(sla, SECOND) == (2, "office.v1", False)
        (started,) = await world.said(SECOND)
        assert isinstance(started, ClockStarted)
        assert started.pack_version == 2
    async with world.running() as sla:
        await world.settled()
        assert (due(sla, FIRST), due(sla, SECOND)) == ("2026-11-26 17:30", "2026-11-30 17:30")
        assert [len(await world.said(one)) for one in (FIRST, SECOND)] == [1, 1]


async def test_a_preview_is_by_what_is_in_force_at_its_start(world: World) -> None:
    async with world.running() as sla:
        await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        announced = {**NEW_YEAR, "announced_on": "2026-11-20"}
        await publish_notice(sla, announced, MONDAY + 2 * HOUR)
        for start, version, calendar in (
            (MONDAY, 1, "office.v1"),
            (MONDAY + HOUR, 2, "office.v1"),
            (MONDAY + 2 * HOUR, 2, "office.v1/cn.v2"),
        ):
            asked = PreviewRequest.model_validate({"start": start.isoformat(), "kind": "complaint"})
            found = preview_of(sla, "hotline-400", asked)
            (clock,) = found.clocks
            assert (found.pack_version, clock.calendar) == (version, calendar)


async def test_a_notice_measures_later_tickets_and_open_ones_once_they_are_recalculated(
    world: World,
) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        world.clock.time = YEARS_END
        await register(world, SECOND)
        (before,) = judgement_of(sla, SECOND).clocks
        assert (due(sla, SECOND), before.deadline.provisional) == ("2027-01-05 17:30", True)
        await publish_notice(sla, NEW_YEAR, YEARS_END + HOUR)
        world.pass_time(hours=2)
        await register(world, THIRD)
        assert due(sla, SECOND) == "2027-01-05 17:30"
        assert explained(sla, THIRD) == (1, "office.v1/cn.v2", False)
        said = await world.said(FIRST)

        found = await recalculated(world, RUN, calendar="cn")

        (event,) = await moved(world, SECOND)
        assert ex.local(event.previous_due_at) == "2027-01-05 17:30"
        assert ex.local(event.due_at) == "2027-01-06 17:30"
        assert (event.reason, event.provisional) == ("依通知重算", False)
        assert (event.recalculation_id, event.calendar_version) == (RUN, "office.v1/cn.v2")
        assert explained(sla, SECOND) == (1, "office.v1/cn.v2", False)
        assert await world.said(FIRST) == said
        assert await moved(world, THIRD) == []
        assert (found["tickets"], found["deadlines_moved"]) == (3, 1)
        (named,) = found["deadlines"]
        assert (named["ticket_id"], named["provisional"]) == (str(SECOND), False)


async def test_a_notice_that_confirms_what_was_guessed_only_ends_the_guessing(
    world: World,
) -> None:
    world.clock.time = YEARS_END
    async with world.running() as sla:
        await register(world, FIRST)
        guessed = {**NEW_YEAR, "days_off": ["2027-01-01..2027-01-03"]}
        await publish_notice(sla, guessed, YEARS_END + HOUR)
        world.pass_time(hours=1)
        found = await recalculated(world, RUN, calendar="cn")
        (event,) = await moved(world, FIRST)
        assert event.due_at == event.previous_due_at
        assert event.provisional is False
        assert (found["deadlines_moved"], found["no_longer_provisional"]) == (0, 1)
        (named,) = found["deadlines"]
        assert (named["confirmed"], named["provisional"]) == (True, False)
        assert (await recalculated(world, NEXT_RUN, calendar="cn"))["deadlines_moved"] == 0


async def test_a_trial_names_and_counts_what_the_recalculation_does_the_moved_before_the_confirmed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Limits before the Wednesday that is off, and those that fall on it."""
    monkeypatch.setattr(restating, "NAMED", 2)
    ids = [uuid5(ex.IDS, str(number)) for number in range(30)]
    async with world.running() as sla:
        world.clock.time = ex.at("2026-12-29 10:00")
        for ticket_id in ids[:15]:
            await register(world, ticket_id)
        world.clock.time = YEARS_END + DAY
        for ticket_id in ids[15:]:
            await register(world, ticket_id)
        days_off = ["2027-01-01..2027-01-03", "2027-01-06"]
        await publish_notice(sla, {**NEW_YEAR, "days_off": days_off}, YEARS_END + DAY + HOUR)
        world.pass_time(hours=1)
        trial = await tried(world, NEXT_RUN, calendar="cn")
        found = await recalculated(world, RUN, calendar="cn")
        assert trial == found
        assert (found["deadlines_moved"], found["no_longer_provisional"]) == (15, 15)
        confirmed = [one["confirmed"] for one in found["deadlines"]]
        assert confirmed == sorted(confirmed)
        assert set(confirmed) == {False, True}


async def test_a_version_moves_the_open_tickets_alone(world: World) -> None:
    async with world.running() as sla:
        for ticket_id in (FIRST, SECOND):
            await register(world, ticket_id)
        world.pass_time(hours=1)
        closed = other.withdrawn(world.clock.now())
        await world.say("intake", msgspec.structs.replace(closed, ticket_id=SECOND), SECOND)
        await publish_pack(sla, FIVE_DAYS, MONDAY + 2 * HOUR)
        world.pass_time(hours=2)
        await world.settled()
        await recalculated(world, RUN, pack="hotline-400")
        (event,) = await moved(world, FIRST)
        assert ex.local(event.due_at) == "2026-11-30 17:30"
        assert event.pack_version == 2
        assert await moved(world, SECOND) == []
        assert (explained(sla, FIRST)[0], explained(sla, SECOND)[0]) == (2, 1)


async def test_a_period_restates_what_had_ended_too(world: World) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        world.pass_time(days=7)
        await register(world, SECOND)
        told = other.notified(world.clock.now())
        for ticket_id in (FIRST, SECOND):
            event = msgspec.structs.replace(told, ticket_id=ticket_id)
            await world.say("dispatch", event, ticket_id)
        await world.settled()
        assert [one.state for one in judgement_of(sla, FIRST).clocks] == ["met_late"]
        await publish_pack(sla, FIVE_DAYS, world.clock.now() + HOUR)
        world.pass_time(hours=1)
        window = {"from": MONDAY.isoformat(), "until": (MONDAY + DAY).isoformat()}
        await recalculated(world, RUN, scope="period", pack="hotline-400", **window)
        assert [one.state for one in judgement_of(sla, FIRST).clocks] == ["met"]
        assert explained(sla, FIRST) == (2, "office.v1", False)
        assert explained(sla, SECOND) == (1, "office.v1", False)
        assert (len(await moved(world, FIRST)), await moved(world, SECOND)) == (1, [])


async def test_new_are_tickets_since_the_version_took_effect_that_go_by_another(
    world: World,
) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        world.pass_time(hours=2)
        await register(world, SECOND, version=1)
        await recalculated(world, RUN, scope="new", pack="hotline-400")
        assert (due(sla, FIRST), due(sla, SECOND)) == ("2026-11-26 17:30", "2026-11-30 17:30")
        assert len(await moved(world, SECOND)) == 1


async def test_what_a_recalculation_puts_off_calls_on_nobody_any_more(world: World) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        await world.say("dispatch", other.offered(MONDAY, "billing", FIRST), FIRST)
        await world.settled()
        world.clock.time = ex.at("2026-11-26 18:00")
        await world.settled()
        assert await world.steps(FIRST) == ["level-1", "reminder", "warning", "level-2"]
        await publish_pack(sla, FIVE_DAYS, world.clock.now() + HOUR)
        world.pass_time(hours=1)
        await recalculated(world, RUN, pack="hotline-400")
        withdrawn = [
            one.step for one in await world.said(FIRST) if isinstance(one, EscalationWithdrawn)
        ]
        assert "level-2" in withdrawn
        assert [one.state for one in judgement_of(sla, FIRST).clocks] == ["running"]


async def test_a_version_that_is_not_in_force_yet_recalculates_nothing(world: World) -> None:
    async with world.running() as sla:
        await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        with pytest.raises(VersionNotInForceError):
            await order(world, RUN, pack="hotline-400")
        assert await sla.recalculations.find(RUN) is None


async def test_a_trial_counts_what_would_move_and_moves_nothing(world: World) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        await publish_pack(sla, FIVE_DAYS, MONDAY + HOUR)
        world.pass_time(hours=1)
        said = await world.said(FIRST)
        asked = OrderRecalculation(
            recalculation_id=RUN,
            scope="open",
            from_at=None,
            until=None,
            pack="hotline-400",
            pack_version=2,
            calendar=None,
            calendar_version=None,
            reason="试算",
            at=world.clock.now(),
        )
        trials = world.line.trials
        await trials.begin(asked, "pack-owner")

        async def is_done() -> bool:
            operation = await trials.find(RUN)
            return operation is not None and operation.state != "running"

        await until(is_done, "tried")
        operation = await trials.find(RUN)
        assert operation is not None
        assert operation.result is not None
        assert (operation.state, operation.asked["dry_run"]) == ("done", True)
        figures = ("tickets", "changed", "deadlines_moved")
        assert [operation.result[name] for name in figures] == [1, 1, 1]
        assert await world.said(FIRST) == said
        assert due(sla, FIRST) == "2026-11-26 17:30"
        assert await sla.recalculations.find(RUN) is None


async def test_a_limit_that_now_lies_in_the_past_is_missed_and_calls_on_whom_it_would_have(
    world: World,
) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        await world.say("dispatch", other.offered(MONDAY, "billing", FIRST), FIRST)
        shorter = FIVE_DAYS.replace("5wd", "1wd")
        await publish_pack(sla, shorter, MONDAY + HOUR)
        world.clock.time = ex.at("2026-11-25 09:00")
        await world.settled()
        assert [one.state for one in judgement_of(sla, FIRST).clocks] == ["running"]
        found = await recalculated(world, RUN, pack="hotline-400")
        assert [one.state for one in judgement_of(sla, FIRST).clocks] == ["missed"]
        assert "level-2" in await world.steps(FIRST)
        figures = ("deadlines_moved", "clocks_missed", "escalations_raised")
        assert [found[name] for name in figures] == [1, 1, 3]


async def test_a_limit_that_was_missed_and_still_is_is_not_missed_a_second_time(
    world: World,
) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        world.clock.time = ex.at("2026-11-26 18:00")
        await world.settled()
        await publish_pack(sla, FIVE_DAYS.replace("5wd", "1wd"), world.clock.now() + HOUR)
        world.pass_time(hours=1)
        trial = await tried(world, NEXT_RUN, pack="hotline-400")
        found = await recalculated(world, RUN, pack="hotline-400")
        assert trial == found
        assert (found["deadlines_moved"], found["clocks_missed"]) == (1, 0)
        (event,) = await moved(world, FIRST)
        assert (ex.local(event.due_at), event.missed) == ("2026-11-24 17:30", True)
        assert [one.state for one in judgement_of(sla, FIRST).clocks] == ["missed"]
        await publish_pack(sla, FIVE_DAYS.replace("version: 2", "version: 3"), LATER)
        world.clock.time = LATER
        await recalculated(world, THIRD, pack="hotline-400")
        assert [one.state for one in judgement_of(sla, FIRST).clocks] == ["running"]
        world.clock.time = ex.at("2026-11-30 17:31")
        await world.settled()
        said = await world.said(FIRST)
        misses = [ex.local(one.at) for one in said if isinstance(one, ClockMissed)]
        assert misses == ["2026-11-26 17:30", "2026-11-30 17:30"]


def rests(when: datetime) -> dispatch.HandlingSuspended:
    return dispatch.HandlingSuspended(
        work_order_id=ex.ORDER, ticket_id=FIRST, round=1, reason="awaiting_customer", at=when
    )


def goes_on(when: datetime) -> dispatch.HandlingResumed:
    return dispatch.HandlingResumed(work_order_id=ex.ORDER, ticket_id=FIRST, round=1, at=when)


async def test_a_clock_that_stands_still_is_promised_by_the_new_version_once_work_goes_on(
    world: World,
) -> None:
    async with world.running() as sla:
        await register(world, FIRST)
        world.pass_time(hours=1)
        await world.say("dispatch", rests(world.clock.now()), FIRST)
        await world.settled()
        pausing = FIVE_DAYS.replace("    rules:", "    pauses: [awaiting_customer]\n    rules:")
        await publish_pack(sla, pausing, world.clock.now() + HOUR)
        world.pass_time(hours=1)
        assert (await recalculated(world, RUN, pack="hotline-400"))["changed"] == 0
        await world.say("dispatch", goes_on(world.clock.now()), FIRST)
        await world.settled()
        (event,) = await moved(world, FIRST)
        assert (event.reason, ex.local(event.due_at)) == ("paused", "2026-11-30 17:30")
        assert explained(sla, FIRST) == (2, "office.v1", False)
