"""What a judgement costs, counted in looks and not in seconds."""

from datetime import UTC, datetime
from operator import attrgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain import occurrences, regulation
from services.sla.domain.facts import Fact
from services.sla.domain.occurrences import Start
from shared.packs import shipped
from shared.worktime import OutsideCalendarError
from tests.unit.sla import examples as ex
from tests.unit.sla import rows

MONDAY = ex.at("2026-11-23 10:00")
LATE = ex.at("2027-06-01 00:00")
DAY = 86_400


def test_each_of_many_reports_looks_for_its_end_where_it_can_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A thousand weeks of follow-ups cost a thousand looks, not a million."""
    looks, stops = 0, occurrences._stops  # noqa: SLF001 - what is counted

    def counted(fact: Fact, start: Start) -> bool:
        nonlocal looks
        looks += 1
        return stops(fact, start)

    monkeypatch.setattr(occurrences, "_stops", counted)
    reports = [
        rows.on_main("progress-unfinished", MONDAY + ex.minutes(one), event=f"report {one}")
        for one in range(1000)
    ]
    found = rows.of("hotline-400", "follow-up", [ex.registered(MONDAY), *reports], LATE)
    assert [clock.state for clock in found] == ["met"] * 999 + ["missed"]
    assert looks < 2 * len(reports)


def test_what_a_regulation_remembers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regulation, "KEPT", 3)
    shipped = ex.whole("hotline-400")
    hotline = regulation.Regulation(shipped.pack, shipped.calendars)
    plan = hotline.plans[0]
    for one in range(10):
        rule = hotline.rule(plan.clock, ex.case(), one)
        assert rule is not None
        begun = int(MONDAY.timestamp()) + one
        found, _ = hotline.promise(plan.clock, rule, begun)
        assert found == hotline.deadline(plan.clock, rule, begun)
        assert found == hotline.promise(plan.clock, rule, begun)[0]
        assert len(attrgetter("_promises")(hotline)) <= 3
        assert len(attrgetter("_rules")(hotline)) <= 3


@pytest.mark.parametrize("pack", [pack.name for pack in shipped()])
@given(start=st.integers(0, 2**32))
@settings(max_examples=20)
def test_what_is_promised_by_the_wall_clock_is_as_long_whenever_it_begins(
    pack: str, start: int
) -> None:
    """It is computed once; here it is computed for each start."""
    whole = ex.whole(pack)
    rules = [(plan.clock, rule) for plan in whole.plans for rule in plan.clock.rules]
    for clock, rule in rules:
        deadline = whole.deadline(clock, rule, start)
        assert whole.promise(clock, rule, start) == (
            deadline,
            whole.rungs(clock, rule, start, deadline),
        )


def test_a_year_that_no_calendar_answers_for_is_none_by_the_wall_clock_either() -> None:
    hotline = ex.whole("hotline-400")
    (plan,) = [plan for plan in hotline.plans if plan.clock.name == "handling-notice"]
    late = int(datetime(2199, 12, 31, 23, tzinfo=UTC).timestamp())
    assert hotline.promise(plan.clock, plan.clock.rules[0], late - DAY)
    with pytest.raises(OutsideCalendarError):
        hotline.promise(plan.clock, plan.clock.rules[0], late)
