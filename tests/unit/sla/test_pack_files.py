"""A file that was changed under tickets that go by it is told of, until somebody says it counts."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid5

import msgspec
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from services.sla.pack_files import PACK_FILES, PackFile, PackFiles, as_found, digest_of
from shared.contracts.sla import RecalculationOrdered
from shared.packs import Duration, Packs, shipped
from tests.unit.sla import examples as ex
from tests.unit.sla.versioning import recalculated, register
from tests.unit.sla.world import JumpingClock, World

MONDAY = ex.at("2026-11-23 10:00")
NAME = "hotline-400"
RUN, FIRST = uuid5(ex.IDS, "run"), uuid5(ex.IDS, "first")
CHANGED = PackFile(digest="one", changed_to="two", changed_at=MONDAY)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, JumpingClock(MONDAY))


def changed() -> Packs:
    """The same file with another limit."""
    pack = ex.hotline().pack
    (clock,) = pack.clocks
    rules = tuple(
        msgspec.structs.replace(rule, target=None, limit=Duration("4wd")) if rule.limit else rule
        for rule in clock.rules
    )
    clocks = (msgspec.structs.replace(clock, rules=rules),)
    return Packs({pack.name: msgspec.structs.replace(pack, clocks=clocks)})


def ordered(hours: int) -> RecalculationOrdered:
    at = MONDAY + timedelta(hours=hours)
    return RecalculationOrdered(recalculation_id=RUN, scope="open", reason="notice", at=at)


def test_a_file_is_changed_until_it_is_put_back_or_a_recalculation_follows() -> None:
    assert as_found(None, "one", [], MONDAY) == PackFile(digest="one")
    assert as_found(PackFile(digest="one"), "two", [ordered(-1)], MONDAY) == CHANGED
    later = MONDAY + timedelta(hours=2)
    assert as_found(CHANGED, "two", [ordered(-1)], later) == CHANGED
    assert as_found(CHANGED, "one", [], later) == PackFile(digest="one")
    assert as_found(CHANGED, "two", [ordered(1)], later) == PackFile(digest="two")
    again = PackFile(digest="one", changed_to="three", changed_at=later)
    assert as_found(CHANGED, "three", [ordered(1)], later) == again


def test_whatever_a_pack_says_is_in_its_digest() -> None:
    before = ex.hotline().pack
    (after,) = changed()
    assert digest_of(before) != digest_of(after)
    assert digest_of(before) != digest_of(msgspec.structs.replace(before, workdays="same-position"))
    assert len({digest_of(pack) for pack in shipped()}) == len(list(shipped()))


async def test_who_changes_a_file_under_tickets_is_told_until_they_recalculate(
    world: World,
) -> None:
    async with world.running() as sla:
        files = PackFiles(sla.core, sla.regulations)
        await files.look()
        assert await sla.core.store.get(PACK_FILES, NAME) is None  # no ticket goes by it
        await register(world, FIRST)
        await files.look()
        assert await sla.core.store.get(PACK_FILES, NAME) is not None
    world.packs = changed()
    async with world.running() as sla:
        files = PackFiles(sla.core, sla.regulations)
        with capture_logs() as logs:
            for _ in range(3):
                await files.look()
        told = [one["pack"] for one in logs if one["log_level"] == "error"]
        assert set(told) == {NAME}
        assert len(told) <= 2  # the service says it, too
        assert REGISTRY.get_sample_value("huiyin_pack_file_changed", {"pack": NAME}) == 1
        await recalculated(world, RUN, pack=NAME)
        await files.look()
        assert REGISTRY.get_sample_value("huiyin_pack_file_changed", {"pack": NAME}) == 0
