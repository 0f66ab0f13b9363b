"""The due index: everything once, when it is due, whatever moved meanwhile."""

from hypothesis import given
from hypothesis import strategies as st

from services.sla.book import Shelf, Watched
from services.sla.due import DueIndex
from tests.unit.sla import examples as ex

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


def test_a_ticket_of_another_instance_is_passed_over() -> None:
    index = DueIndex()
    shelf = Shelf(1)
    index.put(shelf.ticket(str(ex.TICKET)), 100)
    shelf.close()
    assert index.take(200, 10) == []
    assert index.first() is None


def test_more_than_the_limit_is_taken_by_and_by() -> None:
    index = DueIndex()
    all_of_them = tickets(1000)
    for watched in all_of_them:
        index.put(watched, 17)
    taken = [watched for _ in range(10) for watched in index.take(10_000, 100)]
    assert set(taken) == set(all_of_them)
    assert len(taken) == 1000


@given(
    st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 400)), max_size=60),
    st.lists(st.integers(0, 120), max_size=8),
)
def test_it_agrees_with_a_plain_dictionary(
    puts: list[tuple[int, int | None]], steps: list[int]
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
            due = {number for number, moment in plain.items() if moment <= now}
            assert {one.number for one in index.take(now, 100)} == due
            plain = {number: moment for number, moment in plain.items() if moment > now}


def test_a_minute_that_is_too_full_is_taken_in_parts_and_in_order() -> None:
    index = DueIndex()
    many = tickets(10)
    for number, watched in enumerate(many):
        index.put(watched, 60 + (number * 7) % 10)
    (late,) = tickets(1)
    index.put(late, 130)
    found = [index.take(1000, 4) for _ in range(4)]
    by_moment = [many[number] for number in sorted(range(10), key=lambda one: one * 7 % 10)]
    assert found == [by_moment[:4], by_moment[4:8], [*by_moment[8:], late], []]
