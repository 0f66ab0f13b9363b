"""One writer thread a store: many waiting appends, one transaction, each answered after its commit.

A commit costs the same for one append as for a hundred. The group is judged in Python, exact under
the write lock, so that a conflict in one append raises nothing in the database and never fails
another.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from uuid import UUID

from shared.event_store import (
    Append,
    Backend,
    LoggedEvent,
    StoredEvent,
    StoreUnavailableError,
)
from shared.ledger import Ledger, wanted_by
from shared.tables import Query, Row, Table, storable

Result = TypeVar("Result")

MAX_GROUP = 256
MAX_WAITING = 10_000
OUTAGE_TIME = 1.0
"""Seconds after which a write that failed has kept the others waiting for too long."""
MAX_READERS = 4
"""Below 8: the SQLite pool leaks its writer lock when all its connections are in use."""


def check(append: Append) -> None:
    """Raises ValueError for what no store could take, before it costs a whole group its turn."""
    if append.events and append.stream is None:
        raise ValueError("events belong to a stream")
    for change in append.rows:
        storable(change.key)
    for mark in (*append.marks, *append.places):
        storable(mark.name)
    for name, _ in append.events:
        storable(name)


def commit_group(backend: Backend, group: Sequence[Append]) -> list[int | Exception]:
    """For each append its stream's version, or why it was not stored.

    A failure that is not the store's being away is some append's own: the rest is tried singly.
    """
    outcomes: list[int | Exception] = []
    try:
        with backend.write() as transaction:
            ledger = Ledger(transaction.load(wanted_by(group)))
            for append in group:
                try:
                    outcomes.append(ledger.judge(append))
                except Exception as error:  # noqa: BLE001 - handed to the append's own caller
                    outcomes.append(error)
            transaction.save(ledger.changes())
    except StoreUnavailableError as error:
        return _unavailable(error, len(group))
    except Exception as error:  # noqa: BLE001 - handed to the append's own caller
        return [error] if len(group) == 1 else _commit_singly(backend, group)
    return outcomes


def _commit_singly(backend: Backend, group: Sequence[Append]) -> list[int | Exception]:
    outcomes: list[int | Exception] = []
    for append in group:
        outcomes += commit_group(backend, [append])
        if isinstance(outcomes[-1], StoreUnavailableError):  # each try might take seconds
            return outcomes + _unavailable(outcomes[-1], len(group) - len(outcomes))
    return outcomes


def _unavailable(error: StoreUnavailableError, count: int) -> list[int | Exception]:
    """One exception for each caller: a shared one would gather all their tracebacks."""
    errors: list[int | Exception] = []
    for _ in range(count):
        own = StoreUnavailableError(*error.args)
        own.__cause__ = error
        errors.append(own)
    return errors


Waiting = tuple[Append, asyncio.Future[int]]


class EventStore:
    """The store as the services use it: awaitable, one writer thread, few readers."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.epoch = backend.epoch
        self._loop = asyncio.get_running_loop()
        self._turn: list[Waiting] = []
        self._waiting = 0
        self._closed = False
        self._groups: queue.SimpleQueue[list[Waiting] | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[], None]] = []
        self._readers = ThreadPoolExecutor(MAX_READERS, thread_name_prefix="store-reader")
        self._writer = threading.Thread(target=self._write, name="store-writer", daemon=True)
        self._writer.start()

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls `listener` on the event loop after events were stored: never the only wake-up."""
        self._listeners.append(listener)

    @property
    def alive(self) -> bool:
        """Whether the writer thread runs."""
        return self._writer.is_alive()

    async def append(self, append: Append) -> int:
        """Stores it durably; returns the stream's version.

        An empty append tells whether the writer answers. Raises StreamConflictError,
        AlreadyProcessedError, RowConflictError, StoreUnavailableError, what a Fold's `project`
        raises, and ValueError for what no store can hold.
        """
        if self._closed:
            raise StoreUnavailableError("the store is closed")
        if self._waiting >= MAX_WAITING:
            raise StoreUnavailableError("too many appends are waiting")
        check(append)
        future: asyncio.Future[int] = self._loop.create_future()
        if not self._turn:
            # At the end of the loop's turn: all requests of the turn share a group.
            self._loop.call_soon(self._hand_over)
        self._turn.append((append, future))
        self._waiting += 1
        return await future

    def _hand_over(self) -> None:
        self._groups.put(self._turn)
        self._turn = []

    def _write(self) -> None:
        going_on = True
        while going_on:
            waiting, going_on = self._take()
            while waiting:
                part, waiting = waiting[:MAX_GROUP], waiting[MAX_GROUP:]
                started = time.monotonic()
                outcomes = commit_group(self.backend, [append for append, _ in part])
                if time.monotonic() - started > OUTAGE_TIME:
                    outcomes += self._give_up(outcomes[-1], part, waiting)
                self._loop.call_soon_threadsafe(self._answer, part, outcomes)

    def _take(self) -> tuple[list[Waiting], bool]:
        """What waits, as soon as something does, and whether more may come."""
        waiting: list[Waiting] = []
        while len(waiting) < MAX_GROUP and not (waiting and self._groups.empty()):
            more = self._groups.get()
            if more is None:
                return waiting, False
            waiting += more
        return waiting, True

    def _give_up(
        self, last: int | Exception, part: list[Waiting], waiting: list[Waiting]
    ) -> list[int | Exception]:
        """In an outage all that wait are told at once, not a group at a time."""
        if not isinstance(last, StoreUnavailableError):
            return []
        told = len(part)
        part += waiting
        waiting.clear()
        while not self._groups.empty():
            more = self._groups.get()
            if more is None:
                self._groups.put(None)
                break
            part += more
        return _unavailable(last, len(part) - told)

    def _answer(self, waiting: list[Waiting], outcomes: list[int | Exception]) -> None:
        self._waiting -= len(waiting)
        for (_, future), outcome in zip(waiting, outcomes, strict=True):
            if future.done():  # its caller went away; what was stored stays
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
        stored = zip(waiting, outcomes, strict=True)
        if any(append.events and isinstance(outcome, int) for (append, _), outcome in stored):
            for listener in self._listeners:
                listener()

    async def run(self, read: Callable[[Backend], Result]) -> Result:
        """Runs several reads in one visit to a reader thread."""
        if self._closed:
            raise StoreUnavailableError("the store is closed")
        return await self._loop.run_in_executor(self._readers, read, self.backend)

    async def read(self, stream: UUID, up_to: int | None = None) -> list[StoredEvent]:
        """The stream's events, oldest first; empty for a stream that is not there."""
        return await self.run(lambda backend: backend.read_stream(stream, up_to))

    async def read_log(self, after: int, limit: int = 1000) -> list[LoggedEvent]:
        """The log's events behind a position, oldest first."""
        return await self.run(lambda backend: backend.read_log(after, limit))

    async def end(self) -> int:
        """The position of the newest event."""
        return await self.run(lambda backend: backend.end())

    async def marks(self, prefix: str) -> dict[str, int]:
        """The marks and places whose names begin so."""
        return await self.run(lambda backend: backend.read_marks(prefix))

    async def get(self, table: Table[Row], key: str) -> Row | None:
        """The row under the key."""
        return await self.run(partial(_read_row, table=table, key=key))

    async def query(self, query: Query[Row]) -> list[tuple[str, Row]]:
        """Keys and rows, in the query's order."""
        return await self.run(partial(_query, query=query))

    async def leads(self) -> bool:
        """Whether this instance is the one to publish the log; to be asked every two seconds."""
        return await self.run(lambda backend: backend.leads())

    async def close(self) -> None:
        """Stores what waits, then closes the database."""
        if self._closed:
            return
        self._closed = True
        self._hand_over()
        self._groups.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._readers.shutdown)
        await asyncio.to_thread(self.backend.close)


def _read_row(backend: Backend, *, table: Table[Row], key: str) -> Row | None:
    return backend.read_row(table, key)


def _query(backend: Backend, *, query: Query[Row]) -> list[tuple[str, Row]]:
    return backend.query(query)
