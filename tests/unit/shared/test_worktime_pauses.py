"""The ladder's shares, and what a pause does to them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from shared.china import china_days
from shared.packs import shipped
from shared.worktime import (
    Calendar,
    PausedTime,
    epoch_of,
    round_the_clock,
)


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def seconds(text: str) -> int:
    return epoch_of(at(text))


def hotline() -> Calendar:
    return Calendar(shipped().named("hotline-400").calendar_rules("office", {"CN": china_days()}))


@pytest.fixture(scope="module")
def office() -> Calendar:
    return hotline()


@pytest.mark.parametrize(
    ("percent", "due"),
    [
        (50, "2026-11-25 09:30"),
        (80, "2026-11-26 10:42"),
        (100, "2026-11-26 17:30"),
        (150, "2026-11-30 17:00"),
        (200, "2026-12-02 16:30"),
    ],
)
def test_shares_of_a_limit_in_workdays_are_shares_of_its_working_time(
    office: Calendar, percent: int, due: str
) -> None:
    """H-12: the ladder of a general complaint, registered on a Monday at 10:00."""
    start = seconds("2026-11-23 10:00")
    limit = office.add_workdays_epoch(start, 3)

    assert PausedTime(office).share(start, limit, percent) == seconds(due)


def test_a_pause_moves_a_limit_in_workdays_by_the_days_it_covers(office: Calendar) -> None:
    """H-12: the same complaint, paused from Tuesday morning to Wednesday noon."""
    start = seconds("2026-11-23 10:00")
    pause = (seconds("2026-11-24 08:00"), seconds("2026-11-25 12:00"))
    paused = PausedTime(office, [pause])
    limit = paused.add_workdays(start, 3)

    assert limit == seconds("2026-11-27 17:30")
    assert paused.share(start, limit, 50) == seconds("2026-11-26 11:00")
    assert paused.share(start, limit, 80) == seconds("2026-11-27 11:18")
    assert paused.share(start, limit, 100) == limit


def test_what_is_used_up_when_the_pause_begins_is_due_then(office: Calendar) -> None:
    pause = (seconds("2026-11-23 11:00"), seconds("2026-11-23 15:00"))
    paused = PausedTime(office, [pause])
    start = seconds("2026-11-23 10:00")

    assert paused.add(start, 3600) == seconds("2026-11-23 11:00")
    assert paused.add(start, 3601) == seconds("2026-11-23 15:00:01")


def test_two_pauses_that_leave_only_lunch_cover_the_day(office: Calendar) -> None:
    start = seconds("2026-11-23 10:00")
    morning = (seconds("2026-11-24 09:00"), seconds("2026-11-24 12:00"))
    afternoon = (seconds("2026-11-24 13:00"), seconds("2026-11-24 17:30"))

    assert PausedTime(office, [morning]).add_workdays(start, 1) == seconds("2026-11-24 17:30")
    paused = PausedTime(office, [afternoon, morning])
    assert paused.add_workdays(start, 1) == seconds("2026-11-25 17:30")


def test_the_start_day_does_not_count_even_when_it_is_paused(office: Calendar) -> None:
    whole_monday = (seconds("2026-11-23 08:00"), seconds("2026-11-23 20:00"))

    paused = PausedTime(office, [whole_monday])

    assert paused.add_workdays(seconds("2026-11-23 08:00"), 1) == seconds("2026-11-24 17:30")


def test_a_pause_after_the_limit_does_not_move_it(office: Calendar) -> None:
    later = (seconds("2026-11-25 00:00"), seconds("2026-11-26 00:00"))

    paused = PausedTime(office, [later])

    assert paused.add_workdays(seconds("2026-11-23 10:00"), 1) == seconds("2026-11-24 17:30")
    assert paused.same_position(seconds("2026-11-23 10:00"), 2) == seconds("2026-11-26 10:00")


def test_a_share_that_ends_within_a_second_is_used_at_its_end() -> None:
    paused = PausedTime(Calendar(round_the_clock()))

    assert paused.share(0, 61, 50) == 31
