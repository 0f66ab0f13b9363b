"""When work goes on, asked of pauses in whatever order; a plain walk over them is the oracle."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.rests import Rests
from shared.worktime import Calendar, PausedTime
from tests.unit.sla import examples as ex
from tests.unit.sla import rows

MONDAY = ex.at("2026-11-23 10:00")
LATE = ex.at("2027-03-01 00:00")
HOUR = 3600
pauses = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 9)).map(lambda one: (one[0], one[0] + one[1])),
    max_size=8,
)


@given(pauses, st.integers(0, 40))
def test_work_goes_on_when_no_pause_holds_the_moment(
    told: Sequence[tuple[int, int]], moment: int
) -> None:
    rests, on, outside = Rests(told), moment, moment
    for begin, end in sorted(told):
        on = end if begin <= on < end else on
        outside = end if begin < outside < end else outside
    assert rests.going_on(moment) == on
    assert rests.outside(moment) == outside


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), max_size=12), st.randoms())
def test_pauses_that_come_one_by_one_are_the_same_as_all_at_once(
    told: list[tuple[int, int]], random: Random
) -> None:
    """Asked after each, as a clock asks that is paused again and again."""
    regulation = ex.whole("hotline-400")
    office, start = regulation.calendars["office"], int(MONDAY.timestamp())
    intervals = sorted((start + at * HOUR, start + (at + more) * HOUR) for at, more in told)
    rests = Rests()
    for number, interval in enumerate(intervals, 1):
        rests.add(*interval)
        grown, whole = rests.on(office), PausedTime(office, intervals[:number])
        days, seconds = random.randint(1, 30), random.randint(0, 200 * HOUR)
        assert grown.add_workdays(start, days) == whole.add_workdays(start, days)
        assert grown.add(start, seconds) == whole.add(start, seconds)
        assert grown.pauses == whole.pauses


def test_a_ticket_that_is_paused_again_and_again_costs_each_pause_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four times the pauses ask the calendar some four times as often, not sixteen times."""
    asked, measure = 0, Calendar.measure_epoch

    def counted(calendar: Calendar, start: int, end: int) -> int:
        nonlocal asked
        asked += 1
        return measure(calendar, start, end)

    monkeypatch.setattr(Calendar, "measure_epoch", counted)
    found = []
    for count in (50, 200):
        asked = 0
        told = [ex.registered(MONDAY, ex.case(severity="general")), ex.offered(MONDAY)]
        for number in range(count):
            at = MONDAY + ex.minutes(10 * number)
            told.append(rows.on_main("awaiting_customer", at, event=f"pause {number}"))
            on = at + ex.minutes(9)
            told.append(rows.on_main("handling-resumed", on, event=f"resumed {number}"))
        (clock,) = rows.of("hotline-400", "answer", told, LATE)
        assert len(clock.moves) == count
        found.append(asked)
    assert found[1] < 5 * found[0]
