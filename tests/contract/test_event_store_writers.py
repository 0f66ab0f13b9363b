import asyncio
import threading
from contextlib import AsyncExitStack
from uuid import UUID, uuid4

import pytest

from shared.event_store import Append, Backend, LoggedEvent, StreamConflictError
from shared.group_commit import EventStore
from shared.tables import Fold
from tests.contract.event_stores import COUNTS, Count, Stand

TICKET = UUID("00000000-0000-4000-8000-000000000001")
EVENT = ("ticket-registered.v1", b"{}")
WRITERS, EACH = 10, 20


@pytest.fixture
def stores(stand: Stand) -> int:
    """As many as may be open on one kept store."""
    return 2 if stand.shared else 1


def one_more(count: Count | None) -> Count:
    return Count((count or Count()).total + 1)


async def race(store: EventStore) -> None:
    """One writer that decides again whenever it lost."""
    won = 0
    while won < EACH:
        version = len(await store.read(TICKET))
        try:
            await store.append(Append(TICKET, version, [EVENT], rows=[Fold(COUNTS, "1", one_more)]))
        except StreamConflictError:
            continue
        won += 1


async def test_racing_writers_lose_nothing_and_store_nothing_twice(
    stand: Stand, stores: int
) -> None:
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(stand.store()) for _ in range(stores)]
        await asyncio.gather(*(race(opened[writer % stores]) for writer in range(WRITERS)))
        events = await opened[0].read(TICKET)
        assert [event.version for event in events] == list(range(1, WRITERS * EACH + 1))
        assert await opened[0].get(COUNTS, "1") == Count(WRITERS * EACH)


class Tail:
    """Reads the log over and over behind what it has seen."""

    def __init__(self, backend: Backend) -> None:
        self.seen: list[LoggedEvent] = []
        self._backend = backend
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.read()

    def read(self) -> None:
        after = self.seen[-1].position if self.seen else 0
        self.seen += self._backend.read_log(after, 7)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        count = -1
        while count < len(self.seen):
            count = len(self.seen)
            self.read()


async def test_a_reader_at_the_end_of_the_log_misses_nothing(stand: Stand, stores: int) -> None:
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(stand.store()) for _ in range(stores)]
        tail = Tail(opened[0].backend)
        for _ in range(30):
            await asyncio.gather(
                *(store.append(Append(uuid4(), 0, [EVENT] * 3)) for store in opened * 5)
            )
        tail.stop()
        assert tail.seen == await opened[0].read_log(0, limit=10_000)
        assert len(tail.seen) == 30 * 5 * 3 * stores
