"""The clerk who walks over minutes finds the specification's own examples, and pauses as promised.

The engine is compared with this clerk: so what the clerk says is held to the page first.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.china import countries
from shared.worktime import Calendar, PausedTime
from tests.unit.sla import examples as ex
from tests.unit.sla.histories import history_of
from tests.unit.sla.naive import minutes
from tests.unit.sla.naive.clocks import clocks
from tests.unit.sla.naive.minutes import CHINA

MINUTE = 60


def second(text: str) -> int:
    return int(ex.at(text).timestamp())


@pytest.mark.parametrize(
    ("start", "working", "due"),
    [
        ("2026-11-23 11:50", 30, "2026-11-23 13:20"),
        ("2026-11-27 17:15", 30, "2026-11-30 09:15"),
        ("2026-02-14 17:00", 60, "2026-02-24 09:30"),
        ("2026-10-10 08:00", 181, "2026-10-10 13:01"),
        ("2026-11-23 09:00", 450, "2026-11-23 17:30"),
    ],
)
def test_working_minutes(start: str, working: int, due: str) -> None:
    found = minutes.reached(CHINA, second(start), (working * MINUTE,))
    assert found == (second(due),)
    assert minutes.used(CHINA, second(start), second(due)) == working * MINUTE


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23 22:00", 1, "2026-11-24 17:30"),
        ("2026-11-21 10:00", 1, "2026-11-23 17:30"),
        ("2026-02-13 16:00", 3, "2026-02-25 17:30"),
        ("2026-09-30 11:00", 5, "2026-10-13 17:30"),
        ("2026-01-01 00:00", 1, "2026-01-04 17:30"),
    ],
)
def test_workdays(start: str, days: int, due: str) -> None:
    assert minutes.workdays_later(CHINA, second(start), days) == second(due)


def test_the_ladder_of_a_general_complaint() -> None:
    history = history_of("offered", severity="general", start=ex.at("2026-11-23 10:00"))
    (clock,) = (one for one in clocks(history, 0) if one.key[0] == "answer")
    assert {step: ex.local(at) for step, (at, _) in clock.rungs.items()} == {
        "level-1": "2026-11-24 17:30",
        "reminder": "2026-11-25 09:30",
        "warning": "2026-11-26 10:42",
        "level-2": "2026-11-26 17:30",
        "level-3": "2026-11-30 17:00",
        "level-4": "2026-12-02 16:30",
    }


def test_a_pause_moves_the_limit_by_the_days_that_it_covers_and_the_ladder_by_its_hours() -> None:
    start = second("2026-11-23 10:00")
    pauses = ((second("2026-11-24 08:00"), second("2026-11-25 12:00")),)
    due = minutes.workdays_later(CHINA, start, 3, pauses)
    whole = minutes.used(CHINA, start, due, pauses)
    shares = minutes.reached(CHINA, start, (whole // 2, whole * 8 // 10), pauses)
    assert [ex.local(at) for at in (due, *shares)] == [
        "2026-11-27 17:30",
        "2026-11-26 11:00",
        "2026-11-27 11:18",
    ]


def _pause(begin: int, length: int) -> tuple[int, int]:
    moment = second("2026-09-23 00:00") + begin * 10 * MINUTE
    return moment, moment + length * 10 * MINUTE


@settings(max_examples=40)
@given(
    st.integers(0, 20 * 24 * 60),
    st.lists(st.builds(_pause, st.integers(0, 3000), st.integers(0, 1000)), max_size=4),
    st.integers(0, 3000),
    st.integers(1, 7),
)
def test_paused_time_is_what_is_left_of_a_walk(
    minute: int, pauses: list[tuple[int, int]], amount: int, days: int
) -> None:
    """The engine measures by `PausedTime`; days off and a make-up day lie in between."""
    start = second("2026-09-21 00:00") + minute * MINUTE
    rules = ex.hotline().pack.calendar_rules("office", countries())
    paused, walked = PausedTime(Calendar(rules), pauses), tuple(pauses)
    due = minutes.workdays_later(CHINA, start, days, walked)
    assert paused.add_workdays(start, days) == due
    assert paused.measure(start, due) == minutes.used(CHINA, start, due, walked)
    if amount:
        (reached,) = minutes.reached(CHINA, start, (amount * MINUTE,), walked)
        assert paused.add(start, amount * MINUTE) == reached
