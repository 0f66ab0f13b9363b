"""Whatever order records come in and however sla is started, it knows and says the same."""

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.packs import shipped
from shared.testing.memory_store import Disk
from tests.unit.sla import lives
from tests.unit.sla.histories import histories, history_of
from tests.unit.sla.lives import Standing, Stories, stories_of
from tests.unit.sla.naive.told import Told
from tests.unit.sla.side_by_side import read, take_in_records
from tests.unit.sla.world import OTHERS, JumpingClock, World
from tests.until import until

HOUR = timedelta(hours=1)
few = st.lists(histories(longest=5), min_size=1, max_size=3)
randoms = st.randoms(use_true_random=False)


def in_one_order() -> Random:
    return Random(1)  # noqa: S311 - the same at every run


def check_orders(told: list[list[Told]], random: Random, orders: int) -> None:
    """Random orders with random repetitions of the same records."""
    stories = stories_of(*told)
    records = [(ticket_id, one) for ticket_id, history in stories.items() for one in history]
    expected = lives.state_hash(records)
    now = int(lives.end_of(stories).timestamp())
    as_recorded = [read(take_in_records(history), now) for history in told]
    for _ in range(orders):
        again = [*records, *random.choices(records, k=random.randrange(len(records)))]
        random.shuffle(again)
        assert lives.state_hash(again) == expected
        shuffled = [random.sample(history, k=len(history)) for history in told]
        assert [read(take_in_records(history), now) for history in shuffled] == as_recorded


def check_replay(told: list[list[Told]], random: Random, folder: Path, jump: timedelta) -> None:
    """Live, and then anew with an empty store: the same facts, clocks and rungs."""
    stories = stories_of(*told)
    first = min(one.recorded_at for history in told for one in history)
    world = World(folder, JumpingClock(first), packs=shipped())
    lived, again = asyncio.run(_live_and_anew(world, stories, random, jump))
    now = lives.end_of(stories)
    expected = lives.expected_states(stories, now)
    assert again.states == expected
    assert lives.never_taken_back(lived.states, expected) == expected
    assert lived.hashes == again.hashes
    due = lives.expected_rungs(stories, now, "due")
    assert again.rungs == due
    at_most = lives.expected_rungs(stories, now, "due", "past")
    for ticket_id, rungs in lived.rungs.items():
        for key in {*rungs, *due[ticket_id]}:
            stand = rungs.get(key, frozenset())
            assert due[ticket_id].get(key, frozenset()) <= stand
            assert stand <= at_most[ticket_id].get(key, frozenset())


async def _live_and_anew(
    world: World, stories: Stories, random: Random, jump: timedelta
) -> tuple[Standing, Standing]:
    async with world.running() as sla:
        await lives.live(world, stories, random, jump)
        lived = await lives.standing(world, sla, stories)
    world.disks["sla"] = Disk()
    assert await lives.silent(world, stories, random.choice(OTHERS))
    async with world.running() as sla:
        await world.settled()
        return lived, await lives.standing(world, sla, stories)


@settings(max_examples=60)
@given(few, randoms)
def test_any_order_and_any_repetition_come_to_one_state(
    told: list[list[Told]], random: Random
) -> None:
    check_orders(told, random, orders=5)


@settings(max_examples=10)
@given(told=few, random=randoms)
def test_started_empty_on_full_logs_it_says_the_same_and_nothing_too_early(
    tmp_path_factory: pytest.TempPathFactory, told: list[list[Told]], random: Random
) -> None:
    check_replay(told, random, tmp_path_factory.getbasetemp(), timedelta(0))


@settings(max_examples=10)
@given(told=few, random=randoms, jump=st.sampled_from([HOUR, -HOUR]))
def test_a_clock_that_jumps_by_an_hour_raises_nothing_twice_and_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    told: list[list[Told]],
    random: Random,
    jump: timedelta,
) -> None:
    check_replay(told, random, tmp_path_factory.getbasetemp(), jump)


LATE = history_of("offered", "merged", "unmerged", "rectified", "withdrawn")
"""Merged and unmerged before any rung, so that everything is still to be raised."""
OVERDUE = history_of("offered", "told-progress")


@pytest.mark.parametrize(
    "seeded",
    [
        ("services.sla.packing.is_known", lambda *_: False),
        ("services.sla.packing.in_order", tuple),
    ],
    ids=["counts repeats", "keeps the order of arrival"],
)
def test_a_fold_that_depends_on_order_or_repetition_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch, seeded: tuple[str, object]
) -> None:
    """I13."""
    check_orders([LATE], in_one_order(), orders=3)
    monkeypatch.setattr(*seeded)
    with pytest.raises(AssertionError):
        check_orders([LATE], in_one_order(), orders=3)


def test_what_is_raised_twice_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """I13."""
    check_replay([OVERDUE], in_one_order(), tmp_path, HOUR)
    monkeypatch.setattr("services.sla.domain.telling.Telling._known", lambda _self, _rung: None)
    with pytest.raises(AssertionError):
        check_replay([OVERDUE], in_one_order(), tmp_path, HOUR)


async def test_who_judges_before_it_has_caught_up_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """I13: with one topic missing it speaks, where `silent` would not let it."""
    stories = stories_of(OVERDUE)
    world = World(tmp_path, JumpingClock(OVERDUE[0].recorded_at), packs=shipped())
    async with world.running():
        await lives.live(world, stories, in_one_order(), HOUR)
    world.disks["sla"] = Disk()
    monkeypatch.setattr("shared.carrier._Embedded.caught_up", lambda _self, _partition: True)

    async def speaks() -> bool:
        return any([await world.said(ticket_id) for ticket_id in stories])

    async with world.running(absent=["revisit"]):
        await until(speaks, "it speaks too early")
