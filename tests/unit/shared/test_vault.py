"""What is kept of a person, and what is not once they are erased."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from uuid import UUID

import msgspec
import pytest

from shared.decider import ErasedError
from shared.erasing import BATCH, delete_found, erased
from shared.event_store import Append
from shared.group_commit import EventStore
from shared.tables import Query, Table
from shared.testing.memory_store import MemoryBackend
from shared.vault import (
    ERASED,
    ERASED_TEXT,
    TEXTS,
    Deposit,
    read_texts_of,
    unless_erased,
)
from tests.unit.support.examples import AT

ZHANG, LI = UUID(int=5), UUID(int=6)


class Nickname(msgspec.Struct, frozen=True):
    name: str


NICKNAMES = Table("nicknames", Nickname)


@pytest.fixture
async def store() -> AsyncIterator[EventStore]:
    store = EventStore(MemoryBackend([TEXTS, ERASED, NICKNAMES]))
    yield store
    await store.close()


def deposit(person: UUID, *texts: str) -> Deposit:
    kept = Deposit(person)
    for text in texts:
        kept.seal(text)
    kept.keep(NICKNAMES, str(person), Nickname("小张"))
    return kept


async def test_a_text_is_kept_with_the_salt_that_proves_it(store: EventStore) -> None:
    kept = Deposit(ZHANG)
    text = kept.seal("断网三天")
    await store.append(Append(rows=kept.rows))
    row = await store.get(TEXTS, str(text.text_id))
    assert row is not None
    assert sha256(row.salt + row.text.encode()).hexdigest() == text.digest
    assert await read_texts_of(store, ZHANG, [text.text_id]) == {text.text_id: "断网三天"}


async def test_an_erasure_between_request_and_append_is_learnt_in_the_append(
    store: EventStore,
) -> None:
    kept = Deposit(ZHANG)
    text = kept.seal("断网三天")
    kept.keep(NICKNAMES, "z", Nickname("小张"))
    others = deposit(LI, "李四说的")
    # One group: the erasure is judged first, and nothing of it can be read before its commit.
    await asyncio.gather(
        store.append(Append(rows=[erased(ZHANG, AT)])),
        store.append(Append(rows=kept.rows)),
        store.append(Append(rows=others.rows)),
    )
    row = await store.get(TEXTS, str(text.text_id))
    assert row is not None
    assert (row.text, row.salt) == (ERASED_TEXT, b"")
    assert await store.get(NICKNAMES, "z") is None
    assert await store.get(NICKNAMES, str(LI)) == Nickname("小张")
    assert await read_texts_of(store, ZHANG, [text.text_id]) is None


async def test_what_may_not_be_kept_at_all_is_refused_in_the_append(store: EventStore) -> None:
    await store.append(Append(rows=[unless_erased(ZHANG)]))
    await store.append(Append(rows=[erased(ZHANG, AT)]))
    with pytest.raises(ErasedError):
        await store.append(Append(rows=[unless_erased(ZHANG)]))
    await store.append(Append(rows=[unless_erased(LI)]))


async def test_all_texts_of_a_person_are_deleted_and_no_others(store: EventStore) -> None:
    many = [str(number) for number in range(BATCH + 1)]
    await store.append(Append(rows=deposit(ZHANG, *many).rows))
    await store.append(Append(rows=deposit(LI, "李四说的").rows))
    await delete_found(store, Query(TEXTS, {"customer_ref": str(ZHANG)}, limit=BATCH))
    left = await store.query(Query(TEXTS))
    assert [row.text for _, row in left] == ["李四说的"]


def test_nothing_kept_is_nothing_to_learn() -> None:
    assert Deposit(ZHANG).rows == ()
