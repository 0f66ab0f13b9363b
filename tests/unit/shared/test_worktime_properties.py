"""The laws of working time, over any calendar and over months."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.worktime import Calendar, PausedTime, round_the_clock
from tests.unit.shared.any_calendar import WHERE, Around, around, seconds_from

few = settings(max_examples=40)
"""Each example compiles a calendar over years."""
MONTHS = st.integers(0, 10**7)


@few
@given(around(), st.data(), st.integers(0, 10**8))
def test_what_is_added_is_what_is_measured(
    place: Around, data: st.DataObject, seconds: int
) -> None:
    start = data.draw(seconds_from(place.first_day, 4))
    due = place.calendar.add_epoch(start, seconds)

    assert place.calendar.measure_epoch(start, due) == seconds
    if seconds:
        assert place.calendar.measure_epoch(start, due - 1) == seconds - 1, "no earlier instant"


@few
@given(around(), st.data(), MONTHS, MONTHS)
def test_measuring_is_additive_and_monotone(
    place: Around, data: st.DataObject, first: int, second: int
) -> None:
    calendar, start = place.calendar, data.draw(seconds_from(place.first_day, 4))
    middle, end = start + first, start + first + second
    whole = calendar.measure_epoch(start, end)

    assert whole == calendar.measure_epoch(start, middle) + calendar.measure_epoch(middle, end)
    assert 0 <= calendar.measure_epoch(start, middle) <= whole <= first + second


@few
@given(around(), st.data(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_adding_in_two_steps_is_adding_at_once(
    place: Around, data: st.DataObject, first: int, second: int
) -> None:
    calendar, start = place.calendar, data.draw(seconds_from(place.first_day, 4))

    in_two = calendar.add_epoch(calendar.add_epoch(start, first), second)
    assert in_two == calendar.add_epoch(start, first + second)


@few
@given(around(), st.data(), st.integers(1, 10**6), st.integers(0, 10**6))
def test_who_starts_later_or_has_more_is_due_no_earlier(
    place: Around, data: st.DataObject, seconds: int, more: int
) -> None:
    calendar = place.calendar
    bounds = seconds_from(place.first_day, 6)
    early, late = sorted([data.draw(bounds), data.draw(bounds)])

    assert calendar.add_epoch(early, seconds) <= calendar.add_epoch(late, seconds)
    assert calendar.add_epoch(early, seconds) <= calendar.add_epoch(early, seconds + more)
    assert calendar.next_open_epoch(early) <= calendar.next_open_epoch(late)
    assert calendar.add_workdays_epoch(early, 3) <= calendar.add_workdays_epoch(late, 3)
    assert calendar.add_workdays_epoch(early, 3) < calendar.add_workdays_epoch(early, 4)


@few
@given(around(), st.data(), st.integers(1, 10**7))
def test_adding_what_was_measured_comes_back_inside_a_span_and_at_its_close(
    place: Around, data: st.DataObject, later: int
) -> None:
    calendar, start = place.calendar, data.draw(seconds_from(place.first_day, 4))
    segments = calendar.segments(start, start + later)
    assume(segments)
    opens, closes = data.draw(st.sampled_from(segments))
    end = data.draw(st.integers(opens + 1, closes))

    assert calendar.add_epoch(start, calendar.measure_epoch(start, end)) == end


@few
@given(around(), st.data(), st.integers(1, 60))
def test_the_last_workday_ends_as_its_work_ends(
    place: Around, data: st.DataObject, workdays: int
) -> None:
    calendar, start = place.calendar, data.draw(seconds_from(place.first_day, 4))
    due = calendar.add_workdays_epoch(start, workdays)

    assert due > start
    assert calendar.measure_epoch(due - 1, due) == 1
    assert start < calendar.same_position_epoch(start, workdays) <= due


@few
@given(around(), st.data(), MONTHS)
def test_without_pauses_paused_time_is_the_calendars(
    place: Around, data: st.DataObject, later: int
) -> None:
    calendar, start = place.calendar, data.draw(seconds_from(place.first_day, 4))
    paused = PausedTime(calendar, [(start + later, start + later)])

    assert paused.add(start, later) == calendar.add_epoch(start, later)
    assert paused.measure(start, start + later) == calendar.measure_epoch(start, start + later)


@pytest.mark.parametrize("zone", sorted({zone for zone, _ in WHERE}))
def test_around_the_clock_no_zone_matters(zone: str) -> None:
    calendar = Calendar(round_the_clock(zone=zone))

    assert calendar.add_epoch(1_700_000_000, 10**8) == 1_800_000_000
    assert calendar.measure_epoch(1_700_000_000, 1_800_000_000) == 10**8
