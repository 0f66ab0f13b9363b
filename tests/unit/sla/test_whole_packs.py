"""Sla at work under the shipped packs, with all of their clocks: live, and after a restart."""

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid5

import pytest

from services.sla.bootstrap import Sla
from services.sla.models import ClockView
from services.sla.unjudged import shown_clocks
from services.sla.views import clock_views, due_views
from shared.contracts import dispatch, intake, revisit
from shared.contracts.sla import ClockCancelled, ClockMet, ClockMissed, ClockPaused, ClockStarted
from shared.packs import shipped
from shared.worktime import epoch_of
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.world import JumpingClock, World, until_heard

MONDAY = ex.at("2026-11-23 10:00")
ORDER = uuid5(ex.ORDER, "1")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(MONDAY), packs=shipped())


def clocks_of(sla: Sla) -> Mapping[str, ClockView]:
    """As they are shown; of several occurrences the last."""
    watched = sla.book.find(ex.TICKET)
    assert watched is not None
    judgement = sla.judge.judge(watched)
    assert judgement is not None
    return {one.clock: one for one in clock_views(judgement)}


def due_of(sla: Sla) -> set[str]:
    watched = sla.book.find(ex.TICKET)
    assert watched is not None
    judgement = sla.judge.judge(watched)
    assert judgement is not None
    until = epoch_of(ex.at("2027-01-01 00:00"))
    return {view.clock for _, view in due_views(str(ex.TICKET), judgement, until)}


async def test_a_paused_clock_shows_no_limit_but_what_a_resumption_would_bring(
    world: World,
) -> None:
    """SLA-ENGINE, pause: the same after a restart, and nothing is said again."""
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY))
        await world.say("dispatch", other.offered(MONDAY))
        await world.settled()
        assert "answer" in due_of(sla)
        world.clock.time = ex.at("2026-11-24 08:00")
        rest = dispatch.HandlingSuspended(
            work_order_id=ORDER,
            ticket_id=ex.TICKET,
            round=1,
            reason="force_majeure",
            at=world.clock.time,
        )
        await world.say("dispatch", rest)
        await world.settled()
        before = await world.said()
        assert any(isinstance(event, ClockPaused) for event in before)
    world.clock.time = ex.at("2026-11-24 09:00")
    async with world.running() as sla:
        await world.settled()
        assert await world.said() == before
        answer = clocks_of(sla)["answer"]
        assert (answer.state, answer.due_at, answer.target_at) == ("paused", None, None)
        assert ex.local(answer.due_if_resumed_now) == "2026-11-26 17:30"
        assert {rung.state for rung in answer.rungs} == {"waiting"}
        assert "answer" not in due_of(sla)


async def test_a_ticket_that_goes_its_whole_way_leaves_no_clock_running(world: World) -> None:
    """H-04, H-10, H-15, H-19: each kept."""
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY))
        await world.say("dispatch", other.offered(MONDAY))
        done = dispatch.WorkOrderCompleted(
            work_order_id=ORDER,
            ticket_id=ex.TICKET,
            round=1,
            department="billing",
            solution=other.TEXT,
            solved=True,
            at=MONDAY,
        )
        await world.say("dispatch", done)
        await world.say("dispatch", other.notified(MONDAY))
        scheduled = revisit.RevisitScheduled(
            revisit_id=ex.IDS,
            ticket_id=ex.TICKET,
            round=1,
            case=other.contract_case(ex.case()),
            number="T20261123-00000000",
            at=MONDAY,
        )
        concluded = revisit.RevisitConcluded(
            revisit_id=ex.IDS, ticket_id=ex.TICKET, round=1, solved=True, at=MONDAY
        )
        await world.say("revisit", scheduled)
        await world.say("revisit", concluded)
        closed = intake.TicketClosed(ticket_id=ex.TICKET, round=1, closed_as="solved", at=MONDAY)
        await world.say("intake", closed)
        await world.settled()
        found = clocks_of(sla)
        assert found.keys() == {
            "answer",
            "dispatch",
            "handling-notice",
            "report-back",
            "revisit-schedule",
            "revisit",
        }
        assert {view.state for view in found.values()} == {"met"}


async def test_an_abandoned_call_is_watched_under_its_own_id(world: World) -> None:
    """H-29: missed when nobody calls back, and kept late when somebody does."""
    contact = intake.ContactRecorded(
        contact_id=ex.TICKET,
        client="crm",
        customer_ref=ex.IDS,
        channel="phone",
        customer_phone="138****5678",
        abandoned_at=MONDAY,
        pack="hotline-400",
        pack_version=1,
        at=MONDAY,
    )
    async with world.running() as sla:
        await world.say("intake", contact)
        await world.settled()
        world.pass_time(minutes=31)
        await world.settled()
        back = intake.ContactRecorded(
            contact_id=ex.ORDER,
            client="crm",
            customer_ref=ex.IDS,
            channel="phone",
            callback_of=ex.TICKET,
            at=world.clock.time,
        )
        await world.say("intake", back)
        await world.settled()
        said = [event for event in await world.said() if not hasattr(event, "step")]
        assert [type(event) for event in said] == [ClockStarted, ClockMissed, ClockMet]
        assert await world.steps() == ["warning", "level-2"]
        assert clocks_of(sla)["call-back"].state == "met_late"


async def test_a_result_heard_late_takes_back_the_overdue_notice(world: World) -> None:
    """H-14."""
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY))
        await world.say("dispatch", other.offered(MONDAY))
        world.clock.time = ex.at("2026-11-26 18:00")
        await world.settled()
        assert clocks_of(sla)["overdue-notice"].state == "running"
        await world.say("dispatch", other.notified(ex.at("2026-11-26 17:00")))
        await world.settled()
        assert "overdue-notice" not in clocks_of(sla)
        cancelled = [one for one in await world.said() if isinstance(one, ClockCancelled)]
        assert [(one.clock, one.reason) for one in cancelled] == [("overdue-notice", "restated")]
        judgement = sla.judge.judge(await until_heard(sla, 3))
        assert judgement is not None
        *_, shown = await shown_clocks(sla, ex.TICKET, judgement)
        told = shown.clock, shown.state, shown.reason
        assert told == ("overdue-notice", "cancelled", "restated")
