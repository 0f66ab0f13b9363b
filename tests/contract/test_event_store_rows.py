import itertools

import msgspec
import pytest

from shared.event_store import Append, RowConflictError
from shared.group_commit import EventStore, commit_group
from shared.tables import Column, Delete, Fold, Insert, Put, Query, RowChange, Table
from tests.contract.event_stores import CARDS, COUNTS, Card, Count, Stand


async def change(store: EventStore, *changes: RowChange) -> None:
    await store.append(Append(rows=changes))


class Blob(msgspec.Struct, frozen=True):
    data: bytes


class Blobs(Table[Blob]):
    """No JSON."""

    def encode(self, row: Blob) -> bytes:
        return row.data

    def decode(self, body: bytes) -> Blob:
        return Blob(bytes(body))


async def test_a_table_may_keep_bytes_as_they_are(stand: Stand) -> None:
    blobs = Blobs("blobs", Blob)
    store = EventStore(stand.open([blobs]))
    for times in (1, 10_000, 100):
        blob = Blob(bytes(range(256)) * times)
        await change(store, Put(blobs, "1", blob))
        assert await store.get(blobs, "1") == blob
    await store.close()


async def test_a_row_is_inserted_once(store: EventStore) -> None:
    await change(store, Insert(CARDS, "1", Card("north")))
    with pytest.raises(RowConflictError) as conflict:
        await change(store, Put(CARDS, "2", Card()), Insert(CARDS, "1", Card("south")))
    assert (conflict.value.table, conflict.value.key) == ("cards", "1")
    assert await store.get(CARDS, "1") == Card("north")
    assert await store.get(CARDS, "2") is None


async def test_one_append_may_change_a_row_several_times(store: EventStore) -> None:
    def one_more(count: Count | None) -> Count:
        return Count((count or Count(10)).total + 1)

    await change(
        store,
        Insert(COUNTS, "a", Count(1)),
        Fold(COUNTS, "a", one_more),
        Put(COUNTS, "b", Count(5)),
        Delete(COUNTS, "b", required=True),
        Insert(COUNTS, "b", Count(6)),
        Fold(COUNTS, "c", one_more),
        Delete(COUNTS, "d"),
    )
    counts = [await store.get(COUNTS, key) for key in "abcd"]
    assert counts == [Count(2), Count(6), Count(11), None]


async def test_a_row_is_put_whether_or_not_there_was_one(store: EventStore) -> None:
    for card in (Card("north", 1), Card(None, None, "again")):
        await change(store, Put(CARDS, "1", card))
        assert await store.get(CARDS, "1") == card
    assert await store.query(Query(CARDS, {"desk": "north"})) == []
    assert await store.query(Query(CARDS, {"desk": None})) == [("1", Card(None, None, "again"))]


async def test_a_row_that_had_to_be_there_is_deleted_once(store: EventStore) -> None:
    await change(store, Put(CARDS, "1", Card()))
    await change(store, Delete(CARDS, "1", required=True))
    assert await store.get(CARDS, "1") is None
    with pytest.raises(RowConflictError):
        await change(store, Put(CARDS, "2", Card()), Delete(CARDS, "1", required=True))
    assert await store.get(CARDS, "2") is None
    await change(store, Delete(CARDS, "1"))


async def test_a_fold_sees_what_the_group_made_before_it(stand: Stand) -> None:
    backend = stand.open()
    seen: list[Count | None] = []

    def note(count: Count | None) -> Count | None:
        seen.append(count)
        return None if count == Count(1) else Count((count or Count()).total + 1)

    fold = Append(rows=[Fold(COUNTS, "a", note)])
    commit_group(backend, [fold, fold, Append(rows=[Put(COUNTS, "a", Count(5))]), fold])
    assert seen == [None, Count(1), Count(5)]
    assert backend.read_row(COUNTS, "a") == Count(6)
    commit_group(backend, [Append(rows=[Delete(COUNTS, "a")]), fold])
    assert backend.read_row(COUNTS, "a") == Count(1)
    backend.close()


async def test_rows_of_other_tables_are_others(store: EventStore) -> None:
    await change(store, Put(CARDS, "1", Card()), Insert(COUNTS, "1", Count(3)))
    assert await store.get(COUNTS, "1") == Count(3)
    await change(store, Delete(COUNTS, "1"))
    assert await store.get(CARDS, "1") == Card()


CASES = {
    f"{number:02}": Card(desk, due)
    for number, (desk, due) in enumerate(
        itertools.product((None, "", "B", "a", "中", "\U0001f4ee"), (None, -5, 0, 2**40))
    )
}


@pytest.fixture
async def filled(store: EventStore) -> EventStore:
    await change(store, *[Put(CARDS, key, card) for key, card in CASES.items()])
    return store


async def keys(store: EventStore, query: Query[Card]) -> list[str]:
    return [key for key, card in await store.query(query) if CASES[key] == card]


async def test_without_an_order_rows_come_by_their_keys(filled: EventStore) -> None:
    assert await keys(filled, Query(CARDS)) == list(CASES)
    assert await keys(filled, Query(CARDS, descending=True)) == list(reversed(CASES))
    assert await keys(filled, Query(CARDS, limit=3)) == ["00", "01", "02"]
    assert await keys(filled, Query(CARDS, limit=0)) == []


@pytest.mark.parametrize("desk", [None, "", "中", "nobody"])
async def test_rows_are_filtered_by_equal_columns(filled: EventStore, desk: str | None) -> None:
    expected = [key for key, card in CASES.items() if card.desk == desk]
    assert await keys(filled, Query(CARDS, {"desk": desk})) == expected


async def test_bounds_hold_both_ends_and_no_row_without_a_value(filled: EventStore) -> None:
    expected = [key for key, card in CASES.items() if card.due in (-5, 0)]
    query = Query(CARDS, at_most={"due": 0}, at_least={"due": -5})
    assert await keys(filled, query) == expected
    assert await keys(filled, Query(CARDS, at_most={"due": None})) == []
    texts = [key for key, card in CASES.items() if card.desk in ("B", "a")]
    assert await keys(filled, Query(CARDS, at_least={"desk": "B"}, at_most={"desk": "b"})) == texts


def rank(value: Column) -> tuple[bool, Column]:
    return value is not None, value


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", [("desk",), ("due",), ("desk", "due"), ("due", "desk")])
@pytest.mark.parametrize("limit", [1, 3, 100])
async def test_pages_in_any_order_give_each_row_once(
    filled: EventStore, order: tuple[str, ...], limit: int, *, descending: bool
) -> None:
    expected = sorted(
        CASES,
        key=lambda key: (*(rank(getattr(CASES[key], name)) for name in order), key),
        reverse=descending,
    )
    assert await pages(filled, order, limit, descending=descending) == expected


async def test_pages_keep_to_their_filter(filled: EventStore) -> None:
    expected = [key for key, card in CASES.items() if card.desk == "a"]
    assert await pages(filled, ("due",), 1, {"desk": "a"}) == expected


async def pages(
    store: EventStore,
    order: tuple[str, ...],
    limit: int,
    equal: dict[str, Column] | None = None,
    *,
    descending: bool = False,
) -> list[str]:
    found: list[str] = []
    after: tuple[Column, ...] | None = None
    while page := await store.query(
        Query(CARDS, equal or {}, order=order, after=after, descending=descending, limit=limit)
    ):
        found += [key for key, _ in page]
        key, card = page[-1]
        after = (*(getattr(card, name) for name in order), key)
    return found


def test_a_query_of_columns_that_are_not_there_is_a_mistake() -> None:
    for wrong in (
        {"equal": {"body": ""}},
        {"at_most": {"key": ""}},
        {"order": ("nothing",)},
        {"order": ("due",), "after": (1,)},
        {"limit": -1},
    ):
        with pytest.raises(ValueError, match=r"column|after|limit"):
            Query(CARDS, **wrong)


async def test_a_table_that_was_not_declared_is_not_there(store: EventStore) -> None:
    unknown = Table("unknown", Card)
    with pytest.raises(KeyError):
        await store.get(unknown, "1")
    with pytest.raises(KeyError):
        await change(store, Put(unknown, "1", Card()))
    await change(store, Put(CARDS, "1", Card()))


def test_a_column_thought_of_later_is_filled_when_the_store_is_opened(stand: Stand) -> None:
    before = Table("cards", Card)
    backend = stand.open([before])
    commit_group(backend, [Append(rows=[Put(before, key, CASES[key])]) for key in CASES])
    backend.close()
    backend = stand.open([CARDS])
    found = backend.query(Query(CARDS, {"desk": "中"}, order=("due",)))
    assert [key for key, _ in found] == [key for key, card in CASES.items() if card.desk == "中"]
    commit_group(backend, [Append(rows=[Put(CARDS, "new", Card("中", 1))])])
    assert len(backend.query(Query(CARDS, {"desk": "中"}))) == len(found) + 1
    backend.close()
    backend = stand.open([before])
    assert len(backend.query(Query(before))) == len(CASES) + 1
    backend.close()
