"""A clock explained: its rule, its facts, and segments that add up to the figures shown."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain.clocks import Clock
from services.sla.domain.explanation import (
    Explanation,
    Extension,
    Interval,
    Pause,
    Reckoning,
    explain,
)
from services.sla.domain.facts import Case, Fact
from services.sla.domain.reading import clocks
from shared.worktime import epoch_of
from tests.unit.sla import examples as ex

FIRST = ex.at("2026-01-01 00:00")
MONDAY = ex.at("2026-11-23 10:00")
PACKS = sorted({pack.name for pack in ex.REGULATIONS.packs})
CATEGORIES = [None, "mobile-network", "broadband-repair-town", "broadband-install"]
SHARES = {"reminder": 50, "warning": 80, "level-3": 150, "level-4": 200}


def explained(told: list[Fact], now: datetime, pauses: list[Pause] | None = None) -> Explanation:
    """The only clock of the hotline's ticket."""
    clock = ex.the_clock(told, now)
    case = told[0].case
    assert case is not None
    found = explain(clock, case, epoch_of(now), pauses or [])
    assert found is not None
    return found


def spans(intervals: tuple[Interval, ...]) -> list[str]:
    return [f"{ex.local(begins)} {(ex.local(ends) or '')[11:]}" for begins, ends in intervals]


def test_a_promise_in_workdays_shows_the_days_and_the_hours_of_each() -> None:
    """H-12; SLA-ENGINE, the ladder's example: 29 hours of work from start to limit."""
    found = explained([ex.registered(MONDAY)], MONDAY + timedelta(days=1))
    assert (found.rule.clause, found.lost) == ("H-12", ())
    assert spans(found.limit.workdays) == [
        "2026-11-24 09:00 17:30",
        "2026-11-25 09:00 17:30",
        "2026-11-26 09:00 17:30",
    ]
    assert spans(found.limit.segments) == [
        "2026-11-23 10:00 12:00",
        "2026-11-23 13:00 17:30",
        "2026-11-24 09:00 12:00",
        "2026-11-24 13:00 17:30",
        "2026-11-25 09:00 12:00",
        "2026-11-25 13:00 17:30",
        "2026-11-26 09:00 12:00",
        "2026-11-26 13:00 17:30",
    ]
    assert found.limit.seconds == 29 * 3600
    assert found.target is not None
    assert len(found.target.workdays) == 1
    assert spans(found.used.segments)[-1] == "2026-11-24 09:00 10:00"


def test_time_on_the_wall_clock_is_one_segment() -> None:
    """H-11: thirty minutes, whatever the hour."""
    told = [ex.registered(MONDAY, ex.case(severity="simple")), ex.notified(MONDAY + ex.minutes(9))]
    found = explained(told, MONDAY + timedelta(days=1))
    assert spans(found.limit.segments) == ["2026-11-23 10:00 10:30"]
    assert (found.used.seconds, found.limit.seconds) == (9 * 60, 30 * 60)
    assert found.limit.workdays == ()


def test_pauses_leave_gaps_and_a_workday_that_they_cover_does_not_count() -> None:
    """A lunch break between two pauses is no work: both cover their day together."""
    morning = Pause(
        "awaiting_customer",
        epoch_of(ex.at("2026-11-24 08:00")),
        epoch_of(ex.at("2026-11-24 12:30")),
        ("a", "b"),
    )
    afternoon = Pause("force_majeure", epoch_of(ex.at("2026-11-24 12:45")), None, ("c",))
    now = ex.at("2026-11-25 11:00")
    found = explained([ex.registered(MONDAY)], now, [afternoon, morning])
    assert spans(found.used.segments) == ["2026-11-23 10:00 12:00", "2026-11-23 13:00 17:30"]
    assert spans(found.limit.workdays) == ["2026-11-25 09:00 17:30", "2026-11-26 09:00 17:30"]
    assert spans(found.limit.segments)[2:4] == ["2026-11-25 11:00 12:00", "2026-11-25 13:00 17:30"]
    assert found.pauses == (afternoon, morning)


def test_the_rules_that_lost_are_those_that_fit_and_name_less() -> None:
    carrier = ex.REGULATIONS.newest("telecom-carrier")
    assert carrier is not None
    case = ex.case()._replace(pack="telecom-carrier", category="mobile-network-coverage")
    (clock,) = (
        one
        for one in clocks((ex.registered(MONDAY, case),), carrier, MONDAY)
        if one.key.name == "answer"
    )
    found = explain(clock, case, epoch_of(MONDAY))
    assert found is not None
    fitting = carrier.pack.rules("answer", case)
    assert (found.rule, *found.lost) == fitting
    assert len(fitting) > 1


def test_an_extension_is_handed_through() -> None:
    longer = Extension("e", epoch_of(MONDAY) + 86_400, None)
    case = ex.case()
    clock = ex.the_clock([ex.registered(MONDAY, case)], MONDAY)
    found = explain(clock, case, epoch_of(MONDAY), (), [longer])
    assert found is not None
    assert found.extensions == (longer,)


def test_a_clock_that_its_pack_knows_no_more_is_not_explained() -> None:
    clock = ex.the_clock([ex.registered(MONDAY)], MONDAY)
    praise = ex.case(kind="praise")
    assert explain(clock, praise, epoch_of(MONDAY)) is None


def reclassified(when: datetime, case: Case) -> Fact:
    return ex.fact("ticket-reclassified", when, case)


def test_a_clock_that_another_class_ended_is_explained_by_the_class_that_it_had() -> None:
    """H-10: nobody owes a query a notice of how it is handled; no rule says so."""
    query = reclassified(MONDAY + ex.minutes(5), ex.case("query"))
    told = ex.facts_of(ex.registered(MONDAY), query)
    hotline = ex.whole("hotline-400")
    now = MONDAY + timedelta(days=1)
    clock = next(one for one in clocks(told, hotline, now) if one.key.name == "handling-notice")
    found = explain(clock, ex.case(), epoch_of(now))
    assert found is not None
    assert (found.rule.clause, found.limit.seconds, found.used.seconds) == ("H-10", 7_200, 300)


def test_a_target_that_had_passed_before_another_class_came_is_explained_too() -> None:
    case = ex.case()._replace(pack="travel-platform")
    major = reclassified(MONDAY + ex.minutes(50), case._replace(severity="major"))
    told, travel = ex.facts_of(ex.registered(MONDAY, case), major), ex.whole("travel-platform")
    (clock,) = clocks(told, travel, MONDAY + ex.minutes(55))
    found = explain(clock, case, epoch_of(MONDAY + ex.minutes(55)))
    assert found is not None
    assert found.target is not None
    assert found.target.until == clock.deadline.target_at
    assert (found.rule.clause, found.target.seconds) == ("T-03", 30 * 60)


starts = st.integers(0, 360 * 24 * 3600).map(lambda count: FIRST + timedelta(seconds=count))
cases = st.builds(
    lambda pack, kind, severity, category: Case(
        "crm", pack, 1, kind, severity, "phone", "standard", category
    ),
    st.sampled_from(PACKS),
    st.sampled_from(["complaint", "fault_report", "consultation", "query"]),
    st.sampled_from(["simple", "general", "complex", "major"]),
    st.sampled_from(CATEGORIES),
)
ends = st.one_of(st.none(), st.integers(0, 20 * 24 * 3600))


@settings(max_examples=150, deadline=None)
@given(starts, cases, ends, st.integers(0, 30 * 24 * 3600))
def test_the_segments_add_up_to_every_figure_of_every_clock(
    start: datetime, case: Case, stop: int | None, passed: int
) -> None:
    told = [ex.registered(start, case)]
    if stop is not None:
        told.append(ex.notified(start + timedelta(seconds=stop)))
    regulation = ex.REGULATIONS.of(case)
    now = start + timedelta(seconds=passed)
    for clock in clocks(ex.facts_of(*told), regulation, now):
        found = explain(clock, case, epoch_of(now))
        assert found is not None
        _check_promises(clock, found)
        _check_used(clock, found, epoch_of(now))
        _check_rungs(clock, found)


def _check_promises(clock: Clock, found: Explanation) -> None:
    due = [(found.rule.limit, found.limit, clock.deadline.due_at)]
    if found.target is not None:
        due.append((found.rule.target, found.target, clock.deadline.target_at or 0))
    for promised, reckoned, at in due:
        assert promised is not None
        assert reckoned.until == at
        _check_segments(clock, reckoned)
        if promised.measure == "workdays":
            assert len(reckoned.workdays) == promised.amount
        else:
            assert reckoned.seconds == promised.amount
            assert reckoned.workdays == ()


def _check_used(clock: Clock, found: Explanation, now: int) -> None:
    _check_segments(clock, found.used)
    until = found.used.until
    begun = epoch_of(clock.started_at)
    assert until == (epoch_of(clock.end.at) if clock.end else max(now, begun))
    # What is used and what is left are the whole: measured by two different sums.
    limit, used = found.limit, found.used
    late = [one for one in used.segments if one[1] > limit.until]
    beyond = sum(ends - max(begins, limit.until) for begins, ends in late)
    left = [one for one in limit.segments if one[1] > until]
    unused = sum(ends - max(begins, until) for begins, ends in left)
    assert used.seconds - beyond == limit.seconds - unused


def _check_rungs(clock: Clock, found: Explanation) -> None:
    for rung, reckoned in zip(clock.rungs, found.rungs, strict=True):
        assert reckoned.until == rung.due_at
        _check_segments(clock, reckoned)
        if rung.step in SHARES:
            share = -(-found.limit.seconds * SHARES[rung.step] // 100)
            assert reckoned.seconds == share


def _check_segments(clock: Clock, found: Reckoning) -> None:
    """In order, without overlaps, within the time that they are about."""
    assert all(begins < ends for begins, ends in found.segments)
    assert all(one[1] <= after[0] for one, after in pairwise(found.segments))
    if found.segments:
        assert epoch_of(clock.started_at) <= found.segments[0][0]
        assert found.segments[-1][1] <= found.until


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_has_a_clock_that_is_explained(pack: str) -> None:
    """Else the property above would say nothing of it."""
    case = ex.case()._replace(pack=pack)
    regulation = ex.REGULATIONS.of(case)
    found = clocks((ex.registered(MONDAY, case),), regulation, MONDAY)
    assert found
