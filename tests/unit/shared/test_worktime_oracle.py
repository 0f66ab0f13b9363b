"""Any calendar against a walk over minutes, in zones where the clock is changed."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.worktime import PausedTime
from tests.unit.shared.any_calendar import Around, around, seconds_from
from tests.unit.shared.worktime_oracle import MINUTE, Oracle

few = settings(max_examples=50)
"""Each example compiles a calendar, and walks over days of minutes."""


def oracle_of(place: Around) -> Oracle:
    return Oracle(place.calendar.rules, place.first_day)


@few
@given(around(), st.data())
def test_time_is_measured_as_minutes_are_counted(place: Around, data: st.DataObject) -> None:
    bounds = seconds_from(place.first_day, 6)
    start, end = sorted([data.draw(bounds), data.draw(bounds)])
    expected = oracle_of(place).measure(start, end)

    assert place.calendar.measure_epoch(start, end) == expected
    segments = place.calendar.segments(start, end)
    assert sum(closes - opens for opens, closes in segments) == expected
    assert all(start <= opens < closes <= end for opens, closes in segments)


@few
@given(around(), st.data())
def test_time_is_added_as_minutes_are_counted(place: Around, data: st.DataObject) -> None:
    oracle = oracle_of(place)
    start = data.draw(seconds_from(place.first_day, 4))
    seconds = data.draw(st.integers(0, oracle.measure(start, oracle.ends)))

    assert place.calendar.add_epoch(start, seconds) == oracle.add(start, seconds)


@few
@given(around(), st.data())
def test_the_next_opening_is_the_first_worked_second(place: Around, data: st.DataObject) -> None:
    moment = data.draw(seconds_from(place.first_day, 4))
    expected = oracle_of(place).next_open(moment)
    assume(expected is not None)

    assert place.calendar.next_open_epoch(moment) == expected


@few
@given(around(), st.data())
def test_workdays_are_counted_day_by_day(place: Around, data: st.DataObject) -> None:
    oracle = oracle_of(place)
    start = data.draw(seconds_from(place.first_day, 4))
    for number, day in enumerate(oracle.workdays_after(start), 1):
        assert place.calendar.add_workdays_epoch(start, number) == oracle.close_of(day)
        found = place.calendar.same_position_epoch(start, number)
        assert found == oracle.same_position(start, day)


@few
@given(around(), st.data())
def test_pauses_are_minutes_that_do_not_count(place: Around, data: st.DataObject) -> None:
    oracle = oracle_of(place)
    start = data.draw(seconds_from(place.first_day, 3))
    moments = seconds_from(place.first_day, 7).map(lambda moment: moment - moment % MINUTE)
    bounds = data.draw(st.lists(st.tuples(moments, moments).map(sorted), max_size=4))
    pauses = [(begin, finish) for begin, finish in bounds]
    paused = PausedTime(place.calendar, pauses)
    oracle.worked[:] = [
        minute
        for minute in oracle.worked
        if not any(begin <= minute.begins < finish for begin, finish in pauses)
    ]
    whole = oracle.measure(start, oracle.ends)

    assert paused.measure(start, oracle.ends) == whole
    seconds = data.draw(st.integers(0, whole))
    assert paused.add(start, seconds) == oracle.add(start, seconds)


@few
@given(around(), st.data())
def test_a_workday_that_pauses_cover_whole_is_not_counted(
    place: Around, data: st.DataObject
) -> None:
    oracle = oracle_of(place)
    start = data.draw(seconds_from(place.first_day, 3))
    moments = seconds_from(place.first_day, 7).map(lambda moment: moment - moment % MINUTE)
    bounds = data.draw(st.lists(st.tuples(moments, moments).map(sorted), max_size=4))
    pauses = [(begin, finish) for begin, finish in bounds]
    paused = PausedTime(place.calendar, pauses)
    counted = [
        day
        for day in oracle.workdays_after(start)
        if not all(
            any(begin <= minute.begins < finish for begin, finish in pauses)
            for minute in oracle.worked
            if minute.day == day
        )
    ]

    for number, day in enumerate(counted, 1):
        assert paused.add_workdays(start, number) == oracle.close_of(day)
        assert paused.same_position(start, number) == oracle.same_position(start, day)


@few
@given(around(), st.data())
def test_what_touches_a_year_without_a_notice_is_provisional(
    place: Around, data: st.DataObject
) -> None:
    oracle = oracle_of(place)
    bounds = seconds_from(place.first_day, 6)
    start, end = sorted([data.draw(bounds), data.draw(bounds)])
    country = place.calendar.rules.country
    years = {oracle.day_of(start).year, oracle.day_of(max(start, end - 1)).year}

    expected = country is not None and not all(country.year(year).official for year in years)
    assert place.calendar.is_provisional(start, end) == expected
