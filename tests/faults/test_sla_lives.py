"""Fault tests 38, 39 and 41 at length: ten thousand orders, and hundreds of lives and restarts."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.sla.histories import histories
from tests.unit.sla.naive.told import Told
from tests.unit.sla.test_lives import HOUR, check_orders, check_replay, few, randoms
from tests.unit.sla.test_oracle import check_clocks, check_seeds, check_words

pytestmark = pytest.mark.faults
NO_TIME = timedelta(0)


@settings(max_examples=200)
@given(few, randoms)
@pytest.mark.timeout(1200)
def test_ten_thousand_orders_come_to_one_state(told: list[list[Told]], random: Random) -> None:
    check_orders(told, random, orders=50)


@settings(max_examples=300)
@given(told=few, random=randoms, jump=st.sampled_from([NO_TIME, HOUR, -HOUR]))
@pytest.mark.timeout(1200)
def test_a_restart_with_an_empty_store_says_what_was_said(
    tmp_path_factory: pytest.TempPathFactory,
    told: list[list[Told]],
    random: Random,
    jump: timedelta,
) -> None:
    check_replay(told, random, tmp_path_factory.getbasetemp(), jump)


@settings(max_examples=5000)
@given(histories(), randoms)
@pytest.mark.timeout(1200)
def test_thousands_of_histories_are_what_a_walk_over_minutes_finds(
    history: list[Told], random: Random
) -> None:
    check_clocks(history)
    check_words(history, random)


@pytest.mark.timeout(1200)
def test_ten_thousand_histories_by_chance_are_judged_alike() -> None:
    check_seeds(range(2_000, 12_000))
