"""Clocks that follow the answer's: what becomes of them when that one's limit moves."""

from datetime import datetime, timedelta

import pytest

from services.sla.domain.facts import Fact
from shared.contracts.sla import ClockCancelled, ClockMet, EscalationWithdrawn
from tests.unit.sla import examples as ex
from tests.unit.sla import rows
from tests.unit.sla.test_moving import Desk, kinds

TRAVEL = "travel-platform"
MONDAY = ex.at("2026-11-23 10:00")
BEGUN = [ex.registered(MONDAY), ex.offered(MONDAY)]


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


HELPED = [*BEGUN, rows.help_offered(after(20))]
"""Help is due at 10:40: half of what was left of the hour."""


def agreed(minutes: float, until: float) -> Fact:
    return ex.fact("extension-agreed", after(minutes), until=after(until))


def test_help_that_was_missed_stays_missed_when_the_answer_has_longer() -> None:
    """T-08: and who was called on was called on rightly."""
    desk = Desk(TRAVEL, "help")
    desk.look(HELPED, after(20))
    assert kinds(desk.look(HELPED, after(41))) == ["warning", "level-2", "ClockMissed"]
    told = [*HELPED, agreed(50, 180)]
    assert desk.look(told, after(50)) == []
    clock = rows.the(TRAVEL, "help", told, after(50))
    assert rows.seen(clock) == ("missed", None, "2026-11-23 10:40")


@pytest.mark.parametrize(("minutes", "due"), [(15, "11:40"), (40, "11:40"), (41, "10:40")])
def test_help_has_half_of_the_limit_in_force_as_long_as_its_own_runs(
    minutes: float, due: str
) -> None:
    """T-08."""
    told = [*HELPED, agreed(minutes, 180)]
    clock = rows.the(TRAVEL, "help", told, after(60))
    assert ex.local(clock.deadline.due_at) == f"2026-11-23 {due}"


def test_help_that_was_given_is_judged_by_the_limit_of_its_day() -> None:
    """T-08: a longer time agreed to afterwards makes it no earlier."""
    done = rows.on_main("help-completed", after(45), order=rows.HELP)
    told = [*HELPED, done, agreed(50, 180)]
    assert rows.the(TRAVEL, "help", told, after(60)).state == "met_late"


def test_an_overdue_notice_that_was_given_goes_with_the_miss_that_asked_for_it() -> None:
    """H-14: and whoever was called on for it is told so."""
    desk = Desk(clock="overdue-notice")
    desk.look(BEGUN, ex.at("2026-11-26 17:31"))
    assert kinds(desk.look(BEGUN, ex.at("2026-11-27 10:40"))) == ["warning"]
    notice = rows.on_main("customer-notified-overdue", ex.at("2026-11-27 10:45"))
    (met,) = desk.look([*BEGUN, notice], notice.at)
    assert isinstance(met, ClockMet)
    result = rows.on_main("customer-notified-result", ex.at("2026-11-26 17:00"))
    cancelled, withdrawn = desk.look([*BEGUN, notice, result], ex.at("2026-11-27 12:00"))
    assert isinstance(cancelled, ClockCancelled)
    assert cancelled.reason == "restated"
    assert isinstance(withdrawn, EscalationWithdrawn)
    assert desk.look([*BEGUN, notice, result], ex.at("2026-11-27 13:00")) == []
