import asyncio
from uuid import UUID

import pytest

from shared.event_store import Append, Mark
from shared.group_commit import EventStore
from shared.tables import Fold, Insert, Put, Query, RowChange, UnstorableRowError
from tests.contract.event_stores import CARDS, COUNTS, Card, Count

TICKET = UUID("00000000-0000-4000-8000-000000000001")
OTHER = UUID("00000000-0000-4000-8000-000000000002")
INNOCENT = Append(OTHER, 0, [("ticket-registered.v1", b"{}")], rows=[Put(COUNTS, "1", Count(1))])
HALF = "half \ud800 a character"
ZERO = "a \0 zero"
LONG = "长" * 171


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\0\xff\xfe",
        b'{"_type_":"datetime_iso","_data_":"never"}',
        '{"text":"😀👩‍👩‍👧 回音"}'.encode(),
        b"[" * 100_000,
        bytes(5_000_000),
    ],
    ids=["empty", "binary", "type", "emoji", "deep", "large"],
)
async def test_any_bytes_are_an_event(store: EventStore, state: bytes) -> None:
    await store.append(Append(TICKET, 0, [("ticket-registered.v1", state)]))
    (event,) = await store.read(TICKET)
    (logged,) = await store.read_log(0)
    assert (event.state, logged.event.state) == (state, state)
    assert type(event.state) is bytes


@pytest.mark.parametrize(
    "text",
    ["", "'; DROP TABLE cards; --", "%s ? {x}", "😀👩‍👩‍👧", "\u202e\ufeff", "é", "长" * 170],
)
async def test_any_text_of_characters_is_a_key_and_a_column(store: EventStore, text: str) -> None:
    card = Card(desk=text, note=text + ZERO)
    await store.append(Append(marks=[Mark(text, 1)], rows=[Put(CARDS, text, card)]))
    assert await store.get(CARDS, text) == card
    assert await store.query(Query(CARDS, {"desk": text})) == [(text, card)]
    assert (await store.marks(text))[text] == 1


def card_of(card: Card) -> RowChange:
    return Put(CARDS, "1", card)


@pytest.mark.parametrize(
    "hostile",
    [
        Append(rows=[Put(CARDS, HALF, Card())]),
        Append(rows=[Put(CARDS, ZERO, Card())]),
        Append(rows=[Insert(CARDS, LONG, Card())]),
        Append(rows=[card_of(Card(desk=HALF))]),
        Append(rows=[card_of(Card(desk=ZERO))]),
        Append(rows=[card_of(Card(desk=LONG))]),
        Append(rows=[card_of(Card(note=HALF))]),
        Append(rows=[card_of(Card(due=2**63))]),
        Append(rows=[card_of(Card(due="2026-01-01"))]),  # type: ignore[arg-type]
        Append(rows=[card_of(Card(desk=7))]),  # type: ignore[arg-type]
        Append(rows=[Fold(CARDS, "1", lambda _: Card(desk=HALF))]),
        Append(marks=[Mark(HALF, 1)]),
        Append(places=[Mark(ZERO, 1)]),
        Append(TICKET, 0, [("na\0me", b"")]),
        Append(TICKET, 0, [(HALF, b"")]),
        Append(events=[("ticket-registered.v1", b"")]),
    ],
)
async def test_what_no_store_can_hold_fails_alone(store: EventStore, hostile: Append) -> None:
    refused, stored = await asyncio.gather(
        store.append(hostile), store.append(INNOCENT), return_exceptions=True
    )
    assert isinstance(refused, ValueError)
    assert stored == 1
    assert await store.get(COUNTS, "1") == Count(1)
    assert await store.query(Query(CARDS)) == []
    assert await store.marks("") == {}
    assert len(await store.read_log(0)) == 1


@pytest.mark.parametrize("text", [HALF, ZERO, LONG])
async def test_what_cannot_be_held_is_not_found(store: EventStore, text: str) -> None:
    await store.append(INNOCENT)
    assert await store.get(COUNTS, text) is None
    assert await store.query(Query(CARDS, {"desk": text})) == []
    assert await store.get(COUNTS, "1") == Count(1)


@pytest.mark.parametrize("text", [HALF, ZERO, LONG])
def test_what_cannot_be_held_is_no_place_in_an_order(text: str) -> None:
    with pytest.raises(UnstorableRowError):
        Query(CARDS, at_least={"desk": text})
    with pytest.raises(UnstorableRowError):
        Query(CARDS, after=(text,))
    with pytest.raises(UnstorableRowError):
        Query(CARDS, order=("desk",), after=(text, "1"))
