"""The warning that nobody told this system of next year's days off."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from services.sla import coverage
from services.sla.coverage import Coverage, uncovered_years
from shared.calendars import Calendars, digest_of
from shared.china import china_days, countries
from shared.contracts.sla import CalendarPublished, PublishedNotice
from tests.unit.sla import examples as ex
from tests.unit.sla.versioning import NEW_YEAR
from tests.unit.sla.world import JumpingClock, World
from tests.until import until

NOTICE = """
notices:
  - year: 2027
    announced_by: 国务院办公厅
    announced_on: 2026-11-05
    days_off: [2027-01-01]
"""


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    file = tmp_path / "holidays.yaml"
    file.write_text(NOTICE, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2026, 10, 31), ()),
        (date(2026, 11, 1), (2027,)),
        (date(2026, 12, 31), (2027,)),
        (date(2027, 1, 1), (2027,)),
        (date(2027, 11, 1), (2027, 2028)),
        (date(2025, 11, 30), ()),
    ],
)
def test_next_years_notice_is_missed_from_november_on_and_this_years_always(
    today: date, years: tuple[int, ...]
) -> None:
    assert uncovered_years(china_days(), today) == years


def test_an_operators_notice_ends_the_warning(notice: Path) -> None:
    assert uncovered_years(china_days(notice), date(2026, 11, 30)) == ()


def gauge() -> float | None:
    return REGISTRY.get_sample_value("huiyin_calendar_uncovered_years", {"country": "CN"})


def test_the_metric_rises_as_november_begins_in_china_and_the_log_says_it_once_a_day() -> None:
    clock = JumpingClock(ex.at("2026-10-31 23:59:59"))
    known = countries()
    watched = Coverage(lambda _now: known, clock)
    with capture_logs() as logged:
        watched.look()
        assert gauge() == 0
        clock.time += timedelta(seconds=1)
        for _ in range(3):
            watched.look()
            clock.time += timedelta(hours=7)
        assert gauge() == 1
        assert [(line["log_level"], line["years"]) for line in logged] == [("warning", (2027,))]
        clock.time += timedelta(hours=7)
        watched.look()
    assert len(logged) == 2


def test_the_metric_falls_when_the_notice_is_there(notice: Path) -> None:
    known = countries(notice)
    with capture_logs() as logged:
        Coverage(lambda _now: known, JumpingClock(ex.at("2026-11-30 10:00"))).look()
    assert gauge() == 0
    assert logged == []


def test_the_metric_falls_on_the_day_on_which_a_published_notice_takes_effect() -> None:
    clock, calendars = JumpingClock(ex.at("2026-12-30 10:00")), Calendars()
    watched = Coverage(calendars.countries, clock)
    watched.look()
    assert gauge() == 1
    notice = msgspec.convert(NEW_YEAR, PublishedNotice)
    calendars.take(
        CalendarPublished(
            calendar_id=ex.IDS,
            calendar="cn",
            version=2,
            effective_from=clock.time + timedelta(hours=1),
            notices=(notice,),
            digest=digest_of(notice),
            at=clock.time,
        )
    )
    watched.look()
    assert gauge() == 1
    clock.time += timedelta(hours=1)
    watched.look()
    assert gauge() == 0


class PatientClock(JumpingClock):
    """Lets its sleeper wait as long as there is."""

    def seconds_until(self, moment: datetime) -> float:
        return (moment - self.time).total_seconds()


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        ("2026-11-30 10:00", 3600.0),
        ("2026-11-30 23:59", 60.0),
        ("2026-11-30 23:59:59.999", 1.0),
    ],
)
async def test_it_sleeps_to_the_end_of_the_day_an_hour_at_a_time(
    now: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(how_long: float) -> None:
        slept.append(how_long)
        raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await Coverage(lambda _now: countries(), PatientClock(ex.at(now))).run()
    assert slept == [seconds]


async def test_a_running_sla_looks(tmp_path: Path) -> None:
    coverage.UNCOVERED.labels("CN").set(-1)
    async with World(tmp_path, JumpingClock(ex.at("2026-11-30 10:00"))).running():
        await until(lambda: gauge() == 1, "it looked")
