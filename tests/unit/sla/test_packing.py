"""What is packed is the same when it is unpacked, and joins as the domain says."""

from datetime import UTC, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.clocks import ClockKey
from services.sla.domain.facts import Fact, take_in_all
from services.sla.domain.published import Raised, Said
from services.sla.domain.regulation import Deadline
from services.sla.packing import FactPacking, join, pack_published, unpack_published
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
            ]
        )
    )
    event_id, recorded_at = str(draw(st.uuids())), draw(moments)
    return told._replace(event_id=event_id, recorded_at=recorded_at)


@given(st.lists(facts(), max_size=6), st.randoms(use_true_random=False))
def test_records_join_as_facts_do_in_any_order_and_any_repetition(
    told: list[Fact], random: Random
) -> None:
    packing, records = FactPacking(), b""
    again = [*told, *told]
    random.shuffle(again)
    for fact in again:
        records = join(records, packing.record(fact))
    assert packing.facts(records) == take_in_all((), told)


def test_a_repeat_is_the_very_same_object() -> None:
    packing = FactPacking()
    records = join(b"", packing.record(ex.registered(MONDAY)))
    assert join(records, packing.record(ex.registered(MONDAY))) is records


said = st.builds(
    Said,
    deadline=st.builds(
        Deadline, st.none() | st.integers(0, 10**10), st.integers(0, 10**10), st.booleans()
    ),
    state=st.sampled_from(["running", "met", "missed", "met_late", "cancelled"]),
    ended_at=st.none() | moments,
    missed=st.booleans(),
    raised=st.dictionaries(
        st.sampled_from(["reminder", "warning", "level-4"]),
        st.builds(Raised, st.uuids(), st.integers(0, 9), st.booleans(), st.none() | st.text()),
    ),
)
keys = st.builds(
    ClockKey, st.sampled_from(["answer", "solve"]), st.integers(1, 9), st.uuids().map(str)
)


@given(st.dictionaries(keys, said, max_size=3))
def test_what_was_said_is_the_same_after_unpacking(published: dict[ClockKey, Said]) -> None:
    assert unpack_published(pack_published(published)) == published


def test_of_a_ticket_of_which_nothing_was_said_there_is_nothing_to_unpack() -> None:
    assert unpack_published(b"") == {}


def test_an_open_ticket_is_small() -> None:
    packing, records = FactPacking(), b""
    for fact in (ex.registered(MONDAY), ex.offered(MONDAY), ex.accepted(MONDAY)):
        records = join(
            records, packing.record(fact._replace(event_id=str(UUID(int=hash(fact) % 2**128))))
        )
    key = ClockKey("answer", 1, str(ex.IDS))
    due = int((MONDAY + timedelta(days=3)).timestamp())
    packed = pack_published({key: Said(Deadline(due - 86_400, due, provisional=False))})
    assert len(records) + len(packed) < 300
