import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.event_store import Append, Backend, Mark, StreamConflictError
from shared.eventsourcing_store import open_backend
from shared.group_commit import commit_group
from shared.tables import Delete, Fold, Insert, Put, Query, RowChange
from shared.testing.memory_store import MemoryBackend
from tests.contract.event_stores import CARDS, TABLES, Card

STREAMS = [UUID(int=number) for number in range(1, 4)]
NAMES = ["mark/a", "mark/b", "offset/a"]


def longer(card: Card | None) -> Card:
    if card is not None and len(card.note) > 3:
        raise OverflowError
    return Card(
        desk="folded", due=card.due if card else None, note=(card.note if card else "") + "+"
    )


keys = st.sampled_from(["", "a", "B", "中"])
desks = st.sampled_from([None, "", "a", "B", "中", "folded"])
dues = st.sampled_from([None, -1, 0, 7])
cards = st.builds(Card, desk=desks, due=dues, note=st.text(max_size=2))
changes: st.SearchStrategy[RowChange] = st.one_of(
    st.builds(Insert, st.just(CARDS), keys, cards),
    st.builds(Put, st.just(CARDS), keys, cards),
    st.builds(Delete, st.just(CARDS), keys, required=st.booleans()),
    st.builds(Fold, st.just(CARDS), keys, st.just(longer)),
)
marks = st.lists(st.builds(Mark, st.sampled_from(NAMES), st.integers(0, 6)), max_size=2)
appends = st.builds(
    Append,
    stream=st.sampled_from(STREAMS),
    expected_version=st.none() | st.integers(0, 3),
    events=st.lists(st.tuples(st.just("noted.v1"), st.binary(max_size=3)), max_size=2),
    marks=marks,
    places=marks,
    rows=st.lists(changes, max_size=3),
)
groups = st.lists(st.lists(appends, min_size=1, max_size=5), max_size=6)


@st.composite
def queries(draw: st.DrawFn) -> Query[Card]:
    order = draw(st.sampled_from([(), ("desk",), ("due",), ("due", "desk")]))
    columns = {"desk": desks, "due": dues}
    after = draw(st.none() | st.tuples(*(columns[name] for name in order), keys))
    return Query(
        CARDS,
        equal=draw(st.dictionaries(st.just("desk"), desks)),
        at_most=draw(st.dictionaries(st.just("due"), dues)),
        at_least=draw(st.dictionaries(st.just("desk"), desks)),
        order=order,
        after=after,
        descending=draw(st.booleans()),
        limit=draw(st.integers(0, 4)),
    )


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest) -> Callable[[], Iterator[Backend]]:
    """Open an empty store, as often as one is needed."""
    if request.param == "sqlite":
        return fresh_sqlite
    database: str = request.getfixturevalue("database")
    return lambda: fresh_postgres(database)


def fresh_sqlite() -> Iterator[Backend]:
    with tempfile.TemporaryDirectory() as folder:
        backend = open_backend(f"sqlite:{Path(folder) / 'store.db'}", "intake", TABLES)
        yield backend
        backend.close()


def fresh_postgres(database: str) -> Iterator[Backend]:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS intake CASCADE")
    backend = open_backend(database, "intake", TABLES)
    yield backend
    backend.close()


def outcome(result: int | Exception) -> object:
    if isinstance(result, StreamConflictError):
        return (result.stream, result.actual)
    return (type(result), str(result))


def state(backend: Backend, asked: list[Query[Card]]) -> object:
    return (
        [logged.event for logged in backend.read_log(0, 1000)],
        [backend.read_stream(stream) for stream in STREAMS],
        [backend.read_stream(stream, 1) for stream in STREAMS],
        backend.read_marks(""),
        [backend.read_row(CARDS, key) for key in ("", "a", "B", "中")],
        [backend.query(query) for query in asked],
    )


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(groups=groups, asked=st.lists(queries(), min_size=3, max_size=8))
def test_every_store_does_what_the_fake_does(
    fresh: Callable[[], Iterator[Backend]], groups: list[list[Append]], asked: list[Query[Card]]
) -> None:
    fake = MemoryBackend(TABLES)
    with contextmanager(fresh)() as real:
        for group in groups:
            expected = [outcome(result) for result in commit_group(fake, group)]
            assert [outcome(result) for result in commit_group(real, group)] == expected
        assert state(real, asked) == state(fake, asked)
