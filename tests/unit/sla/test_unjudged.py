"""Tickets whose pack does not run here any more: what was published of them is still shown."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from services.sla.domain.errors import PackNotHereError
from services.sla.explaining import explanation_of
from services.sla.explanation_models import ExplanationQuery
from services.sla.unjudged import shown_clocks
from services.sla.views import clock_views
from shared.packs import Packs
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.world import JumpingClock, World, until_heard

MONDAY = ex.at("2026-11-23 10:00")
ACME = ex.case()._replace(pack="acme")
SECOND = ex.ORDER


@pytest.fixture
def world(tmp_path: Path) -> World:
    """With a pack of an operator's own."""
    own = msgspec.structs.replace(ex.hotline().pack, name="acme")
    packs = Packs({**{one.name: one for one in ex.ANSWER_PACKS}, "acme": own})
    return World(tmp_path, JumpingClock(MONDAY), packs=packs)


async def test_clocks_are_shown_as_their_stream_tells_them(world: World) -> None:
    async with world.running() as sla:
        await world.say("intake", other.registered(MONDAY, ACME))
        await world.say("dispatch", other.offered(MONDAY))
        await world.settled()
        world.pass_time(days=4)
        await world.settled()
        judgement = sla.judge.judge(await until_heard(sla, 2))
        assert judgement is not None
        (known,) = clock_views(judgement)
    world.packs = ex.ANSWER_PACKS
    async with world.running() as sla:
        judgement = sla.judge.judge(await until_heard(sla, 2))
        assert judgement is not None
        assert judgement.clocks == ()
        (shown,) = await shown_clocks(sla, ex.TICKET, judgement)
        with pytest.raises(PackNotHereError) as refused:
            explanation_of(sla, ex.TICKET, judgement, "answer", ExplanationQuery())
    raised = {one for one in known.rungs if one.state == "raised"}
    assert set(shown.rungs) == raised != set(known.rungs)
    assert msgspec.structs.replace(known, rungs=(), target_missed_at=None) == (
        msgspec.structs.replace(shown, rungs=())
    )
    assert shown.missed_at == shown.due_at is not None
    assert "pack acme does not run here: put its file into HUIYIN_PACKS" in refused.value.en
    assert "acme" in refused.value.zh


async def test_what_ended_or_was_cancelled_is_told_as_it_was(world: World) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY, ACME))
        await world.settled()
        await world.say("intake", other.withdrawn(MONDAY))
        await world.settled()
    world.packs = ex.ANSWER_PACKS
    async with world.running() as sla:
        judgement = sla.judge.judge(await until_heard(sla, 2))
        assert judgement is not None
        (shown,) = await shown_clocks(sla, ex.TICKET, judgement)
    assert (shown.state, shown.reason, shown.stopped_at) == ("cancelled", "withdrawn", MONDAY)
    assert shown.missed_at is None


async def test_the_log_names_the_pack_once_and_not_each_ticket(world: World) -> None:
    world.packs = ex.ANSWER_PACKS
    with capture_logs() as logs:
        async with world.running() as sla:
            for ticket_id in (ex.TICKET, SECOND):
                when = MONDAY - timedelta(hours=1)
                await world.say("intake", other.registered(when, ACME, ticket_id), ticket_id)
                await until_heard(sla, 1, ticket_id)
            await world.settled()
    found = [one for one in logs if "judged" in one["event"]]
    assert [(one["event"], one["pack"]) for one in found] == [("tickets not judged", "acme")]
