"""The answer clock of hotline-400: H-08 to H-13, H-20, and the ladder."""

from datetime import datetime, timedelta

import pytest

from services.sla.domain.clocks import Clock
from services.sla.domain.facts import Fact
from services.sla.domain.preview import preview
from services.sla.domain.published import Said
from shared.contracts.terms import Kind, Severity
from shared.packs import Classification
from shared.worktime import OutsideCalendarError, epoch_of
from tests.unit.sla import examples as ex

MONDAY = ex.at("2026-11-23 10:00")
LONG_AFTER = ex.at("2027-06-01 00:00")


def ladder(clock: Clock) -> dict[str, str | None]:
    return {rung.step: ex.local(rung.due_at) for rung in clock.rungs}


def verdicts(clock: Clock) -> dict[str, str]:
    return {rung.step: rung.verdict for rung in clock.rungs}


@pytest.mark.parametrize(
    ("clause", "kind", "severity", "start", "target", "limit"),
    [
        ("H-08", "consultation", "general", "11-23 22:00", None, "11-23 22:10"),
        ("H-09", "query", "major", "11-23 22:00", None, "11-23 22:01"),
        ("H-11", "complaint", "simple", "11-27 17:15", None, "11-27 17:45"),
        ("H-11", "service_request", "simple", "11-27 17:15", None, "11-27 17:45"),
        ("H-12", "complaint", "general", "11-23 10:00", "11-24 17:30", "11-26 17:30"),
        ("H-12", "suggestion", "general", "11-23 22:00", "11-24 17:30", "11-26 17:30"),
        ("H-12", "fault_report", "general", "11-21 10:00", "11-23 17:30", "11-25 17:30"),
        ("H-12", "complaint", "general", "02-13 16:00", "02-14 17:30", "02-25 17:30"),
        ("H-13", "complaint", "complex", "09-30 11:00", "10-13 17:30", "10-15 17:30"),
        ("H-13", "service_request", "major", "11-23 10:00", "11-30 17:30", "12-02 17:30"),
    ],
)  # fmt: skip
def test_each_clause_has_its_times(
    clause: str, kind: Kind, severity: Severity, start: str, target: str | None, limit: str
) -> None:
    begun = ex.at(f"2026-{start}")
    clock = ex.the_clock([ex.registered(begun, ex.case(kind, severity))], begun)
    assert ex.local(clock.deadline.target_at) == (target and f"2026-{target}")
    assert ex.local(clock.deadline.due_at) == f"2026-{limit}"
    found = ex.hotline().rule(ex.hotline().pack.clocks[0], ex.case(kind, severity), 1)
    assert found is not None
    assert found.clause == clause


def test_praise_has_no_clock() -> None:
    """H-12: praise has no limit."""
    assert ex.read([ex.registered(MONDAY, ex.case("praise"))], LONG_AFTER) == ()


@pytest.mark.parametrize("kind", ["consultation", "query"])
def test_consultation_and_query_have_no_ladder(kind: Kind) -> None:
    clock = ex.the_clock([ex.registered(MONDAY, ex.case(kind))], LONG_AFTER)
    assert (clock.rungs, clock.state) == ((), "missed")


def test_the_ladder_of_the_regulations_example() -> None:
    """SLA-ENGINE, the ladder: hotline-400, general, registered Mon 23 Nov 2026 10:00."""
    clock = ex.the_clock([ex.registered(MONDAY)], MONDAY)
    assert ladder(clock) == {
        "reminder": "2026-11-25 09:30",
        "warning": "2026-11-26 10:42",
        "level-1": "2026-11-24 17:30",
        "level-2": "2026-11-26 17:30",
        "level-3": "2026-11-30 17:00",
        "level-4": "2026-12-02 16:30",
    }


def test_a_limit_in_minutes_has_its_ladder_on_the_wall_clock_and_no_level_1() -> None:
    """H-11 has no target."""
    night = ex.at("2026-11-27 23:00")
    clock = ex.the_clock([ex.registered(night, ex.case(severity="simple"))], night)
    assert ladder(clock) == {
        "reminder": "2026-11-27 23:15",
        "warning": "2026-11-27 23:24",
        "level-2": "2026-11-27 23:30",
        "level-3": "2026-11-27 23:45",
        "level-4": "2026-11-28 00:00",
    }


SIMPLE = ex.case(severity="simple")
LIMIT = MONDAY + ex.minutes(30)


@pytest.mark.parametrize(
    ("told", "now", "state"),
    [
        ([], LIMIT, "running"),
        ([], LIMIT + timedelta(seconds=1), "missed"),
        ([ex.notified(LIMIT)], LONG_AFTER, "met"),
        ([ex.notified(LIMIT + timedelta(seconds=1))], LONG_AFTER, "met_late"),
        ([ex.answered(LIMIT)], LONG_AFTER, "met"),
        ([ex.notified(LONG_AFTER), ex.answered(LIMIT)], LONG_AFTER, "met"),
        ([ex.withdrawn(LIMIT)], LONG_AFTER, "cancelled"),
        ([ex.merged(LIMIT)], LONG_AFTER, "cancelled"),
        ([ex.withdrawn(LIMIT), ex.notified(LIMIT)], LONG_AFTER, "met"),
        ([ex.withdrawn(LIMIT), ex.notified(LIMIT + ex.minutes(1))], LONG_AFTER, "cancelled"),
        ([ex.notified(LIMIT - ex.minutes(1)), ex.withdrawn(LIMIT)], LONG_AFTER, "met"),
        ([ex.notified(LIMIT, 2)], LONG_AFTER, "missed"),
        ([ex.offered(MONDAY), ex.accepted(MONDAY)], LIMIT, "running"),
    ],
)
def test_the_earliest_valid_stop_by_when_it_happened_counts(
    told: list[Fact], now: datetime, state: str
) -> None:
    assert ex.the_clock([ex.registered(MONDAY, SIMPLE), *told], now).state == state


def test_a_stop_before_the_start_stops_the_clock_at_its_start() -> None:
    told = [ex.registered(MONDAY), ex.answered(MONDAY - ex.minutes(3))]
    clock = ex.the_clock(told, LONG_AFTER)
    assert clock.end is not None
    assert (clock.state, clock.end.at) == ("met", MONDAY)


def test_the_passed_target_shows_while_the_clock_runs_on() -> None:
    """H-12: target one working day."""
    target = ex.at("2026-11-24 17:30")
    told = [ex.registered(MONDAY)]
    assert ex.the_clock(told, target).target_missed_at is None
    later = ex.the_clock(told, target + ex.minutes(1))
    assert (later.state, later.target_missed_at) == ("running", epoch_of(target))


def test_each_round_has_a_new_limit_and_the_old_result_stays() -> None:
    """H-20."""
    told = [
        ex.registered(MONDAY),
        ex.notified(ex.at("2026-11-24 10:00")),
        ex.rectified(ex.at("2026-11-27 16:00")),
    ]
    first, second = ex.read(told, ex.at("2026-11-28 10:00"))
    assert (first.state, second.state) == ("met", "running")
    assert ex.local(second.deadline.due_at) == "2026-12-02 17:30"
    assert second.key.occurrence != first.key.occurrence


def test_a_new_round_cancels_the_old_ones_running_clock_and_its_miss_stays() -> None:
    told = [ex.registered(MONDAY, SIMPLE), ex.rectified(LIMIT + ex.minutes(60))]
    first = ex.the_clock(told, LONG_AFTER, 1)
    assert first.end is not None
    assert (first.state, first.end.cancelled) == ("cancelled", "next-round")
    assert first.missed_at == epoch_of(LIMIT)


def test_the_reminder_is_for_an_order_that_nobody_accepted_in_time() -> None:
    """50 %: only if no acceptance of the current work order has `at` ≤ due."""
    due = MONDAY + ex.minutes(15)
    begun = [ex.registered(MONDAY, SIMPLE), ex.offered(MONDAY)]
    at_due = ex.the_clock([*begun, ex.accepted(due)], LIMIT)
    assert verdicts(at_due)["reminder"] == "void"
    late = ex.the_clock([*begun, ex.accepted(due + timedelta(seconds=1))], LIMIT)
    assert verdicts(late)["reminder"] == "due"
    other_round = ex.the_clock([*begun, ex.accepted(MONDAY, 2)], LIMIT)
    assert verdicts(other_round)["reminder"] == "due"


def test_nobody_is_reminded_of_an_order_that_nobody_was_offered() -> None:
    clock = ex.the_clock([ex.registered(MONDAY, SIMPLE)], LIMIT)
    assert verdicts(clock) == {
        "reminder": "waiting",
        "warning": "due",
        "level-2": "due",
        "level-3": "waiting",
        "level-4": "waiting",
    }


def test_a_ticket_entered_late_waits_a_moment_for_whom_to_call_on() -> None:
    entered = MONDAY + timedelta(days=30)
    told = [ex.registered(MONDAY, recorded_at=entered)]
    soon, later = entered + timedelta(seconds=14), entered + timedelta(seconds=15)
    assert set(verdicts(ex.the_clock(told, soon)).values()) == {"waiting"}
    assert ex.the_clock(told, soon).next_at == epoch_of(later)
    assert verdicts(ex.the_clock(told, later))["level-4"] == "due"
    told.append(ex.offered(entered))
    assert set(verdicts(ex.the_clock(told, soon)).values()) == {"due"}


def test_a_rung_stands_only_if_its_time_came_while_the_clock_ran() -> None:
    stop = LIMIT + ex.minutes(1)
    clock = ex.the_clock([ex.registered(MONDAY, SIMPLE), ex.notified(stop)], LONG_AFTER)
    assert verdicts(clock) == {
        "reminder": "past",
        "warning": "past",
        "level-2": "past",
        "level-3": "void",
        "level-4": "void",
    }
    assert clock.next_at is None


def test_the_next_moment_is_when_time_alone_changes_something() -> None:
    told = [ex.registered(MONDAY, SIMPLE), ex.offered(MONDAY), ex.accepted(MONDAY)]
    moments = []
    now: int | None = epoch_of(MONDAY)
    while now is not None:
        moments.append((now - epoch_of(MONDAY)) / 60)
        now = ex.the_clock(told, MONDAY + timedelta(seconds=now - epoch_of(MONDAY))).next_at
    assert moments == [0, 24, 30, 30 + 1 / 60, 45, 60]


def test_a_promised_time_stands_whatever_todays_code_would_say() -> None:
    told = [ex.registered(MONDAY, SIMPLE)]
    (clock,) = ex.read(told, MONDAY)
    promised = clock.deadline._replace(due_at=clock.deadline.due_at + 600)
    (kept,) = ex.read(told, MONDAY, {clock.key: Said(promised)})
    assert kept.drifted
    assert kept.deadline == promised
    assert ladder(kept)["level-2"] == "2026-11-23 10:40"
    (same,) = ex.read(told, MONDAY, {clock.key: Said(clock.deadline)})
    assert not same.drifted


def test_a_deadline_in_a_year_without_a_notice_is_provisional() -> None:
    assert ex.the_clock([ex.registered(ex.at("2031-01-02 10:00"))], MONDAY).deadline.provisional
    assert not ex.the_clock([ex.registered(MONDAY)], MONDAY).deadline.provisional
    simple = ex.registered(ex.at("2031-01-02 10:00"), SIMPLE)
    assert not ex.the_clock([simple], MONDAY).deadline.provisional


def test_a_start_in_a_year_that_no_calendar_answers_for_is_refused() -> None:
    with pytest.raises(OutsideCalendarError):
        ex.read([ex.registered(ex.at("1900-01-01 00:00"))], MONDAY)


def test_a_preview_promises_what_a_ticket_would_get() -> None:
    ((name, promise),) = preview(ex.hotline(), Classification(kind="complaint"), epoch_of(MONDAY))
    clock = ex.the_clock([ex.registered(MONDAY)], MONDAY)
    assert promise is not None
    assert (name, promise.clause, promise.deadline) == ("answer", "H-12", clock.deadline)
    assert {rung.step: ex.local(rung.due_at) for rung in promise.rungs} == ladder(clock)
    ((_, none),) = preview(ex.hotline(), Classification(kind="praise"), epoch_of(MONDAY))
    assert none is None
