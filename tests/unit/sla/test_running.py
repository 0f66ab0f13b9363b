"""Sla at work: what was heard is published once, whatever happens to it meanwhile."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import pytest
from prometheus_client import REGISTRY

from services.sla.bootstrap import Sla
from services.sla.domain.commands import AcknowledgeEscalation
from shared.command_handler import stamp
from shared.contracts.sla import EscalationRaised, EscalationWithdrawn
from shared.event_store import Append, StreamConflictError
from shared.messaging.envelope import Cause
from shared.messaging.topics import partition_of
from shared.testing.memory_store import Disk
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.world import JumpingClock, World, until_heard
from tests.until import until

MONDAY = ex.at("2026-11-23 10:00")
SIMPLE = ex.case(severity="simple")
STEPS = ["level-1", "reminder", "warning", "level-2", "level-3", "level-4"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(MONDAY))


async def test_a_registered_ticket_starts_its_clock_with_the_registration_as_cause(
    world: World,
) -> None:
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY))
        assert await world.until_said(1) == ["ClockStarted"]
        watched = await until_heard(sla, 1)
        ((_, cause, correlation),) = (await world.stored()).values()
        assert (str(cause), correlation) == (watched.facts[0].event_id, ex.CORRELATION)


async def test_a_ticket_of_thirty_days_ago_raises_every_rung_promptly_and_once(
    world: World,
) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY - timedelta(days=30)))
        await world.say("dispatch", other.offered(MONDAY))
        await world.until_said(8)
        assert await world.steps() == STEPS
        rows = await world.rows()
        assert {row.raised_at for row in rows} == {MONDAY}
        assert len({row.due_at for row in rows}) == 6
        raised = [event for event in (await world.stored()).values()
                  if isinstance(event[0], EscalationRaised)]  # fmt: skip
        assert {(cause, correlation) for _, cause, correlation in raised} == {
            (None, ex.CORRELATION)
        }


async def test_an_accepted_ticket_of_thirty_days_ago_is_not_reminded(
    world: World,
) -> None:
    async with world.running() as sla:
        then = MONDAY - timedelta(days=30)
        await world.say("dispatch", other.offered(then))
        await world.say("dispatch", other.accepted(then))
        await until_heard(sla, 2)
        await world.say("intake", other.registered(then))
        await world.until_said(7)
        assert await world.steps() == [step for step in STEPS if step != "reminder"]


async def test_without_a_work_order_the_ladder_waits_a_moment_and_then_calls_all_the_same(
    world: World,
) -> None:
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY - timedelta(days=30)))
        await world.until_said(2)
        assert await world.steps() == []
        world.pass_time(seconds=15)
        await world.until_said(7)
        assert await world.steps() == [step for step in STEPS if step != "reminder"]
        await world.say("dispatch", other.offered(MONDAY))
        await until_heard(sla, 2)
        await world.until_said(8)
        assert (await world.steps())[-1] == "reminder"


async def test_time_alone_raises_rung_after_rung(world: World) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.say("dispatch", other.offered(MONDAY))
        await world.until_said(1)
        seen = []
        for _ in range(13):
            world.pass_time(minutes=5)
            await world.settled()
            seen.append(len(await world.steps()))
        assert seen == [0, 0, 1, 1, 2, 3, 3, 3, 4, 4, 4, 5, 5]


async def test_what_falls_due_in_a_partition_that_was_given_up_is_for_others_to_raise(
    world: World,
) -> None:
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.say("dispatch", other.offered(MONDAY))
        said = await world.until_said(1)
        sla.book.close([partition_of(ex.TICKET)])
        world.pass_time(hours=1)
        assert await world.until_said(1) == said


async def test_a_clock_that_jumps_ahead_loses_nothing_and_back_raises_nothing(
    world: World,
) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY))
        await world.say("dispatch", other.offered(MONDAY))
        await world.until_said(1)
        world.pass_time(days=400)
        await world.until_said(8)
        assert sorted(await world.steps()) == sorted(STEPS)
        world.pass_time(days=-399)
        await world.settled()
        world.pass_time(days=500)
        await world.settled()
        assert len(await world.steps()) == 6


class SleepyClock(JumpingClock):
    """Says honestly how long it would take, and is then set ahead."""

    def seconds_until(self, moment: datetime) -> float:
        return max(0.0, (moment - self.time).total_seconds())


async def test_a_machine_whose_clock_was_set_notices_without_being_told(tmp_path: Path) -> None:
    world = World(tmp_path, SleepyClock(MONDAY))
    async with world.running():
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.until_said(1)
        world.pass_time(days=1)
        await world.until_said(6)


async def test_nothing_is_said_twice_after_a_restart_in_the_middle(world: World) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.say("dispatch", other.offered(MONDAY))
        await world.until_said(1)
        world.pass_time(minutes=25)
        await world.until_said(3)
        before = list(await world.stored())
    world.pass_time(minutes=20)
    async with world.running():
        names = await world.until_said(6)
        assert list(await world.stored())[:3] == before
        assert names == [
            "ClockStarted",
            "EscalationRaised",
            "EscalationRaised",
            "EscalationRaised",
            "ClockMissed",
            "EscalationRaised",
        ]
        assert await world.steps() == ["reminder", "warning", "level-2", "level-3"]
    async with world.running():
        await world.settled()
        assert len(await world.said()) == 6


async def test_a_replay_comes_to_the_same_state(world: World) -> None:
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY))
        await world.say("dispatch", other.offered(MONDAY))
        await world.say("dispatch", other.notified(MONDAY + ex.minutes(9)))
        await until_heard(sla, 3)
        await world.say("revisit", other.rectified(MONDAY + ex.minutes(19)))
        watched = await until_heard(sla, 4)
        await world.until_said(3)
        live, said = watched.shelf.state_hash(), watched.published
    async with world.running() as sla:
        again = await until_heard(sla, 4)
        assert again.shelf.state_hash() == live
        assert (again.published, again.version) == (said, 3)


@pytest.mark.parametrize("absent", other.OTHERS)
async def test_nothing_is_raised_before_every_topic_was_read_to_its_end(
    world: World, absent: str
) -> None:
    async with world.running() as sla:
        await world.say("dispatch", other.offered(MONDAY - timedelta(days=30)))
        await world.say("dispatch", other.notified(MONDAY - timedelta(days=30)))
        await until_heard(sla, 2)
        await world.say("intake", other.registered(MONDAY - timedelta(days=30)))
        assert await world.until_said(2) == ["ClockStarted", "ClockMet"]
    world.disks["sla"] = Disk()
    async with world.running(absent=[absent]) as sla:
        if absent != "intake":
            await until_heard(sla, 1)
        await asyncio.sleep(0.1)  # as long as it would take to say too much
        assert await world.said() == []
        assert any("Catching up: 12" in obstacle for obstacle in world.line.obstacles())
    async with world.running():
        assert await world.until_said(2) == ["ClockStarted", "ClockMet"]
        assert world.line.obstacles() == []


async def test_a_fact_heard_late_takes_the_rungs_back(world: World) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.say("dispatch", other.offered(MONDAY))
        world.pass_time(minutes=31)
        await world.until_said(5)
        await world.say("dispatch", other.notified(MONDAY + ex.minutes(20)))
        names = await world.until_said(8)
        assert names[5:] == ["ClockMet", "EscalationWithdrawn", "EscalationWithdrawn"]
        states = {row.step: (row.state, row.reason) for row in await world.rows()}
        assert states == {
            "reminder": ("open", None),
            "warning": ("withdrawn", "met"),
            "level-2": ("withdrawn", "met"),
        }
        stored = (await world.stored()).values()
        causes = {cause for event, cause, _ in stored if isinstance(event, EscalationWithdrawn)}
        assert len(causes) == 1
        assert None not in causes


async def test_a_notice_of_progress_stops_nothing_and_an_unreachable_one_stops(
    world: World,
) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY))
        await world.say("dispatch", other.notified(MONDAY, about="progress"))
        assert await world.until_said(1) == ["ClockStarted"]
        await world.say("dispatch", other.notified(MONDAY, outcome="unreachable"))
        assert await world.until_said(2) == ["ClockStarted", "ClockMet"]


async def test_a_withdrawn_ticket_cancels_and_is_silent_for_ever(world: World) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY))
        await world.say("intake", other.withdrawn(MONDAY))
        assert await world.until_said(2) == ["ClockStarted", "ClockCancelled"]
        world.pass_time(days=90)
        await world.settled()
        assert await world.steps() == []


@pytest.mark.parametrize("failing", ["before", "after"])
async def test_what_could_not_be_stored_is_tried_again_and_stands_once(
    world: World, failing: str
) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.until_said(1)
        backend = world.backends["sla"]
        backend.failing = "before" if failing == "before" else "after"
        world.pass_time(minutes=31)
        await world.until_said(4)
        assert await world.steps() == ["warning", "level-2"]


async def test_two_instances_on_one_stream_say_everything_once(world: World) -> None:
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.until_said(1)
        await _behave_like_another_instance(sla)
        world.pass_time(minutes=31)
        await world.until_said(4)
        assert await world.steps() == ["warning", "level-2"]


async def _behave_like_another_instance(sla: Sla) -> None:
    """Raises the warning, unseen by this one."""
    judgement = sla.judge.judge(await until_heard(sla, 1))
    assert judgement is not None
    (clock,) = judgement.clocks
    event = EscalationRaised(
        ticket_id=ex.TICKET,
        clock=clock.key.name,
        round=clock.key.round,
        occurrence=clock.key.occurrence,
        escalation_id=uuid4(),
        step="warning",
        addressee=("somebody",),
        due_at=MONDAY,
        at=MONDAY,
    )
    cause = Cause(actor="sla", correlation_id=ex.CORRELATION)
    stamped = [stamp(event, cause, MONDAY)]
    await sla.core.store.append(Append(stream=ex.TICKET, expected_version=1, events=stamped))
    with pytest.raises(StreamConflictError):
        await sla.core.store.append(Append(stream=ex.TICKET, expected_version=1, events=stamped))


async def test_an_acknowledgement_beside_it_disturbs_nothing(world: World) -> None:
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        world.pass_time(minutes=24)
        await world.until_said(2)
        (row,) = await world.rows()
        command = AcknowledgeEscalation(
            ticket_id=ex.TICKET,
            escalation_id=row.escalation_id,
            acknowledged_by="desk",
            at=world.clock.now(),
        )
        cause = Cause(actor="desk", correlation_id=ex.CORRELATION)
        await sla.acknowledgements.handle(ex.TICKET, command, cause)
        world.pass_time(minutes=7)
        await world.until_said(5)
        assert await world.steps() == ["warning", "level-2"]
        assert {one.step: one.state for one in await world.rows()} == {
            "warning": "acknowledged",
            "level-2": "open",
        }


async def test_an_escalation_is_shown_to_the_department_that_has_the_ticket_now(
    world: World,
) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY, SIMPLE))
        await world.say("dispatch", other.offered(MONDAY))
        world.pass_time(minutes=24)
        await world.until_said(3)
        assert {row.department for row in await world.rows()} == {"billing"}
        await world.say("dispatch", other.transferred(MONDAY + ex.minutes(24), "field-service"))

        async def is_shown_there() -> bool:
            return {row.department for row in await world.rows()} == {"field-service"}

        await until(is_shown_there, "shown to the new department")


async def test_a_thousand_tickets_due_at_one_moment_are_all_raised(world: World) -> None:
    ids = [uuid5(ex.IDS, str(number)) for number in range(1000)]

    async def register(ticket_id: UUID) -> None:
        await world.say("intake", other.registered(MONDAY, SIMPLE, ticket_id), ticket_id)

    async with world.running() as sla:
        await asyncio.gather(*map(register, ids))
        await until(lambda: _has_said(sla, 1000), "all started")
        world.pass_time(minutes=24)
        await until(lambda: _has_said(sla, 2000), "all raised")
        assert [await world.steps(one) for one in ids[:3]] == [["warning"]] * 3


async def _has_said(sla: Sla, count: int) -> bool:
    return await sla.core.store.end() >= count


async def test_an_unreadable_record_is_set_aside_and_the_ticket_goes_on(world: World) -> None:
    async with world.running() as sla:
        store = world.stores["intake"]
        good = stamp(other.registered(MONDAY), Cause(actor="x", correlation_id=ex.IDS), MONDAY)
        await store.append(
            Append(
                stream=ex.TICKET,
                expected_version=None,
                events=[
                    ("ticket-withdrawn.v1", good[1].partition(b"\n")[0] + b'\n{"at": 5}'),
                    ("ticket-registered.v9", good[1]),
                    ("ticket-danced.v1", good[1]),
                    good,
                ],
            )
        )
        assert await world.until_said(1) == ["ClockStarted"]
        letters = await sla.core.letters.of(str(ex.TICKET))
        assert len(letters) == 2


async def test_a_ticket_that_no_calendar_answers_for_harms_nobody(world: World) -> None:
    second = uuid5(ex.IDS, "second")
    async with world.running() as sla:
        await world.say("intake", other.registered(ex.at("1900-01-01 00:00")))
        await world.say("intake", other.registered(MONDAY, None, second), second)
        await world.until_said(1, second)
        judgement = sla.judge.judge(await until_heard(sla, 1))
        assert judgement is not None
        assert judgement.clocks == ()


async def test_a_ticket_whose_pack_does_not_run_here_any_more_is_counted(world: World) -> None:
    """Nobody would miss its clocks otherwise: the operator hears of it, as long as it is so."""
    name = "huiyin_tickets_not_judged_total"
    before = REGISTRY.get_sample_value(name) or 0
    case = ex.case()._replace(pack="brewery")
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY, case))
        judgement = sla.judge.judge(await until_heard(sla, 1))
        assert judgement is not None
        assert judgement.clocks == ()

        async def is_told() -> bool:
            return await unwatched(world) == 1

        await until(is_told, "it is told that nothing watches it")
    assert (REGISTRY.get_sample_value(name) or 0) > before
    async with world.running() as sla:
        await until_heard(sla, 1)
        await until(is_told, "it is told again after a restart")


async def unwatched(world: World) -> float:
    """What Prometheus reads of tickets that no clock watches."""
    [metric] = await world.line.measured()
    return metric.samples[0].value
