import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from shared import group_commit
from shared.event_store import (
    Append,
    Changes,
    Mark,
    StoreUnavailableError,
    StreamConflictError,
    Transaction,
)
from shared.group_commit import EventStore, commit_group
from shared.testing.memory_store import MemoryBackend
from tests.until import PATIENCE

EVENT = ("noted.v1", b"{}")


class Watched(MemoryBackend):
    """Tells how its commits were grouped; `before` and `after` each may wait or raise."""

    def __init__(self) -> None:
        super().__init__([])
        self.groups: list[int] = []
        self.before: Callable[[], object] = lambda: None
        self.after: Callable[[Changes], object] = lambda _: None

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a transaction of the fake, watched."""
        self.before()
        with super().write() as transaction:
            save = transaction.save

            def watched(changes: Changes) -> list[int]:
                self.groups.append(len(changes.events))
                self.after(changes)
                return list(save(changes))

            transaction.save = watched  # type: ignore[method-assign]
            yield transaction


@pytest.fixture
def backend() -> Watched:
    return Watched()


@pytest.fixture
async def store(backend: Watched) -> AsyncIterator[EventStore]:
    store = EventStore(backend)
    yield store
    await store.close()


def append() -> Append:
    return Append(uuid4(), 0, [EVENT])


class Gate:
    """Holds the writer where it stands."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._open = threading.Event()

    def __call__(self, *_: object) -> None:
        self._reached.set()
        self._open.wait(PATIENCE)

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._reached.wait, PATIENCE)

    def open(self) -> None:
        self._open.set()


async def test_all_appends_of_one_turn_are_one_group(backend: Watched, store: EventStore) -> None:
    assert await asyncio.gather(*(store.append(append()) for _ in range(20))) == [1] * 20
    assert backend.groups == [20]


async def test_appends_that_come_during_a_commit_are_the_next_group(
    backend: Watched, store: EventStore
) -> None:
    backend.before = gate = Gate()
    first = asyncio.create_task(store.append(append()))
    await gate.reached()
    waiting = [asyncio.create_task(store.append(append())) for _ in range(5)]
    for _ in range(2):  # they ask in one turn of the loop and are handed over in the next
        await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(first, *waiting)
    assert backend.groups == [1, 5]


async def test_a_group_has_a_largest_size(backend: Watched, store: EventStore) -> None:
    await asyncio.gather(*(store.append(append()) for _ in range(600)))
    assert backend.groups == [256, 256, 88]


async def test_nobody_is_answered_before_the_commit(backend: Watched, store: EventStore) -> None:
    backend.after = gate = Gate()
    waiting = asyncio.create_task(store.append(append()))
    await gate.reached()
    assert not waiting.done()
    gate.open()
    assert await waiting == 1


async def test_more_than_can_wait_is_refused_at_once(
    backend: Watched, store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "MAX_WAITING", 3)
    free = threading.Event()
    backend.before = lambda: free.wait(PATIENCE)
    waiting = [asyncio.create_task(store.append(append())) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailableError, match="too many"):
        await store.append(append())
    free.set()
    await asyncio.gather(*waiting)
    assert await store.append(append()) == 1


async def test_an_append_whose_caller_went_away_is_stored(
    backend: Watched, store: EventStore
) -> None:
    backend.before = gate = Gate()
    leaving = asyncio.create_task(store.append(Append(UUID(int=1), 0, [EVENT])))
    staying = asyncio.create_task(store.append(append()))
    await gate.reached()
    leaving.cancel()
    gate.open()
    assert await staying == 1
    assert len(await store.read(UUID(int=1))) == 1


async def test_listeners_are_woken_by_stored_events_only(
    backend: Watched, store: EventStore
) -> None:
    woken: list[int] = []
    store.listen(lambda: woken.append(len(backend.disk.log)))
    await store.append(Append(UUID(int=1), 0, [EVENT]))
    with pytest.raises(StreamConflictError):
        await store.append(Append(UUID(int=1), 0, [EVENT]))
    await store.append(Append(marks=[Mark("mark/intake", 1)]))
    assert woken == [1]


async def test_closing_stores_what_waits(backend: Watched) -> None:
    store = EventStore(backend)
    waiting = [asyncio.create_task(store.append(append())) for _ in range(3)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*waiting) == [1] * 3
    await store.close()


async def test_a_closed_store_takes_and_tells_nothing(backend: Watched) -> None:
    store = EventStore(backend)
    await store.close()
    with pytest.raises(StoreUnavailableError, match="closed"):
        await store.append(append())
    with pytest.raises(StoreUnavailableError, match="closed"):
        await store.end()


async def test_the_writer_goes_on_after_any_error(backend: Watched, store: EventStore) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    backend.before = broken
    with pytest.raises(ZeroDivisionError):
        await store.append(append())
    backend.before = lambda: None
    assert await store.append(append()) == 1
    assert store.alive


async def test_in_an_outage_all_that_wait_are_told_at_once(
    backend: Watched, store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "OUTAGE_TIME", 0.1)
    tries = 0

    def away() -> None:
        nonlocal tries
        tries += 1
        time.sleep(0.2)
        raise StoreUnavailableError("away")

    backend.before = away
    outcomes = await asyncio.gather(
        *(store.append(append()) for _ in range(1000)), return_exceptions=True
    )
    assert tries == 1
    assert len({id(outcome) for outcome in outcomes}) == 1000
    assert {type(outcome) for outcome in outcomes} == {StoreUnavailableError}
    backend.before = lambda: None
    assert await store.append(append()) == 1


def test_a_bad_statement_fails_its_own_append_only(backend: Watched) -> None:
    bad = UUID(int=13)

    def refuse(changes: Changes) -> None:
        if any(event.stream == bad for event in changes.events):
            raise ZeroDivisionError

    backend.after = refuse
    group = [append(), Append(bad, 0, [EVENT]), append()]
    first, second, third = commit_group(backend, group)
    assert (first, third) == (1, 1)
    assert isinstance(second, ZeroDivisionError)
    assert backend.groups == [3, 1, 1, 1]


def test_single_tries_end_when_the_store_goes_away(backend: Watched) -> None:
    def go_away(changes: Changes) -> None:
        if len(changes.events) > 1:
            raise ZeroDivisionError
        if len(backend.groups) > 2:
            raise StoreUnavailableError("away")

    backend.after = go_away
    outcomes = commit_group(backend, [append() for _ in range(50)])
    assert outcomes[0] == 1
    assert {type(outcome) for outcome in outcomes[1:]} == {StoreUnavailableError}
    assert backend.groups == [50, 1, 1]
