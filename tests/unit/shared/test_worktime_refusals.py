"""What can't be computed is refused in a sentence."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.china import china_days
from shared.packs import shipped
from shared.worktime import (
    Calendar,
    CalendarInvalidError,
    CalendarRules,
    EndsBeforeStartError,
    NegativeAmountError,
    OutsideCalendarError,
    PausedTime,
    Span,
    Spans,
    TimeWithoutZoneError,
    TooFewWorkdaysError,
)

OFFICE_DAY: Spans = (Span(9 * 60, 12 * 60), Span(13 * 60, 17 * 60 + 30))
WEEK = (OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, (), ())


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


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


def test_time_can_not_be_measured_or_added_backwards(office: Calendar) -> None:
    start = at("2026-11-23 10:00")
    with pytest.raises(EndsBeforeStartError):
        office.measure(start, start - timedelta(seconds=1))
    with pytest.raises(EndsBeforeStartError):
        PausedTime(office, [(10, 9)])
    with pytest.raises(NegativeAmountError):
        office.add(start, timedelta(seconds=-1))
    with pytest.raises(TooFewWorkdaysError):
        office.add_workdays(start, 0)


def test_a_time_without_a_zone_is_refused(office: Calendar) -> None:
    with pytest.raises(TimeWithoutZoneError):
        office.add(datetime(2026, 11, 23, 10), timedelta(hours=1))  # noqa: DTZ001


def test_years_that_nobody_can_know_are_refused() -> None:
    calendar = Calendar(rules())
    with pytest.raises(OutsideCalendarError):
        calendar.add(datetime(1969, 1, 1, tzinfo=UTC), timedelta(hours=1))
    with pytest.raises(OutsideCalendarError):
        calendar.next_open(datetime(9999, 12, 31, 23, tzinfo=UTC))
    with pytest.raises(OutsideCalendarError):
        calendar.add(datetime(2199, 1, 1, tzinfo=UTC), timedelta(days=99))
    with pytest.raises(OutsideCalendarError):
        calendar.measure_epoch(0, 1 << 60)


@pytest.mark.parametrize(
    ("weekday", "problem"),
    [
        ((Span(600, 600),), "does not open before it closes"),
        ((Span(600, 1441),), "does not open before it closes"),
        ((Span(600, 700), Span(699, 800)), "overlap"),
        ((Span(700, 800), Span(600, 650)), "out of order"),
        ((), "no weekday has any working time"),
    ],
)
def test_a_week_that_contradicts_itself_is_refused(weekday: Spans, problem: str) -> None:
    with pytest.raises(CalendarInvalidError, match=problem):
        rules(weekly=(weekday, (), (), (), (), (), ()))


def test_days_and_zones_that_make_no_sense_are_refused() -> None:
    day = date(2026, 3, 7)
    with pytest.raises(CalendarInvalidError, match="zone 'Asia/Shangai' is unknown"):
        rules(zone="Asia/Shangai")
    with pytest.raises(CalendarInvalidError, match="both a day off and a make-up day"):
        CalendarRules(
            name="x",
            version=1,
            zone="UTC",
            weekly=WEEK,
            days_off=frozenset({day}),
            makeup_days={day: 0},
        )
    with pytest.raises(CalendarInvalidError, match="takes sunday's spans: it has none"):
        CalendarRules(name="x", version=1, zone="UTC", weekly=WEEK, makeup_days={day: 6})
