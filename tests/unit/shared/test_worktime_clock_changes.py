"""Zones that change their clock: spans are wall time, amounts are real time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.worktime import ALL_DAY, Calendar, CalendarRules, Span, Spans


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def every_day(zone: str, *spans: Span) -> Calendar:
    """The same spans on all days; none: around the clock."""
    daily: Spans = spans or ALL_DAY
    return Calendar(CalendarRules(name="daily", version=1, zone=zone, weekly=(daily,) * 7))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("America/Sao_Paulo", "2018-02-17", 25),
        ("America/Havana", "2026-11-01", 25),
        ("Pacific/Apia", "2011-12-29", 24),
    ],
)
def test_a_day_on_which_the_clock_changes_has_its_real_length(
    zone: str, day: str, hours: float
) -> None:
    calendar = every_day(zone)

    due = calendar.add_workdays(at(day, zone) - timedelta(hours=1), 1)

    assert due.at == at(day, zone) + timedelta(hours=hours)


def test_a_shift_over_the_skipped_hour_is_an_hour_shorter() -> None:
    calendar = every_day("Europe/Berlin", Span(60, 240))

    due = calendar.add(at("2026-03-29 00:00", "Europe/Berlin"), timedelta(hours=3))

    assert due.at == at("2026-03-30 02:00", "Europe/Berlin")


def test_a_shift_in_the_repeated_hour_is_worked_twice() -> None:
    calendar = every_day("Europe/Berlin", Span(120, 150))
    midnight = at("2026-10-25 00:00", "Europe/Berlin")

    assert calendar.measure(midnight, midnight + timedelta(hours=6)).time == timedelta(hours=1)
    assert calendar.add_workdays(midnight - timedelta(hours=1), 1).at == midnight + timedelta(
        hours=3, minutes=30
    )


def test_a_span_in_the_skipped_hour_makes_no_workday() -> None:
    calendar = every_day("Europe/Berlin", Span(130, 170))

    due = calendar.add_workdays(at("2026-03-28 12:00", "Europe/Berlin"), 1)

    assert shown(due.at, "Europe/Berlin") == "2026-03-30 02:50"


def test_a_day_that_never_was_is_no_workday() -> None:
    due = every_day("Pacific/Apia").add_workdays(at("2011-12-29 12:00", "Pacific/Apia"), 1)

    assert shown(due.at, "Pacific/Apia") == "2012-01-01 00:00"


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        ("Europe/Berlin", "2026-03-28 02:30", "2026-03-29 03:30"),  # skipped
        ("Europe/Berlin", "2026-03-28 12:00", "2026-03-29 12:00"),
        ("America/Sao_Paulo", "2018-11-03 00:30", "2018-11-04 01:30"),  # skipped from midnight on
        ("Australia/Lord_Howe", "2026-10-03 02:15", "2026-10-04 02:45"),  # half an hour skipped
    ],
)
def test_a_skipped_position_is_what_a_clock_shows_that_nobody_put_forward(
    zone: str, start: str, due: str
) -> None:
    assert shown(every_day(zone).same_position(at(start, zone), 1).at, zone) == due


@pytest.mark.parametrize(
    ("zone", "start", "before"),
    [
        ("Europe/Berlin", "2026-10-24 02:30", timedelta(hours=24)),
        ("America/Havana", "2026-10-31 00:30", timedelta(hours=24)),
        ("America/Sao_Paulo", "2018-02-16 23:30", timedelta(hours=24)),
    ],
)
def test_a_position_that_comes_twice_is_the_first_time(
    zone: str, start: str, before: timedelta
) -> None:
    begun = at(start, zone)

    assert every_day(zone).same_position(begun, 1).at == begun + before


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (timedelta(hours=23, minutes=30), "2010-11-08 00:00"),  # of the 6th
        (timedelta(hours=24, seconds=30), "2010-11-08 00:00"),  # the 7th is shown, but not for good
        (timedelta(hours=24, minutes=30), "2010-11-08 00:00"),  # the 6th again
        (timedelta(hours=25), "2010-11-09 00:00"),  # the 7th
    ],
)
def test_a_day_that_the_clock_shows_again_was_not_over(start: timedelta, due: str) -> None:
    zone = "America/St_Johns"

    found = every_day(zone).add_workdays(at("2010-11-06 00:00", zone) + start, 1)

    assert shown(found.at, zone) == due
