"""The engine against the walk over minutes where clocks are changed, and in a leap year."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain import reading
from services.sla.domain.regulation import Regulation
from shared.contracts.terms import Severity
from shared.packs.model import PackCalendar
from shared.worktime import Calendar
from tests.unit.sla import examples as ex
from tests.unit.sla.histories import history_of
from tests.unit.sla.naive.clocks import Clock, clocks
from tests.unit.sla.naive.endings import History
from tests.unit.sla.naive.minutes import Hours
from tests.unit.sla.side_by_side import as_naive, moment, take_in_records

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = Hours(BERLIN, ((60, 240), (9 * 60, 17 * 60)), workdays=(0, 1, 2, 3, 4, 5, 6))
"""01:00 to 04:00: the hour that is skipped in March, and comes twice in October, is worked."""
CHANGES = ("2026-03-28 22:00", "2026-10-24 22:00", "2028-02-27 22:00")
"""The evening before the clocks are changed; two days before 29 February."""


def nightly() -> Regulation:
    """hotline-400 in that zone, by night and by day."""
    calendar = PackCalendar(
        name="office", version=1, weekly={"monday-sunday": ("01:00-04:00", "09:00-17:00")}
    )
    pack = msgspec.structs.replace(ex.hotline().pack, zone="Europe/Berlin", calendars=(calendar,))
    return Regulation(pack, {"office": Calendar(pack.calendar_rules("office", {}))})


REGULATION = nightly()


def start_of(evening: str, minute: int) -> datetime:
    return datetime.fromisoformat(evening).replace(tzinfo=BERLIN) + timedelta(minutes=minute)


def answers(history: History, now: int, office: Hours) -> list[Clock]:
    """The only clocks that run in these nights."""
    return [clock for clock in clocks(history, now, office) if clock.key[0] == "answer"]


@pytest.mark.parametrize("evening", CHANGES)
@settings(max_examples=25)
@given(minute=st.integers(0, 36 * 60), severity=st.sampled_from(["simple", "general", "complex"]))
def test_a_changed_clock_and_a_leap_day_cost_nobody_a_minute(
    evening: str, minute: int, severity: Severity
) -> None:
    start = int(start_of(evening, minute).timestamp())
    history = history_of("offered", severity=severity, start=moment(start))
    facts = take_in_records(history)
    for now in (start, start + 30 * 86_400):
        found = reading.clocks(facts, REGULATION, moment(now))
        assert [as_naive(one) for one in found] == answers(history, now, NIGHTS)


def test_what_is_worked_in_the_hour_that_comes_twice_counts_twice() -> None:
    """The check sees a calendar that keeps one offset for the whole day."""
    start = start_of("2026-10-24 22:00", 0)
    history = history_of("offered", severity="general", start=start)
    (mine,) = answers(history, 0, NIGHTS)
    (found,) = reading.clocks(take_in_records(history), REGULATION, moment(0))
    fixed = Hours(ZoneInfo("Etc/GMT-2"), NIGHTS.spans, NIGHTS.workdays)
    assert as_naive(found).rungs == mine.rungs
    assert as_naive(found).rungs != answers(history, 0, fixed)[0].rungs
