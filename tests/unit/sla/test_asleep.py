"""Tickets asleep and awake: nobody who asks for one, or for all, can tell which it was."""

import weakref
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.sla.asleep import NEVER, Asleep, Row, doze, laid_down, rouse, second_of
from services.sla.book import Shelf, Watched
from services.sla.due import DueIndex
from services.sla.taking import Taken, content_of, taken_of, unchanged
from services.sla.tickets import Sleepers
from services.sla.watched import HEAD

LATE = 1_800_000_000
numbers = st.integers(0, 6)


def kept(version: int, limit: int = 0, facts: bytes = b"") -> bytes:
    return HEAD.pack(version, limit, 0, 0) + facts


def asleep(*told: tuple[int, bytes, int | None]) -> Asleep:
    rows = [
        Row(number.to_bytes(16), doze(one, b"sample"), second_of(moment))
        for number, one, moment in told
    ]
    return Asleep(laid_down(rows, b"sample"))


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_what_dozes_is_roused_as_it_was(facts: bytes, sample: bytes) -> None:
    whole = kept(7, 99, facts)
    assert rouse(doze(whole, sample), sample) == whole


def test_a_head_lies_open_and_much_of_the_rest_is_as_in_the_sample() -> None:
    whole = kept(7, 99, bytes(range(200)))
    dozing = doze(whole, bytes(range(200)))
    assert dozing[: HEAD.size] == whole[: HEAD.size]
    assert len(dozing) < HEAD.size + 20


def test_each_is_found_by_its_number_and_woken_once() -> None:
    few = asleep((300, kept(3), 50), (1, kept(1), None), (20, kept(2, LATE), 40))
    assert [few.number(place) for place in few.places] == [1, 20, 300]
    assert [few.number(place) for place in few.order] == [20, 300]
    assert few.place(21) is None
    place = few.place(20)
    assert place is not None
    assert few.limit(place) == LATE
    assert few.wake(place) == (kept(2, LATE), 40)
    assert few.place(20) is None
    assert len(few) == 2
    assert [int.from_bytes(row.number) for row in few.rows()] == [1, 300]


def test_moments_that_four_bytes_do_not_hold_are_near_enough() -> None:
    assert second_of(1 << 40) == NEVER - 1
    assert (second_of(None), second_of(-5), second_of(LATE)) == (NEVER, 0, LATE)


def fall(shelf: Shelf, index: DueIndex, taken: Taken | None = None) -> None:
    """As the watch lets them, when a snapshot was written."""
    taken = taken or taken_of(shelf, (), set())
    falling = unchanged(shelf, taken, set())
    for watched in falling:
        index.put(watched, None)
    shelf.tickets.lie_down(content_of(taken).tickets, falling)
    index.follow(Sleepers(shelf.tickets))


def a_shelf(*told: int, first: int = LATE, apart: int = 1) -> tuple[Shelf, DueIndex]:
    shelf, index = Shelf(0), DueIndex()
    for number in told:
        index.put(shelf.numbered(number), first + apart * number)
    return shelf, index


def test_the_next_snapshot_copies_who_sleeps() -> None:
    shelf, index = a_shelf(1, 2, 3)
    fall(shelf, index)
    before = list(shelf.tickets.asleep.rows())
    shelf.numbered(2).records = b"more"
    fall(shelf, index)
    after = list(shelf.tickets.asleep.rows())
    assert len(shelf.tickets.asleep) == len(after) == 3
    assert (after[0], after[2]) == (before[0], before[2])
    assert shelf.numbered(2).records == b"more"


def test_who_wakes_or_changes_while_a_snapshot_is_written_is_in_it_and_stays_awake() -> None:
    shelf, index = a_shelf(1, 2, 3)
    fall(shelf, index)
    awake = shelf.numbered(1)
    taken = taken_of(shelf, (), set())
    awake.records = b"more"
    woken = shelf.numbered(2)
    written = Asleep(content_of(taken).tickets)
    assert [written.number(place) for place in written.places] == [1, 2, 3]
    fall(shelf, index, taken)
    assert shelf.numbered(1) is awake
    assert shelf.numbered(2) is woken
    assert (len(shelf.tickets), len(shelf.tickets.asleep)) == (3, 1)


def test_whose_moment_moves_while_a_snapshot_is_written_is_due_at_the_new_one() -> None:
    shelf, index = a_shelf(1)
    taken = taken_of(shelf, (), set())
    index.put(shelf.numbered(1), LATE + 900)
    fall(shelf, index, taken)
    assert index.take(LATE + 899, 9) == []
    assert len(index.take(LATE + 900, 9)) == 1


def test_who_is_needed_stays_awake() -> None:
    shelf, _ = a_shelf(1, 2, 3, 4)
    shelf.drifted.add(shelf.numbered(1))
    shelf.traces[shelf.numbered(2)] = "heard", "trace"
    waiting = {shelf.numbered(3)}
    taken = taken_of(shelf, (), waiting)
    assert [one.number for one in unchanged(shelf, taken, set())] == [4]
    assert [one.number for one in unchanged(shelf, taken_of(shelf, (), set()), waiting)] == [4]


def test_of_one_that_fell_asleep_nothing_is_left_in_the_index_but_its_moment() -> None:
    shelf, index = a_shelf(1)
    before = shelf.numbered(1)
    fall(shelf, index)
    assert index.first() == LATE + 1
    assert index.take(LATE, 9) == []
    assert not shelf.tickets.awake
    [found] = index.take(LATE + 1, 9)
    assert found is shelf.numbered(1)
    assert found is not before
    assert index.first() is None


def test_who_fell_asleep_in_the_minute_that_has_begun_is_taken_once() -> None:
    shelf, index = a_shelf(1, 2)
    assert len(index.take(LATE + 1, 9)) == 1
    fall(shelf, index)
    assert [one.number for one in index.take(LATE + 2, 9)] == [2]
    assert index.take(LATE + 900, 9) == []


def test_many_of_one_second_are_woken_no_faster_than_they_are_taken() -> None:
    shelf, index = Shelf(0), DueIndex()
    for number in range(100):
        index.put(shelf.numbered(number), LATE + number // 90 * 60)
    fall(shelf, index)
    assert index.first() == LATE
    assert not shelf.tickets.awake
    assert len(index.take(LATE + 900, 10)) == 10
    assert len(shelf.tickets.asleep) == 90
    assert len(all_of(index, LATE + 900, 10)) == 90


def test_of_what_the_last_snapshot_had_nothing_is_kept() -> None:
    shelf, index = a_shelf(1, 2)
    fall(shelf, index)
    before = weakref.ref(shelf.tickets.asleep)
    index.put(shelf.numbered(1), LATE + 50)  # the index knew of it as the first
    fall(shelf, index)
    assert before() is None


def test_a_shelf_that_closed_wakes_nobody() -> None:
    shelf, index = a_shelf(1)
    fall(shelf, index)
    shelf.close()
    assert len(shelf.tickets) == 0
    assert index.first() is None
    assert index.take(LATE + 900, 9) == []


class Step(NamedTuple):
    """What happens to one of the tickets, or to all."""

    what: str
    number: int
    moment: int | None


steps = st.builds(
    Step,
    st.sampled_from(["ask", "change", "put", "fall", "take", "forget", "write"]),
    numbers,
    st.none() | st.integers(1, 300),
)


@given(st.lists(steps, max_size=60), st.integers(1, 8))
def test_it_agrees_with_plain_dictionaries(told: Sequence[Step], limit: int) -> None:
    """Whatever happens, before and while a snapshot is written."""
    moments, known = {one: 40 * one for one in range(5)}, dict.fromkeys(range(5), b"")
    shelf, index = a_shelf(*known, first=0, apart=40)
    fall(shelf, index)
    now, taken = 0, None
    for count, (what, number, moment) in enumerate(told):
        match what:
            case "ask":
                assert (shelf.tickets.numbered(number) is not None) == (number in known)
            case "change":
                records = known[number] = f"{count}".encode()
                shelf.numbered(number).records = records
            case "put":
                watched = shelf.numbered(number)
                known.setdefault(number, watched.records)
                index.put(watched, moment)
                moments.pop(number, None)
                if moment is not None:
                    moments[number] = moment
            case "write":
                taken = taken_of(shelf, (), set())
            case "fall":
                fall(shelf, index, taken)
                taken = None
            case "forget" if number in known:
                index.put(shelf.numbered(number), None)
                shelf.forget(str(UUID(int=number)))
                del known[number]
                moments.pop(number, None)
                taken = None  # as a replay: what is being written counts no more
            case "take":
                now += moment or 0
                due = {one for one, at in moments.items() if at <= now}
                assert all_of(index, now, limit) == sorted(due)
                moments = {one: at for one, at in moments.items() if one not in due}
            case _:
                pass
        check(shelf, known)
        first = index.first()
        assert not moments or (first is not None and first <= min(moments.values()))
    assert {one: shelf.numbered(one).records for one in shelf.tickets.numbers()} == known


def all_of(index: DueIndex, now: int, limit: int) -> list[int]:
    """Each is judged then, and has no other moment."""
    batches: Iterable[list[Watched]] = iter(lambda: index.take(now, limit), [])
    found = [watched for batch in batches for watched in batch]
    for watched in found:
        index.put(watched, None)
    return sorted(one.number for one in found)


def check(shelf: Shelf, known: dict[int, bytes]) -> None:
    assert sorted(shelf.tickets.numbers()) == sorted(known)
    assert len(shelf.tickets) == len(known)
