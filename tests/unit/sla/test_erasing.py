"""Sla keeps no texts, and says of each erased person that it keeps none: once."""

from pathlib import Path
from uuid import UUID

import pytest

from shared.command_handler import stamp
from shared.contracts.intake import CustomerErased
from shared.contracts.terms import TextsErased
from shared.event_store import Append
from shared.messaging.envelope import Cause
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.world import JumpingClock, World
from tests.until import until

NOW = ex.at("2026-11-23 10:00")
PERSON = UUID(int=5)
ERASED = CustomerErased(customer_ref=PERSON, client="crm", at=NOW)
CONFIRMED = TextsErased(customer_ref=PERSON, at=NOW)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(NOW))


async def test_an_erasure_is_confirmed_once_at_however_many_starts(world: World) -> None:
    async with world.running():
        await world.say("intake", ERASED, PERSON)
        await until(lambda: _confirmed(world), "confirmed")
        ((event, cause, correlation),) = (await world.stored(PERSON)).values()
        assert (event, correlation) == (CONFIRMED, ex.CORRELATION)
        assert cause is not None
    world.pass_time(hours=1)
    for _ in range(2):
        async with world.running():
            await world.settled()
            assert await world.said(PERSON) == [CONFIRMED]


async def test_it_is_confirmed_after_the_store_was_away(world: World) -> None:
    async with world.running():
        world.backends["sla"].failing = "before"
        await world.say("intake", ERASED, PERSON)
        await until(lambda: _confirmed(world), "confirmed")
        assert await world.said(PERSON) == [CONFIRMED]


async def test_an_erasure_that_cannot_be_read_is_set_aside_and_the_rest_counts(
    world: World,
) -> None:
    async with world.running() as sla:
        _, state = stamp(ERASED, Cause(actor="desk", correlation_id=ex.CORRELATION), NOW)
        event = ("customer-erased.v9", state)
        await world.stores["intake"].append(Append(stream=PERSON, events=[event]))
        await world.say("intake", other.registered(NOW))
        await world.until_said(1)
        await world.settled()
        [letter] = await sla.core.letters.of(str(PERSON))
        assert letter.error == "UnreadableRecordError"
        assert await world.said(PERSON) == []


async def _confirmed(world: World) -> bool:
    return bool(await world.said(PERSON))
