"""Which versions judge a ticket: by its time, and by the recalculations that cover it."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from services.sla.domain.facts import Fact, Facts
from services.sla.domain.orders import ORDERS, OrderRecalculation, event_of
from services.sla.domain.published import Said
from services.sla.domain.recalculation import (
    Stage,
    Versions,
    clocks_by,
    covers,
    is_open,
    stages,
    standing_by,
)
from services.sla.domain.regulation import Deadline, Regulation
from shared.contracts.sla import RecalculationOrdered
from shared.packs import Duration
from shared.testing.decider_spec import DeciderSpec
from tests.unit.sla import examples as ex

MONDAY = ex.at("2026-11-23 10:00")
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
REGISTERED = ex.registered(MONDAY)
CASE = ex.case()
COMMAND = OrderRecalculation(
    recalculation_id=ex.IDS,
    scope="open",
    from_at=None,
    until=None,
    pack="hotline-400",
    pack_version=2,
    calendar="cn",
    calendar_version=3,
    reason="规章修订",
    at=TUESDAY,
)
ORDER = event_of(COMMAND)
spec = DeciderSpec(ORDERS)


def order(**changes: Any) -> RecalculationOrdered:  # noqa: ANN401 - any of its fields
    return msgspec.structs.replace(ORDER, **changes)


def facts_of(*facts: Fact) -> Facts:
    return ex.take_in_all((), (REGISTERED, *facts))


def judged(facts: Facts, *orders: RecalculationOrdered) -> list[Stage]:
    return list(stages(facts, REGISTERED, CASE, 1, orders))


def test_a_recalculation_is_ordered_once() -> None:
    spec.given().when(COMMAND, COMMAND).then(ORDER)


def test_a_ticket_is_judged_by_the_versions_of_its_own_time() -> None:
    assert judged(facts_of()) == [Stage(Versions(pack=1, days=1))]


def test_an_open_ticket_goes_by_what_was_ordered_for_the_clocks_that_run() -> None:
    assert judged(facts_of(), ORDER) == [
        Stage(Versions(1, 1)),
        Stage(Versions(2, 3), since=TUESDAY),
    ]


def test_a_ticket_of_a_period_goes_by_it_altogether() -> None:
    period = order(scope="period", from_at=MONDAY, until=TUESDAY)
    assert judged(facts_of(), period) == [Stage(Versions(2, 3))]
    for outside in (
        order(scope="period", from_at=MONDAY + timedelta(seconds=1), until=TUESDAY),
        order(scope="period", from_at=MONDAY - timedelta(days=1), until=MONDAY),
    ):
        assert judged(facts_of(), outside) == [Stage(Versions(1, 1))]


def test_new_tickets_are_those_since_a_version_took_effect_whenever_they_were_entered() -> None:
    assert judged(facts_of(), order(scope="new", from_at=MONDAY)) == [Stage(Versions(2, 3))]
    late = replace(REGISTERED, recorded_at=WEDNESDAY)
    assert covers(order(scope="new", from_at=MONDAY), (late,), late)
    assert not covers(order(scope="new", from_at=TUESDAY), (late,), late)


def test_what_an_order_does_not_name_stays() -> None:
    days_alone = order(pack=None, pack_version=None)
    pack_alone = order(calendar=None, calendar_version=None)
    nothing = order(pack=None, pack_version=None, calendar=None, calendar_version=None)
    assert judged(facts_of(), days_alone)[-1].versions == Versions(1, 3)
    assert judged(facts_of(), pack_alone)[-1].versions == Versions(2, 1)
    assert judged(facts_of(), nothing) == [Stage(Versions(1, 1))]


def test_an_order_puts_no_ticket_under_an_older_version_than_its_own() -> None:
    """One for a time that had not passed covers tickets of versions that nobody knew then."""
    newer = ex.registered(WEDNESDAY, CASE._replace(pack_version=5))
    ahead = order(scope="new", from_at=MONDAY)
    assert newer.case is not None
    assert covers(ahead, (newer,), newer)
    found = stages((newer,), newer, newer.case, 7, [ahead])
    assert list(found) == [Stage(Versions(pack=5, days=7))]


def test_another_packs_tickets_are_not_covered() -> None:
    assert not covers(order(pack="travel-platform"), facts_of(), REGISTERED)
    assert covers(order(pack=None), facts_of(), REGISTERED)


def test_the_later_order_wins_and_one_for_open_tickets_keeps_what_had_ended_by_then() -> None:
    first = order(scope="period", from_at=MONDAY, until=TUESDAY)
    second = order(pack_version=4, at=WEDNESDAY)
    assert judged(facts_of(), first, second) == [
        Stage(Versions(2, 3)),
        Stage(Versions(4, 3), since=WEDNESDAY),
    ]
    again = order(scope="period", from_at=MONDAY, until=TUESDAY, pack_version=5, at=WEDNESDAY)
    assert judged(facts_of(), ORDER, again) == [Stage(Versions(5, 3))]


@pytest.mark.parametrize("ending", ["ticket-closed", "ticket-withdrawn", "ticket-merged"])
def test_a_ticket_that_had_ended_was_not_open(ending: Any) -> None:  # noqa: ANN401 - a fact's name
    ended = ex.fact(ending, MONDAY, recorded_at=TUESDAY)
    facts = facts_of(ended)
    assert not is_open(facts, REGISTERED, TUESDAY)
    assert is_open(facts, REGISTERED, TUESDAY - timedelta(microseconds=1))
    again = ex.fact("round-started", TUESDAY, round=2, recorded_at=WEDNESDAY)
    assert is_open((*facts, again), REGISTERED, WEDNESDAY)
    assert not is_open((*facts, again), REGISTERED, TUESDAY)


def test_a_ticket_that_was_not_entered_yet_was_not_open() -> None:
    late = replace(REGISTERED, recorded_at=WEDNESDAY)
    assert not is_open((late,), late, TUESDAY)
    assert is_open((late,), late, WEDNESDAY)


def test_whether_it_was_open_does_not_depend_on_the_order_of_hearing() -> None:
    told = (
        REGISTERED,
        ex.fact("ticket-merged", MONDAY, recorded_at=MONDAY + timedelta(hours=1)),
        ex.fact("ticket-unmerged", MONDAY, recorded_at=MONDAY + timedelta(hours=2)),
        ex.fact("ticket-closed", MONDAY, recorded_at=WEDNESDAY),
    )
    found = {is_open(ex.take_in_all((), some), REGISTERED, TUESDAY) for some in permutations(told)}
    assert found == {True}


def longer() -> Regulation:
    """Version 2: general complaints take five workdays."""
    pack = ex.hotline().pack
    (clock,) = pack.clocks
    rules = tuple(
        msgspec.structs.replace(rule, limit=Duration("5wd")) if rule.limit else rule
        for rule in clock.rules
    )
    clocks = (msgspec.structs.replace(clock, rules=rules),)
    return ex.ANSWERS.compiled(msgspec.structs.replace(pack, version=2, clocks=clocks))


def due(facts: Facts, now: datetime, since: datetime | None) -> list[tuple[int, str | None]]:
    regulations = [(ex.hotline(), None), (longer(), since)]
    found = clocks_by(regulations, facts, now)
    return [(one.regulation.pack.version, ex.local(one.deadline.due_at)) for one in found]


def test_a_clock_that_ran_when_it_was_ordered_goes_by_the_new_version() -> None:
    assert due(facts_of(), TUESDAY, TUESDAY) == [(2, "2026-11-30 17:30")]


def test_a_clock_that_had_ended_stays_with_the_version_that_it_ran_under() -> None:
    told = ex.fact("customer-notified-result", TUESDAY)
    again = ex.fact("round-started", WEDNESDAY, round=2)
    facts = facts_of(told, again)
    assert due(facts, WEDNESDAY, TUESDAY) == [(1, "2026-11-26 17:30"), (2, "2026-12-02 17:30")]
    before = TUESDAY - timedelta(microseconds=1)
    assert [version for version, _ in due(facts, WEDNESDAY, before)] == [2, 2]
    assert [version for version, _ in due(facts, WEDNESDAY, None)] == [2, 2]


def test_a_clock_that_had_ended_and_that_the_new_version_lacks_stays() -> None:
    facts = facts_of(ex.fact("customer-notified-result", MONDAY))
    none = ex.ANSWERS.compiled(msgspec.structs.replace(ex.hotline().pack, version=2, clocks=()))
    (kept,) = clocks_by([(ex.hotline(), None), (none, TUESDAY)], facts, WEDNESDAY)
    assert kept.regulation.pack.version == 1
    assert clocks_by([(ex.hotline(), None), (none, None)], facts, WEDNESDAY) == ()


def test_each_clock_comes_with_the_regulation_that_it_is_explained_by() -> None:
    told = ex.fact("customer-notified-result", TUESDAY)
    facts = facts_of(told, ex.fact("round-started", WEDNESDAY, round=2))
    found = clocks_by([(ex.hotline(), None), (longer(), TUESDAY)], facts, WEDNESDAY)
    assert [one.regulation.pack.version for one in found] == [1, 2]


def test_what_stands_is_what_an_order_leaves_alone() -> None:
    first, second = (ex.read(facts_of(), TUESDAY)[0].key._replace(round=one) for one in (1, 2))
    deadline = Deadline(None, 1, provisional=False)
    published = {first: Said(deadline, "met"), second: Said(deadline)}
    assert standing_by(published, None).keys() == {first, second}
    assert standing_by(published, ORDER).keys() == {first}
    assert standing_by(published, order(scope="period")) == {}
