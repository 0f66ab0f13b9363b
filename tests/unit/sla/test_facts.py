"""The fold is a join: any order, any repetition, the same state (rule 29)."""

from datetime import timedelta
from hashlib import sha256
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.sla.domain.facts import (
    Fact,
    FactName,
    Facts,
    registration,
)
from services.sla.domain.people import acceptances, responsible_now
from tests.unit.sla import examples as ex

MONDAY = ex.at("2026-11-23 10:00")
NAMES: tuple[FactName, ...] = (
    "round-started",
    "customer-notified-result",
    "ticket-answered",
    "ticket-withdrawn",
    "ticket-merged",
    "work-order-offered",
    "work-order-accepted",
)


def state_hash(facts: Facts) -> str:
    return sha256(repr(facts).encode()).hexdigest()


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """What may have happened to a ticket; several things at one moment among it."""
    told = [ex.registered(MONDAY)]
    for number in range(draw(st.integers(0, 12))):
        name = draw(st.sampled_from(NAMES))
        when = MONDAY + timedelta(minutes=draw(st.integers(-60, 120)))
        in_round = draw(st.integers(1, 3))
        if name == "work-order-offered":
            told.append(ex.offered(when, in_round, handler=draw(st.sampled_from(["a", "b", None]))))
        elif name == "work-order-accepted":
            told.append(ex.accepted(when, in_round, draw(st.sampled_from(["a", "b"]))))
        else:
            told.append(ex.fact(name, when, round=in_round, event=f"{name} {number}"))
    return list({fact.event_id: fact for fact in told}.values())


@given(histories(), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_come_to_the_same_state(
    told: list[Fact], random: Random
) -> None:
    expected = ex.take_in_all((), told)
    again = [*told, *random.choices(told, k=len(told))]
    random.shuffle(again)
    shuffled = ex.take_in_all((), again)
    assert state_hash(shuffled) == state_hash(expected)
    now = MONDAY + timedelta(days=random.randint(0, 20))
    assert ex.read(again, now) == ex.read(told, now)
    assert responsible_now(shuffled) == responsible_now(expected)


@given(histories(), st.data())
def test_what_was_taken_in_together_or_in_parts_is_the_same(
    told: list[Fact], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(told)))
    parts = ex.take_in_all(ex.take_in_all((), told[:cut]), told[cut:])
    assert parts == ex.take_in_all(ex.take_in_all((), told[cut:]), told[:cut])


def test_without_its_registration_a_ticket_keeps_its_facts_and_starts_nothing() -> None:
    told = [ex.offered(MONDAY), ex.notified(MONDAY + ex.minutes(5))]
    facts = ex.facts_of(*told)
    assert len(facts) == 2
    assert registration(facts) is None
    assert ex.read(told, MONDAY + timedelta(days=30)) == ()
    whole = [*told, ex.registered(MONDAY)]
    assert ex.the_clock(whole, MONDAY + timedelta(days=30)).state == "met"


def test_who_handles_it_is_whom_the_newest_round_named_last() -> None:
    told = [
        ex.registered(MONDAY),
        ex.offered(MONDAY, first_owner="desk"),
        ex.accepted(MONDAY + ex.minutes(5)),
        ex.offered(MONDAY + ex.minutes(90), 2, department="field-service"),
        ex.accepted(MONDAY + ex.minutes(95), 1, "too-late"),
    ]
    now = responsible_now(ex.facts_of(*told))
    assert now is not None
    assert (now.department, now.handler, now.first_owner) == ("field-service", None, "desk")


def test_an_acceptance_entered_late_still_names_the_handler() -> None:
    """It happened before the offer was recorded: the ticket was written up later, too."""
    accepted = ex.accepted(MONDAY - ex.minutes(60))
    late = replace(accepted, recorded_at=MONDAY + ex.minutes(1))
    now = responsible_now(ex.facts_of(ex.registered(MONDAY), ex.offered(MONDAY), late))
    assert now is not None
    assert (now.department, now.handler) == ("billing", "xu-lei")


def test_an_acceptance_of_a_second_department_does_not_count_for_the_ticket() -> None:
    told = [ex.registered(MONDAY), ex.offered(MONDAY, helps=True), ex.accepted(MONDAY)]
    assert acceptances(ex.facts_of(*told)) == {}
    assert responsible_now(ex.facts_of(told[0], told[1])) is None


def test_who_took_it_over_handles_it_and_where_it_moved_is_responsible() -> None:
    """U-01, H-07: whom the ladder calls on."""
    told = [
        ex.registered(MONDAY),
        ex.offered(MONDAY, first_owner="desk"),
        ex.taken_over(MONDAY + ex.minutes(5), None, "gao-feng"),
    ]
    now = responsible_now(ex.facts_of(*told))
    assert now is not None
    assert (now.department, now.handler) == ("billing", "gao-feng")
    told.append(ex.taken_over(MONDAY + ex.minutes(9), "province-service", "ren-jie"))
    now = responsible_now(ex.facts_of(*told))
    assert now is not None
    assert now[:4] == ("province-service", "ren-jie", "desk", False)
    assert acceptances(ex.facts_of(*told)) == {}
