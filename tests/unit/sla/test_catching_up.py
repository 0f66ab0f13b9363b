"""While sla reads everything anew, on-call sees how far it is: by partition."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.http.metrics import LineCollector
from shared.messaging.topics import partition_of
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other
from tests.unit.sla.world import JumpingClock, World, until_heard

MONDAY = ex.at("2026-11-23 10:00")
NUMBER = str(partition_of(ex.TICKET))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(MONDAY))


def shown(world: World, partition: str = NUMBER) -> dict[str, float]:
    """What `/metrics` says of the partition."""

    def samples() -> Iterator[tuple[str, float]]:
        for metric in LineCollector([world.line]).collect():
            for sample in metric.samples:
                _, ours, name = sample.name.partition("huiyin_partition_")
                if ours and sample.labels["partition"] == partition:
                    yield name, sample.value

    return dict(samples())


async def test_a_partition_that_was_read_has_caught_up_without_a_lag(world: World) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY))
        await world.say("dispatch", other.offered(MONDAY))
        await world.settled()
        assert shown(world) == {"caught_up": 1, "records_read_total": 2, "lag_records": 0}
        beside = str((partition_of(ex.TICKET) + 1) % 12)
        assert shown(world, beside) == {"caught_up": 1, "records_read_total": 0, "lag_records": 0}
    async with world.running():
        await world.settled()
        assert shown(world) == {"caught_up": 1, "records_read_total": 2, "lag_records": 0}


async def test_one_whose_end_is_not_known_has_not_caught_up_and_its_lag_is_not_said(
    world: World,
) -> None:
    async with world.running(absent=["revisit"]) as sla:
        await world.say("intake", other.registered(MONDAY))
        await until_heard(sla, 1)
        assert shown(world) == {"caught_up": 0, "records_read_total": 1}


async def test_what_waits_is_its_lag(world: World) -> None:
    async with world.running():
        await world.say("intake", other.registered(MONDAY))
        await world.settled()
        lane = next(
            lane
            for lane in world.line.lanes
            if (lane.publisher, str(lane.partition)) == ("intake", NUMBER)
        )
        lane.read -= 1  # as if it had not been handed over yet
        assert shown(world) == {"caught_up": 1, "records_read_total": 0, "lag_records": 1}
