"""A history's order follows causes, whatever order the records came in."""

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.history import as_of, causal_order
from services.reporting.projections import RecordRow
from tests.unit.reporting.examples import MORNING, event_id, minute, row

LIFE = (
    row("registered", recorded=0, occurred=-30),
    row("offered", source="dispatch", recorded=1, cause="registered"),
    row("clock", source="sla", recorded=1, cause="registered"),
    row("completed", source="dispatch", sequence=2, recorded=30),
    row("notified", source="dispatch", sequence=3, recorded=31),
    row("scheduled", source="revisit", recorded=32, cause="notified"),
    row("concluded", source="revisit", sequence=2, recorded=60),
    row("closed", sequence=2, recorded=61, cause="concluded"),
)


def names(rows: Sequence[RecordRow]) -> list[str]:
    return [one.type.removesuffix(".v1") for one in rows]


def test_causes_come_before_what_they_caused() -> None:
    assert names(causal_order(LIFE)) == names(LIFE)


def test_a_clock_that_runs_behind_does_not_turn_cause_and_effect_around() -> None:
    cause = row("registered", recorded=10)
    effect = row("offered", source="dispatch", recorded=3, cause="registered")
    later = row("clock", source="sla", recorded=5, cause="offered")
    assert names(causal_order([later, effect, cause])) == ["registered", "offered", "clock"]


def test_a_stream_keeps_its_order_when_its_clock_jumps_back() -> None:
    first = row("offered", source="dispatch", sequence=1, recorded=9)
    second = row("accepted", source="dispatch", sequence=2, recorded=4)
    assert names(causal_order([second, first])) == ["offered", "accepted"]


def test_rows_without_a_tie_follow_the_time_that_was_asked_for() -> None:
    early = row("call", source="sla", recorded=9, occurred=1)
    late = row("visit", source="revisit", recorded=8, occurred=2)
    assert names(causal_order([late, early], "record")) == ["visit", "call"]
    assert names(causal_order([late, early], "event")) == ["call", "visit"]


def test_a_cause_that_is_not_there_holds_nothing_up() -> None:
    assert names(causal_order([row("offered", cause="elsewhere")])) == ["offered"]


def test_a_circle_of_causes_loses_no_row() -> None:
    circle = [
        row("a", source="sla", recorded=1, cause="b"),
        row("b", source="revisit", recorded=2, cause="a"),
        row("c", recorded=3, cause="c"),
    ]
    assert names(causal_order(circle)) == ["c", "a", "b"]


def test_a_repeated_row_is_shown_once() -> None:
    assert len(causal_order([*LIFE, *LIFE])) == len(LIFE)


def test_an_earlier_moment_shows_what_was_known_then_or_had_happened() -> None:
    assert names(as_of(LIFE, MORNING, "record")) == ["registered"]
    assert not as_of(LIFE, minute(-1), "record")
    assert names(as_of(LIFE, minute(-1), "event")) == ["registered"]


@given(st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_history(shuffle: random.Random) -> None:
    rows = list(LIFE)
    shuffle.shuffle(rows)
    assert causal_order(rows) == list(LIFE)


@st.composite
def tangled(draw: st.DrawFn) -> list[RecordRow]:
    """Rows of four streams, each caused by an earlier one or by none, at any times."""
    lengths = {"intake": 0, "dispatch": 0, "sla": 0, "revisit": 0}
    rows: list[RecordRow] = []
    for number in range(draw(st.integers(1, 12))):
        source = draw(st.sampled_from(sorted(lengths)))
        lengths[source] += 1
        cause = draw(st.none() | st.integers(0, number - 1)) if number else None
        rows.append(
            row(
                str(number),
                source=source,
                sequence=lengths[source],
                recorded=draw(st.integers(0, 5)),
                cause=None if cause is None else str(cause),
            )
        )
    return rows


@given(tangled(), st.randoms(use_true_random=False))
def test_every_history_respects_causes_and_streams(
    rows: list[RecordRow], shuffle: random.Random
) -> None:
    ordered = causal_order(rows)
    place = {one.event_id: index for index, one in enumerate(ordered)}
    assert set(place) == {event_id(str(number)) for number in range(len(rows))}
    for one in rows:
        if one.causation_id is not None:
            assert place[one.causation_id] < place[one.event_id]
        for other in rows:
            if one.source == other.source and one.sequence < other.sequence:
                assert place[one.event_id] < place[other.event_id]
    shuffled = list(rows)
    shuffle.shuffle(shuffled)
    assert causal_order(shuffled) == ordered
