"""What a judgement costs, counted in looks and not in seconds."""

from operator import attrgetter

import pytest

from services.sla.domain import occurrences, regulation
from services.sla.domain.facts import Fact
from services.sla.domain.occurrences import Start
from tests.unit.sla import examples as ex
from tests.unit.sla import rows

MONDAY = ex.at("2026-11-23 10:00")
LATE = ex.at("2027-06-01 00:00")


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
