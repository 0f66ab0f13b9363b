"""One writer thread a store: many waiting appends, one transaction, each answered after its commit.

A commit costs the same for one append as for a hundred. The group is judged in Python, exact under
the write lock, so that a conflict in one append raises nothing in the database and never fails
another.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from shared.event_store import (
    AlreadyProcessedError,
    Append,
    Backend,
    Changes,
    Loaded,
    LoggedEvent,
    RowConflictError,
    StoredEvent,
    StoreUnavailableError,
    StreamConflictError,
    Wanted,
)
from shared.tables import Column, Delete, Fold, Insert, Put, Query, Row, RowChange, Table

Result = TypeVar("Result")

MAX_GROUP = 256
MAX_WAITING = 10_000
MAX_READERS = 4
"""Below 8: the SQLite pool leaks its writer lock when all its connections are in use."""


@dataclass
class _Ledger:
    """The store as it would stand after the appends judged so far."""

    loaded: Loaded
    versions: dict[UUID, int] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    rows: dict[tuple[Table[Any], str], Any] = field(default_factory=dict)
    events: list[StoredEvent] = field(default_factory=list)

    def version(self, stream: UUID) -> int:
        return self.versions.get(stream, self.loaded.versions.get(stream, 0))

    def mark(self, name: str) -> int:
        return self.marks.get(name, self.loaded.marks.get(name, 0))

    def row(self, table: Table[Any], key: str) -> Any:  # noqa: ANN401 - rows of any table
        if (table, key) in self.rows:
            return self.rows[table, key]
        body = self.loaded.rows.get((table.name, key))
        return None if body is None else table.decode(body)

    def judge(self, append: Append) -> int:
        """Takes the append in, or raises without a trace of it; returns the stream's version."""
        version = self.version(append.stream) if append.stream else 0
        if append.events and append.stream and version != append.expected_version:
            raise StreamConflictError(append.stream, version)
        for mark in append.marks:
            if mark.position <= self.mark(mark.name):
                raise AlreadyProcessedError(mark.name)
        rows: dict[tuple[Table[Any], str], Any] = {}
        for change in append.rows:
            self._change(change, rows)
        self.rows.update(rows)
        for mark in (*append.marks, *append.places):
            self.marks[mark.name] = max(mark.position, self.mark(mark.name))
        if append.stream and append.events:
            for name, state in append.events:
                version += 1
                self.events.append(StoredEvent(append.stream, version, name, state))
            self.versions[append.stream] = version
        return version

    def _change(self, change: RowChange, rows: dict[tuple[Table[Any], str], Any]) -> None:
        at = (change.table, change.key)
        before = rows[at] if at in rows else self.row(*at)
        match change:
            case Insert(row=row):
                if before is not None:
                    raise RowConflictError(change.table.name, change.key)
                rows[at] = row
            case Put(row=row):
                rows[at] = row
            case Delete(required=required):
                if before is None and required:
                    raise RowConflictError(change.table.name, change.key)
                rows[at] = None
            case Fold(project=project):
                after = project(before)
                if after is not None and after != before:
                    rows[at] = after

    def changes(self) -> Changes:
        rows: dict[Table[Any], dict[str, tuple[tuple[Column, ...], bytes] | None]] = {}
        for (table, key), row in self.rows.items():
            encoded = None if row is None else (table.column_values(row), table.encode(row))
            rows.setdefault(table, {})[key] = encoded
        return Changes(events=self.events, marks=self.marks, rows=rows)


def _wanted(group: Sequence[Append]) -> Wanted:
    wanted = Wanted()
    for append in group:
        if append.stream and append.events:
            wanted.streams.add(append.stream)
        wanted.marks.update(mark.name for mark in (*append.marks, *append.places))
        for change in append.rows:
            wanted.rows.setdefault(change.table, set()).add(change.key)
    return wanted


def commit_group(backend: Backend, group: Sequence[Append]) -> list[int | Exception]:
    """For each append its stream's version, or why it was not stored.

    A failure that is not the store's being away is some append's own: the rest is tried singly.
    """
    try:
        with backend.write() as transaction:
            ledger = _Ledger(transaction.load(_wanted(group)))
            outcomes: list[int | Exception] = []
            for append in group:
                try:
                    outcomes.append(ledger.judge(append))
                except Exception as error:  # noqa: BLE001 - handed to the append's own caller
                    outcomes.append(error)
            transaction.save(ledger.changes())
    except StoreUnavailableError as error:
        return [error] * len(group)
    except Exception as error:  # noqa: BLE001 - handed to the append's own caller
        if len(group) == 1:
            return [error]
        return [outcome for append in group for outcome in commit_group(backend, [append])]
    return outcomes


Waiting = tuple[Append, asyncio.Future[int]]


class EventStore:
    """The store as the services use it: awaitable, one writer thread, few readers."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.epoch = backend.epoch
        self._loop = asyncio.get_running_loop()
        self._turn: list[Waiting] = []
        self._waiting = 0
        self._groups: queue.SimpleQueue[list[Waiting] | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[], None]] = []
        self._readers = ThreadPoolExecutor(MAX_READERS, thread_name_prefix="store-reader")
        self._writer = threading.Thread(target=self._write, name="store-writer", daemon=True)
        self._writer.start()

    def listen(self, listener: Callable[[], None]) -> None:
        """Calls `listener` on the event loop after each commit: a hint, never the only wake-up."""
        self._listeners.append(listener)

    async def append(self, append: Append) -> int:
        """Stores it durably; returns the stream's version.

        Raises StreamConflictError, AlreadyProcessedError, RowConflictError, StoreUnavailableError.
        """
        if self._waiting >= MAX_WAITING:
            raise StoreUnavailableError("too many appends are waiting")
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
        while (waiting := self._groups.get()) is not None:
            last = False
            while len(waiting) < MAX_GROUP and not self._groups.empty():
                more = self._groups.get()
                if more is None:
                    last = True
                    break
                waiting += more
            for start in range(0, len(waiting), MAX_GROUP):
                part = waiting[start : start + MAX_GROUP]
                outcomes = commit_group(self.backend, [append for append, _ in part])
                self._loop.call_soon_threadsafe(self._answer, part, outcomes)
            if last:
                return

    def _answer(self, waiting: list[Waiting], outcomes: list[int | Exception]) -> None:
        self._waiting -= len(waiting)
        for (_, future), outcome in zip(waiting, outcomes, strict=True):
            if future.done():  # its caller went away; what was stored stays
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
        for listener in self._listeners:
            listener()

    async def run(self, read: Callable[[Backend], Result]) -> Result:
        """Runs several reads in one visit to a reader thread."""
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

    async def close(self) -> None:
        """Stores what waits, then closes the database."""
        self._groups.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        self.backend.close()


def _read_row(backend: Backend, *, table: Table[Row], key: str) -> Row | None:
    return backend.read_row(table, key)


def _query(backend: Backend, *, query: Query[Row]) -> list[tuple[str, Row]]:
    return backend.query(query)
