"""Any calendar against a walk over every minute, in zones where the clock changes."""

from calendar import timegm
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.worktime import Calendar, CalendarRules, PausedTime, Span, Spans, round_the_clock

ZONES = [
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
]
CHANGES = [
    date(2018, 2, 17),
    date(2018, 11, 3),
    date(2025, 12, 31),
    date(2026, 3, 7),
    date(2026, 3, 28),
    date(2026, 4, 4),
    date(2026, 10, 3),
    date(2026, 10, 24),
    date(2026, 10, 31),
]
WALK = timedelta(days=4)
MINUTE = 60


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    bounds = draw(st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True))
    bounds = sorted(bounds[: len(bounds) // 2 * 2])
    return tuple(Span(*pair) for pair in zip(bounds[::2], bounds[1::2], strict=True))


def near_days() -> st.SearchStrategy[date]:
    return st.builds(
        lambda day, after: day + timedelta(days=after), st.sampled_from(CHANGES), st.integers(0, 3)
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    days = [draw(st.one_of(st.just(()), spans(), spans())) for _ in range(6)]
    makeup_days = draw(st.dictionaries(near_days(), st.just(0), max_size=3))
    days_off = draw(st.frozensets(near_days(), max_size=3)) - makeup_days.keys()
    return Calendar(
        CalendarRules(
            name="any",
            version=1,
            zone=draw(st.sampled_from(ZONES)),
            weekly=(draw(spans()), *days),  # type: ignore[arg-type]  # seven they are
            days_off=days_off,
            makeup_days=makeup_days,
            special_days=draw(st.dictionaries(near_days(), spans(), max_size=2)),
        )
    )


def starts() -> st.SearchStrategy[int]:
    return st.builds(
        lambda day, seconds: timegm(day.timetuple()) + seconds,
        st.sampled_from(CHANGES),
        st.integers(0, 86400),
    )


def is_worked(rules: CalendarRules, minute: int) -> bool:
    """Say by the wall clock alone whether this minute is worked."""
    local = datetime.fromtimestamp(minute, ZoneInfo(rules.zone))
    day = local.date()
    today = rules.weekly[day.weekday()]
    if day in rules.makeup_days:
        today = rules.weekly[rules.makeup_days[day]]
    if day in rules.days_off:
        today = ()
    today = rules.special_days.get(day, today)
    return any(span.open <= local.hour * 60 + local.minute < span.close for span in today)


def walk(worked: Callable[[int], bool], start: int, end: int) -> int:
    total = 0
    for minute in range(start - start % MINUTE, end, MINUTE):
        if worked(minute):
            total += min(end, minute + MINUTE) - max(start, minute)
    return total


def walk_until(worked: Callable[[int], bool], start: int, seconds: int) -> int:
    minute = start - start % MINUTE
    while True:
        if worked(minute):
            here = minute + MINUTE - max(start, minute)
            if here >= seconds:
                return max(start, minute) + seconds
            seconds -= here
        minute += MINUTE


@given(calendars(), starts(), st.data())
def test_adding_and_measuring_agree_with_a_walk_over_minutes(
    calendar: Calendar, start: int, data: st.DataObject
) -> None:
    def worked(minute: int) -> bool:
        return is_worked(calendar.rules, minute)

    end = start + int(WALK.total_seconds()) - data.draw(st.integers(0, 3600))
    total = walk(worked, start, end)
    assert calendar.measure_epoch(start, end) == total
    segments = calendar.segments(start, end)
    assert sum(closes - opens for opens, closes in segments) == total
    assume(total)
    seconds = data.draw(st.integers(1, total))
    assert calendar.add_epoch(start, seconds) == walk_until(worked, start, seconds)


@given(calendars(), starts(), st.data())
def test_paused_time_agrees_with_a_walk_over_minutes_that_are_not_paused(
    calendar: Calendar, start: int, data: st.DataObject
) -> None:
    first = start - start % MINUTE
    minutes = st.integers(-600, 4 * 1440).map(lambda minute: first + minute * MINUTE)
    bounds = data.draw(st.lists(st.tuples(minutes, minutes), max_size=4))
    pauses = [(min(pair), max(pair)) for pair in bounds]
    paused = PausedTime(calendar, pauses)

    def worked(minute: int) -> bool:
        free = not any(begin <= minute < end for begin, end in pauses)
        return free and is_worked(calendar.rules, minute)

    end = start + int(WALK.total_seconds())
    total = walk(worked, start, end)
    assert paused.measure(start, end) == total
    assume(total)
    seconds = data.draw(st.integers(1, total))
    assert paused.add(start, seconds) == walk_until(worked, start, seconds)


@given(calendars(), starts(), st.integers(0, 10**8))
def test_what_is_added_is_what_is_measured(calendar: Calendar, start: int, seconds: int) -> None:
    due = calendar.add_epoch(start, seconds)

    assert calendar.measure_epoch(start, due) == seconds


@given(calendars(), starts(), st.integers(0, 10**7), st.integers(0, 10**7))
def test_measuring_is_additive_and_monotone(
    calendar: Calendar, start: int, first: int, second: int
) -> None:
    middle, end = start + first, start + first + second
    whole = calendar.measure_epoch(start, end)

    assert whole == calendar.measure_epoch(start, middle) + calendar.measure_epoch(middle, end)
    assert 0 <= calendar.measure_epoch(start, middle) <= whole <= first + second


@given(calendars(), starts(), st.integers(1, 10**7), st.data())
def test_adding_what_was_measured_comes_back_inside_a_span_and_at_its_close(
    calendar: Calendar, start: int, later: int, data: st.DataObject
) -> None:
    segments = calendar.segments(start, start + later)
    assume(segments)
    opens, closes = data.draw(st.sampled_from(segments))
    end = data.draw(st.integers(opens + 1, closes))

    assert calendar.add_epoch(start, calendar.measure_epoch(start, end)) == end


@given(calendars(), starts(), st.integers(1, 12))
def test_workdays_agree_with_a_walk_over_days(
    calendar: Calendar, start: int, workdays: int
) -> None:
    zone = ZoneInfo(calendar.rules.zone)
    first_day = datetime.fromtimestamp(start, zone).date()

    due = calendar.add_workdays_epoch(start, workdays)

    worked_days = {
        datetime.fromtimestamp(opens, zone).date() + timedelta(days=number)
        for opens, closes in calendar.segments(start, due)
        for number in range((due_day(closes, zone) - due_day(opens + 1, zone)).days + 1)
    }
    assert len(worked_days - {first_day}) == workdays
    assert calendar.next_open_epoch(due - 1) == due - 1, "it is the end of worked time"
    same = calendar.same_position_epoch(start, workdays)
    assert due_day(same, zone) == due_day(due, zone)
    assert same <= due


def due_day(moment: int, zone: ZoneInfo) -> date:
    """Return the day that a moment closes: midnight belongs to the day before it."""
    return datetime.fromtimestamp(moment - 1, zone).date()


@pytest.mark.parametrize("zone", ZONES)
def test_elapsed_time_is_the_same_in_every_zone(zone: str) -> None:
    calendar = Calendar(round_the_clock(zone=zone))

    assert calendar.add_epoch(1_700_000_000, 10**8) == 1_800_000_000
    assert calendar.measure_epoch(1_700_000_000, 1_800_000_000) == 10**8
