"""The store's fake: a `Backend` in memory that keeps the contract of the real ones."""

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID, uuid4

from shared.event_store import (
    Changes,
    Loaded,
    LoggedEvent,
    StoredEvent,
    StoreUnavailableError,
    Transaction,
    Wanted,
)
from shared.tables import Column, Query, Row, Table

StoredRow = tuple[tuple[Column, ...], bytes]


@dataclass
class Disk:
    """What a store leaves behind when it is closed; another one may be opened on it."""

    epoch: UUID = field(default_factory=uuid4)
    log: list[LoggedEvent] = field(default_factory=list)
    streams: dict[UUID, list[StoredEvent]] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    rows: dict[str, dict[str, StoredRow]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    leader: "MemoryBackend | None" = None


class MemoryBackend:
    """`failing` loses the next commit, or only its reply; `skipped` leaves gaps in the log."""

    def __init__(self, tables: Sequence[Table[Any]], disk: Disk | None = None) -> None:
        self.disk = disk or Disk()
        self.epoch = self.disk.epoch
        self.failing: Literal["before", "after"] | None = None
        self.skipped = 0
        self._tables = {table.name for table in tables}
        self._lock = self.disk.lock
        for table in tables:
            rows = self.rows_of(table)
            for key, (_, body) in rows.items():
                rows[key] = (table.column_values(table.decode(body)), body)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self._lock:
            transaction = _Transaction(self)
            yield transaction
            failing, self.failing = self.failing, None
            if failing == "before":
                raise StoreUnavailableError("lost before the commit")
            transaction.commit()
            if failing == "after":
                raise StoreUnavailableError("lost after the commit")

    def rows_of(self, table: Table[Any]) -> dict[str, StoredRow]:
        if table.name not in self._tables:
            raise KeyError(table.name)
        return self.disk.rows.setdefault(table.name, {})

    def read_stream(self, stream: UUID, up_to: int | None = None) -> list[StoredEvent]:
        with self._lock:
            return self.disk.streams.get(stream, [])[:up_to]

    def read_log(self, after: int, limit: int) -> list[LoggedEvent]:
        with self._lock:
            first = bisect_right(self.disk.log, after, key=lambda logged: logged.position)
            return self.disk.log[first : first + limit]

    def end(self) -> int:
        with self._lock:
            return self.disk.log[-1].position if self.disk.log else 0

    def read_marks(self, prefix: str) -> dict[str, int]:
        with self._lock:
            marks = self.disk.marks.items()
            return {name: position for name, position in marks if name.startswith(prefix)}

    def read_row(self, table: Table[Row], key: str) -> Row | None:
        with self._lock:
            stored = self.rows_of(table).get(key)
        return None if stored is None else table.decode(stored[1])

    def query(self, query: Query[Row]) -> list[tuple[str, Row]]:
        with self._lock:
            rows = list(self.rows_of(query.table).items())
        return [(key, query.table.decode(body)) for key, body in _page(query, rows)]

    def leads(self) -> bool:
        with self._lock:
            self.disk.leader = self.disk.leader or self
            return self.disk.leader is self

    def close(self) -> None:
        with self._lock:
            if self.disk.leader is self:
                self.disk.leader = None


class _Transaction:
    def __init__(self, backend: MemoryBackend) -> None:
        self._backend = backend
        self._disk = backend.disk
        self._log: list[LoggedEvent] = []
        self._changes: list[Changes] = []

    def load(self, wanted: Wanted) -> Loaded:
        streams, marks = self._disk.streams, self._disk.marks
        return Loaded(
            versions={stream: len(streams[stream]) for stream in wanted.streams & streams.keys()},
            marks={name: marks[name] for name in wanted.marks & marks.keys()},
            rows={
                (table.name, key): rows[key][1]
                for table, keys in wanted.rows.items()
                for rows in [self._backend.rows_of(table)]
                for key in keys & rows.keys()
            },
        )

    def save(self, changes: Changes) -> Sequence[int]:
        for table in changes.rows:
            self._backend.rows_of(table)
        log = self._log or self._disk.log[-1:]
        first = (log[-1].position if log else 0) + 1 + self._backend.skipped
        self._log += [LoggedEvent(at, event) for at, event in enumerate(changes.events, first)]
        self._changes.append(changes)
        return range(first, first + len(changes.events))

    def commit(self) -> None:
        self._disk.log += self._log
        for logged in self._log:
            self._disk.streams.setdefault(logged.event.stream, []).append(logged.event)
        for changes in self._changes:
            for name, position in changes.marks.items():
                self._disk.marks[name] = max(position, self._disk.marks.get(name, 0))
            for table, rows in changes.rows.items():
                held = self._backend.rows_of(table)
                for key, row in rows.items():
                    if row is None:
                        held.pop(key, None)
                    else:
                        held[key] = row


def _page(query: Query[Row], rows: Iterable[tuple[str, StoredRow]]) -> Iterator[tuple[str, bytes]]:
    """Keys and bodies."""
    table, names = query.table, list(query.table.columns)
    found = []
    for key, (columns, body) in rows:
        values = dict(zip(names, columns, strict=True))
        if _matches(query, values):
            found.append((_rank([*(values[name] for name in query.order), key]), key, body))
    found.sort(reverse=query.descending)
    if query.after is not None:
        *columns_seen, key_seen = query.after
        held = [
            table.column(name, value) for name, value in zip(query.order, columns_seen, strict=True)
        ]
        seen = _rank([*held, key_seen])
        found = [row for row in found if (row[0] < seen if query.descending else row[0] > seen)]
    return ((key, body) for _, key, body in found[: query.limit])


def _matches(query: Query[Row], values: Mapping[str, Column]) -> bool:
    column = query.table.column
    return (
        all(values[name] == value for name, value in query.equal.items())
        and all(_within(values[name], column(name, top)) for name, top in query.at_most.items())
        and all(_within(column(name, low), values[name]) for name, low in query.at_least.items())
    )


def _within(low: Column, high: Column) -> bool:
    return low is not None and high is not None and _rank([low]) <= _rank([high])


def _rank(values: Sequence[Column]) -> tuple[tuple[bool, Any], ...]:
    """Sorts what has no value first."""
    return tuple((value is not None, value) for value in values)
