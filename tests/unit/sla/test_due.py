"""The due index: everything once, when it is due, whatever moved meanwhile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.book import Shelf, Watched
from services.sla.due import DueIndex

SHELF = Shelf(0)


def tickets(count: int) -> list[Watched]:
    return [Watched(number, SHELF) for number in range(count)]


def test_what_is_due_is_taken_once_in_its_order() -> None:
    index = DueIndex()
    early, late, later = tickets(3)
    for watched, moment in ((later, 500), (late, 130), (early, 59)):
        index.put(watched, moment)
    assert index.first() == 59
    assert index.take(58, 10) == []
    assert index.take(130, 10) == [early, late]
    assert index.take(130, 10) == []
    assert index.first() == 500


def test_within_a_minute_the_second_counts() -> None:
    index = DueIndex()
    one, two = tickets(2)
    index.put(one, 121)
    index.put(two, 150)
    assert index.take(121, 10) == [one]
    assert index.first() == 150
    assert index.take(149, 10) == []
    assert index.take(150, 10) == [two]


def test_a_ticket_that_moved_is_due_at_its_new_moment_only() -> None:
    index = DueIndex()
    (watched,) = tickets(1)
    index.put(watched, 100)
    index.put(watched, 1000)
    assert index.first() == 1000
    assert index.take(999, 10) == []
    index.put(watched, 100)
    assert index.take(999, 10) == [watched]
    index.put(watched, None)
    assert index.first() is None


def test_more_than_the_limit_is_taken_by_and_by() -> None:
    index = DueIndex()
    all_of_them = tickets(1000)
    for watched in all_of_them:
        index.put(watched, 17)
    taken = [watched for _ in range(10) for watched in index.take(10_000, 100)]
    assert set(taken) == set(all_of_them)
    assert len(taken) == 1000


def taken_by_and_by(index: DueIndex, now: int, limit: int) -> list[Watched]:
    return [one for batch in iter(lambda: index.take(now, limit), []) for one in batch]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 400)), max_size=60),
    st.lists(st.integers(0, 120), max_size=8),
    st.integers(1, 12),
)
def test_it_agrees_with_a_plain_dictionary(
    puts: list[tuple[int, int | None]], steps: list[int], limit: int
) -> None:
    index, plain, now = DueIndex(), dict[int, int](), 0
    known = tickets(10)
    for place, (number, moment) in enumerate(puts):
        index.put(known[number], moment)
        plain.pop(number, None)
        if moment is not None:
            plain[number] = moment
        first = index.first()
        assert not plain or (first is not None and first <= min(plain.values()))
        if place % 7 == 0 and steps:
            now += steps.pop()
            due = sorted(number for number, moment in plain.items() if moment <= now)
            taken = taken_by_and_by(index, now, limit)
            assert sorted(one.number for one in taken) == due
            plain = {number: moment for number, moment in plain.items() if moment > now}


def test_of_a_minute_that_has_begun_the_earliest_are_taken_first() -> None:
    index = DueIndex()
    many = tickets(10)
    for number, watched in enumerate(many):
        index.put(watched, 60 + (number * 7) % 10)
    found = [index.take(100, 4) for _ in range(4)]
    by_moment = [many[number] for number in sorted(range(10), key=lambda one: one * 7 % 10)]
    assert found == [by_moment[:4], by_moment[4:8], by_moment[8:], []]


def test_minutes_that_are_over_are_taken_in_parts_one_after_another() -> None:
    index = DueIndex()
    early, late = tickets(10), tickets(3)
    for number, watched in enumerate(early):
        index.put(watched, 60 + number)
    for watched in late:
        index.put(watched, 130)
    found = [index.take(1000, 4) for _ in range(5)]
    assert [len(one) for one in found] == [4, 4, 4, 1, 0]
    assert {*found[0], *found[1], *found[2][:2]} == {*early}
    assert {*found[2][2:], *found[3]} == {*late}


def test_whoever_was_taken_and_is_entered_again_for_the_same_moment_is_taken_again() -> None:
    index = DueIndex()
    (watched,) = tickets(1)
    for _ in range(2):
        index.put(watched, 100)
        assert index.take(1000, 10) == [watched]
        assert index.take(1000, 10) == []


@pytest.mark.parametrize("ticks", [[127, 140], [2000]], ids=["goes on", "is over"])
def test_whoever_left_the_minute_that_has_begun_and_came_back_is_taken_once(
    ticks: list[int],
) -> None:
    index = DueIndex()
    first, watched = tickets(2)
    index.put(first, 125)
    index.put(watched, 130)
    assert index.take(126, 10) == [first]
    index.put(watched, 1000)
    index.put(watched, 130)
    assert [one for now in ticks for one in index.take(now, 10)] == [watched]
