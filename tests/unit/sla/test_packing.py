"""What is packed is the same when it is unpacked, and joins as the domain says."""

from datetime import UTC, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.sla.domain.facts import Fact
from services.sla.domain.occurrences import ClockKey
from services.sla.domain.published import Raised, Said
from services.sla.domain.regulation import Deadline
from services.sla.packing import FactPacking, Shared
from services.sla.packing_said import pack_published, unpack_published
from shared.messaging.envelope import UnreadableRecordError
from tests.unit.sla import examples as ex

MONDAY = ex.at("2026-11-23 10:00")

moments = st.datetimes(timezones=st.just(UTC))


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    when = draw(moments)
    told = draw(
        st.sampled_from(
            [
                ex.registered(when),
                ex.registered(when, ex.case("praise")),
                ex.offered(when, 3, handler="a", first_owner="b"),
                ex.offered(when, 1, helps=True),
                ex.accepted(when, 2),
                ex.withdrawn(when),
                ex.fact("extension-agreed", when, until=MONDAY, order=str(ex.ORDER)),
                ex.taken_over(when, "province", "ren-jie", "province"),
            ]
        )
    )
    return replace(
        told,
        event_id=str(draw(st.uuids())),
        recorded_at=draw(st.just(when) | moments),
        round=draw(st.just(told.round) | st.integers(0, 65_535)),
        correlation_id=draw(st.just(told.correlation_id) | st.uuids().map(str)),
    )


@given(st.lists(facts(), max_size=6), st.randoms(use_true_random=False))
def test_records_join_as_facts_do_in_any_order_and_any_repetition(
    told: list[Fact], random: Random
) -> None:
    packing, records = FactPacking(), b""
    again = [*told, *told]
    random.shuffle(again)
    for fact in again:
        records = packing.join(records, fact)
    assert packing.facts(records) == ex.take_in_all((), told)


def test_a_ticket_with_hundreds_of_facts_from_hundreds_of_traces_is_kept_whole() -> None:
    """What does not fit into a byte has room enough, and so have the facts before it."""
    packing, records = FactPacking(), b""
    told = [
        replace(
            ex.accepted(MONDAY + timedelta(seconds=number)),
            event_id=str(UUID(int=number)),
            correlation_id=str(UUID(int=number << 64)),
            actor=str(number),
        )
        for number in range(600)
    ]
    for fact in told:
        records = packing.join(records, fact)
    assert packing.facts(records) == ex.take_in_all((), told)


@pytest.mark.parametrize(
    "wrong",
    [
        {"event_id": "none"},
        {"correlation_id": ""},
        {"work_order_id": "7"},
        {"at": MONDAY.replace(tzinfo=None)},
        {"recorded_at": MONDAY.replace(tzinfo=None)},
    ],
)
def test_what_is_no_id_or_no_time_is_refused_as_unreadable(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnreadableRecordError):
        FactPacking().join(b"", replace(ex.registered(MONDAY), **wrong))


def test_a_repeat_is_the_very_same_object() -> None:
    packing = FactPacking()
    records = packing.join(b"", ex.registered(MONDAY))
    assert packing.join(records, ex.registered(MONDAY)) is records


def test_an_event_under_whose_id_others_are_correlated_is_new() -> None:
    packing, first = FactPacking(), ex.registered(MONDAY)
    root = replace(first, event_id=first.correlation_id, round=2)
    records = packing.join(packing.join(b"", first), root)
    assert packing.facts(records) == ex.take_in_all((), [first, root])
    assert packing.join(records, root) is records


def test_an_id_that_lies_across_two_others_is_a_third() -> None:
    packing, records = FactPacking(), b""
    first, second = UUID(int=1 << 64 | 2), UUID(int=3 << 64 | 4)
    across = UUID(bytes=first.bytes[8:] + second.bytes[:8])
    told = [
        replace(ex.withdrawn(MONDAY), event_id=str(UUID(int=place)), correlation_id=str(one))
        for place, one in enumerate((first, second, across))
    ]
    for fact in told:
        records = packing.join(records, fact)
    assert packing.facts(records) == ex.take_in_all((), told)


def test_what_stands_before_the_records_stays_as_it_is() -> None:
    packing, fact = FactPacking(), ex.registered(MONDAY)
    before = UUID(fact.event_id).bytes  # which makes the fact no known one
    joined = packing.join(before, fact, len(before))
    assert joined == before + packing.join(b"", fact)
    assert packing.join(joined, fact, len(before)) is joined


said = st.builds(
    Said,
    deadline=st.builds(
        Deadline, st.none() | st.integers(0, 10**10), st.integers(0, 10**10), st.booleans()
    ),
    state=st.sampled_from(["running", "paused", "met", "missed", "met_late", "cancelled"]),
    ended_at=st.none() | moments,
    missed=st.booleans(),
    moved_by=st.integers(0, 300),
    raised=st.dictionaries(
        st.sampled_from(["reminder", "warning", "level-4"]),
        st.builds(
            Raised,
            st.uuids(),
            st.integers(0, 9),
            st.booleans(),
            st.none() | st.text(),
            st.integers(0, 10**10),
        ),
    ),
)
keys = st.builds(
    ClockKey, st.sampled_from(["answer", "solve"]), st.integers(1, 9), st.uuids().map(str)
)


@given(st.dictionaries(keys, said, max_size=3))
def test_what_was_said_is_the_same_after_unpacking(published: dict[ClockKey, Said]) -> None:
    names: Shared[str] = Shared()
    assert unpack_published(pack_published(published, names), names) == published


def test_of_a_ticket_of_which_nothing_was_said_there_is_nothing_to_unpack() -> None:
    assert unpack_published(b"", Shared()) == {}


def test_an_open_ticket_is_small() -> None:
    packing, records = FactPacking(), b""
    for fact in (ex.registered(MONDAY), ex.offered(MONDAY), ex.accepted(MONDAY)):
        own_id = str(UUID(int=hash(fact) % 2**128))
        records = packing.join(records, replace(fact, event_id=own_id))
    key = ClockKey("answer", 1, str(ex.IDS))
    due = int((MONDAY + timedelta(days=3)).timestamp())
    packed = pack_published({key: Said(Deadline(due - 86_400, due, provisional=False))}, Shared())
    assert len(records) + len(packed) < 190
