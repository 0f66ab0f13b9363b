"""By when a key moment's task is due, and how often a customer may be called."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from services.revisit.domain.errors import ContactedTooOftenError
from shared.packs import Duration, Outbound
from tests.unit.revisit.outbound_examples import PACK, RULES, outbound_rules
from tests.unit.support.examples import AT, HOUR

DAY = timedelta(days=1)
FRIDAY = AT + 4 * DAY
OFTEN = msgspec.structs.replace(RULES.outbound, per_day=3, per_week=3)


@pytest.mark.parametrize(
    ("task_due", "workdays", "due_at"),
    [
        ("2wd", "civil-code", datetime(2026, 11, 29, 10, tzinfo=UTC)),
        ("2wd", "same-position", datetime(2026, 11, 29, 2, tzinfo=UTC)),
        ("3h working", "civil-code", datetime(2026, 11, 27, 7, tzinfo=UTC)),
        ("3h", "civil-code", datetime(2026, 11, 27, 5, tzinfo=UTC)),
    ],
)
def test_a_task_is_due_when_the_packs_calendar_says(
    task_due: str, workdays: str, due_at: datetime
) -> None:
    """M-02: every day is a working day for these calls."""
    outbound = msgspec.structs.replace(RULES.outbound, task_due=Duration(task_due))
    pack = msgspec.structs.replace(PACK, outbound=outbound, workdays=workdays)
    assert outbound_rules(pack).due_at(FRIDAY) == due_at


def admitted(calls: list[datetime], at: datetime, outbound: Outbound = RULES.outbound) -> bool:
    rules = outbound_rules(msgspec.structs.replace(PACK, outbound=outbound))
    try:
        assert rules.admit(calls, at) == tuple(sorted([*calls, at]))
    except ContactedTooOftenError:
        return False
    return True


def test_a_customer_is_called_once_a_day_by_the_local_clock() -> None:
    """M-04."""
    late = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)  # before midnight in Shanghai
    assert admitted([], AT)
    assert not admitted([AT], AT)
    assert not admitted([AT], late)
    assert not admitted([late], AT)
    assert admitted([AT], late + timedelta(minutes=1))


def test_and_three_times_in_seven_days() -> None:
    """M-04."""
    calls = [AT, AT + DAY, AT + 2 * DAY]
    assert admitted(calls[:2], calls[2])
    assert not admitted(calls, AT + 6 * DAY)
    assert not admitted(calls, AT + 7 * DAY - timedelta(seconds=1))
    assert admitted(calls, AT + 7 * DAY)


def test_a_call_entered_late_counts_against_those_after_it() -> None:
    """M-04."""
    calls = [AT + DAY, AT + 2 * DAY, AT + 3 * DAY]
    assert not admitted(calls, AT)
    assert not admitted([AT, AT + DAY, AT + 3 * DAY], AT + 2 * DAY)
    assert admitted(calls, AT - 5 * DAY)


def test_calls_of_the_same_moment_count_each() -> None:
    """M-04."""
    assert admitted([AT, AT], AT, OFTEN)
    assert not admitted([AT, AT, AT], AT, OFTEN)


def test_a_pack_that_was_made_stricter_does_not_hold_the_past_against_the_customer() -> None:
    """M-04: what counts are the days that hold the new call."""
    assert admitted([AT, AT + HOUR, AT + 2 * HOUR, AT + DAY], AT + 30 * DAY)
