"""The worked examples, and the corners that examples show best."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from shared.china import china_days
from shared.packs import shipped
from shared.worktime import (
    Calendar,
    CalendarRules,
    Span,
    Spans,
    epoch_of,
    round_the_clock,
)

OFFICE_DAY: Spans = (Span(9 * 60, 12 * 60), Span(13 * 60, 17 * 60 + 30))
WEEK = (OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, (), ())


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def seconds(text: str) -> int:
    return epoch_of(at(text))


def hotline() -> Calendar:
    return Calendar(shipped().named("hotline-400").calendar_rules("office", {"CN": china_days()}))


def rules(
    name: str = "office",
    zone: str = "Asia/Shanghai",
    weekly: tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans] = WEEK,
) -> CalendarRules:
    return CalendarRules(name=name, version=1, zone=zone, weekly=weekly)


@pytest.fixture(scope="module")
def office() -> Calendar:
    return hotline()


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-23 11:50", 30, "2026-11-23 13:20"),
        ("2026-11-27 17:15", 30, "2026-11-30 09:15"),
        ("2026-02-14 17:00", 60, "2026-02-24 09:30"),
        ("2026-10-10 08:00", 181, "2026-10-10 13:01"),
        ("2026-11-23 09:00", 450, "2026-11-23 17:30"),
        ("2026-11-21 10:00", 0, "2026-11-21 10:00"),
    ],
)
def test_working_time_is_added(office: Calendar, start: str, minutes: int, due: str) -> None:
    """H-14, H-29: working time goes on where it was left, and may end with its span."""
    assert office.add(at(start), timedelta(minutes=minutes)) == (at(due), False)


@pytest.mark.parametrize(
    ("start", "workdays", "due"),
    [
        ("2026-11-23 10:00", 1, "2026-11-24 17:30"),
        ("2026-11-23 22:00", 1, "2026-11-24 17:30"),
        ("2026-11-21 10:00", 1, "2026-11-23 17:30"),
        ("2026-02-13 16:00", 3, "2026-02-25 17:30"),
        ("2026-09-30 11:00", 5, "2026-10-13 17:30"),
        ("2026-01-01 00:00", 1, "2026-01-04 17:30"),
    ],
)
def test_workdays_are_added_as_the_civil_code_counts(
    office: Calendar, start: str, workdays: int, due: str
) -> None:
    """H-12, H-13: the start day is not counted; make-up days are, public holidays are not."""
    assert office.add_workdays(at(start), workdays) == (at(due), False)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-23 10:00", "2026-11-24 10:00"),
        ("2026-11-23 10:00:59", "2026-11-24 10:00:59"),
        ("2026-11-23 12:00", "2026-11-24 13:00"),
        ("2026-11-23 12:30", "2026-11-24 13:00"),
        ("2026-11-23 06:00", "2026-11-24 09:00"),
        ("2026-11-23 17:30", "2026-11-24 17:30"),
        ("2026-11-23 22:00", "2026-11-24 17:30"),
        ("2026-11-21 10:00", "2026-11-23 10:00"),
    ],
)
def test_the_same_position_a_workday_later_is_a_worked_time_of_that_day(
    office: Calendar, start: str, due: str
) -> None:
    assert office.same_position(at(start), 1) == (at(due), False)


def test_measuring_counts_open_minutes_only(office: Calendar) -> None:
    measured = office.measure(at("2026-11-23 10:00"), at("2026-11-26 17:30"))

    assert measured == (timedelta(hours=29), False)


def test_segments_show_what_was_measured(office: Calendar) -> None:
    segments = office.segments(seconds("2026-11-23 11:50"), seconds("2026-11-23 13:20"))

    assert segments == [
        (seconds("2026-11-23 11:50"), seconds("2026-11-23 12:00")),
        (seconds("2026-11-23 13:00"), seconds("2026-11-23 13:20")),
    ]


def test_the_last_seconds_of_a_span_are_worked(office: Calendar) -> None:
    due = office.add(at("2026-11-23 11:59:30"), timedelta(minutes=1))

    assert due.at == at("2026-11-23 13:00:30")


def test_a_gap_from_edge_to_edge_has_no_segments(office: Calendar) -> None:
    assert office.segments(seconds("2026-11-23 12:00"), seconds("2026-11-23 13:00")) == []


def test_no_time_has_no_segments_inside_a_span_either(office: Calendar) -> None:
    assert office.segments(seconds("2026-11-23 10:00"), seconds("2026-11-23 10:00")) == []


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23 12:00", "2026-11-23 13:00"),
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-02-14 17:30", "2026-02-24 09:00"),
    ],
)
def test_the_next_opening_is_now_or_after_the_gap(
    office: Calendar, moment: str, opens: str
) -> None:
    assert office.next_open(at(moment)).at == at(opens)


def test_around_the_clock_everything_is_worked() -> None:
    calendar = Calendar(round_the_clock())
    start = at("2026-12-31 23:59:59")

    assert calendar.add(start, timedelta(days=366)) == (start + timedelta(days=366), False)
    assert calendar.measure(start, start + timedelta(days=800)).time == timedelta(days=800)


def test_make_up_days_take_the_named_weekday_and_special_days_come_first() -> None:
    short: Spans = (Span(600, 660),)
    calendar = Calendar(
        CalendarRules(
            name="shop",
            version=1,
            zone="Asia/Shanghai",
            weekly=(*WEEK[:4], short, (), ()),
            days_off=frozenset({date(2026, 3, 2), date(2026, 3, 3)}),
            makeup_days={date(2026, 3, 7): 0, date(2026, 3, 8): 4},
            special_days={date(2026, 3, 3): (Span(0, 1),)},
        )
    )

    def worked(day: str) -> timedelta:
        return calendar.measure(at(day), at(day) + timedelta(days=1)).time

    assert worked("2026-03-02") == timedelta(0)
    assert worked("2026-03-03") == timedelta(minutes=1)
    assert worked("2026-03-07") == timedelta(hours=7, minutes=30)
    assert worked("2026-03-08") == timedelta(hours=1)


def test_a_promise_that_reaches_a_year_without_a_notice_is_provisional(office: Calendar) -> None:
    last_year_end = at("2026-12-31 16:30")

    assert not office.add(last_year_end, timedelta(hours=1)).provisional
    assert office.add(last_year_end, timedelta(hours=2)).provisional
    assert office.add_workdays(last_year_end, 1).provisional
    assert office.same_position(last_year_end, 1).provisional
    assert office.next_open(at("2026-12-31 18:00")).provisional
    assert office.measure(at("2027-03-01 10:00"), at("2027-03-01 11:00")).provisional
    assert not office.measure(at("2026-01-01 00:00"), at("2027-01-01 00:00")).provisional


def test_fractions_of_a_second_are_dropped(office: Calendar) -> None:
    start = at("2026-11-23 10:00:00.900")

    assert office.add(start, timedelta(minutes=1)).at == at("2026-11-23 10:01")
    assert office.add(start, timedelta(0)).at == start


def test_any_zone_may_ask_and_the_answer_is_in_utc(office: Calendar) -> None:
    start = datetime(2026, 11, 23, 4, 0, tzinfo=timezone(timedelta(hours=2)))

    due = office.add(start, timedelta(minutes=30)).at

    assert due == at("2026-11-23 10:30")
    assert due.tzinfo is UTC


def test_the_order_of_questions_changes_no_answer(office: Calendar) -> None:
    fresh = hotline()
    for year in (2031, 1999, 2015, 2026):
        start = datetime(year, 12, 30, 3, tzinfo=UTC)
        assert fresh.add(start, timedelta(days=3)) == hotline().add(start, timedelta(days=3))
        assert fresh.add_workdays(start, 9) == hotline().add_workdays(start, 9)
    assert fresh.measure(at("2026-11-23 10:00"), at("2026-11-26 17:30")) == office.measure(
        at("2026-11-23 10:00"), at("2026-11-26 17:30")
    )


def test_a_calendar_that_knows_one_year_is_asked_about_a_later_one() -> None:
    calendar = hotline()
    assert calendar.add_epoch(seconds("2024-11-22 17:15"), 1800) == seconds("2024-11-25 09:15")
    assert calendar.add_epoch(seconds("2026-11-27 17:15"), 1800) == seconds("2026-11-30 09:15")
