"""What a group of appends comes to: judged in Python, exact under the store's write lock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never
from uuid import UUID

from shared.event_store import (
    AlreadyProcessedError,
    Append,
    Changes,
    Loaded,
    RowConflictError,
    StoredEvent,
    StreamConflictError,
    Wanted,
)
from shared.tables import Column, Delete, Fold, Insert, Put, RowChange, Table

Where = tuple[Table[Any], str]
Held = tuple[Any, tuple[Column, ...], bytes]
"""A row as it is to be stored: itself, its columns, its body."""


@dataclass
class Ledger:
    """The store as it would stand after the appends judged so far."""

    loaded: Loaded
    versions: dict[UUID, int] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    rows: dict[Where, Held | None] = field(default_factory=dict)
    events: list[StoredEvent] = field(default_factory=list)

    def version(self, stream: UUID) -> int:
        version = self.versions.get(stream)
        return self.loaded.versions.get(stream, 0) if version is None else version

    def mark(self, name: str) -> int:
        return self.marks.get(name, self.loaded.marks.get(name, 0))

    def judge(self, append: Append) -> int:
        """Takes the append in, or raises without a trace of it; returns the stream's version."""
        stream, events = append.stream, append.events
        version = self.version(stream) if stream else 0
        if stream and append.expected_version not in {None, version}:
            raise StreamConflictError(stream, version)
        for mark in append.marks:
            if mark.position <= self.mark(mark.name):
                raise AlreadyProcessedError(mark.name)
        rows: dict[Where, Held | None] = {}
        for change in append.rows:
            self._change(change, rows)
        self.rows.update(rows)
        for mark in (*append.marks, *append.places):
            self.marks[mark.name] = max(mark.position, self.mark(mark.name))
        if stream and events:
            for name, state in events:
                version += 1
                self.events.append(StoredEvent(stream, version, name, state))
            self.versions[stream] = version
        return version

    def _change(self, change: RowChange, rows: dict[Where, Held | None]) -> None:
        table = change.table
        at = (table, change.key)
        match change:
            case Insert():
                if self._is_there(at, rows):
                    raise RowConflictError(table.name, change.key)
                rows[at] = _held(table, change.row)
            case Put():
                rows[at] = _held(table, change.row)
            case Delete():
                if change.required and not self._is_there(at, rows):
                    raise RowConflictError(table.name, change.key)
                rows[at] = None
            case Fold():
                before = self._row(at, rows)
                after = change.project(before)
                if after is not None and after != before:
                    rows[at] = _held(table, after)
            case _:
                assert_never(change)

    def _is_there(self, at: Where, rows: dict[Where, Held | None]) -> bool:
        for changed in (rows, self.rows):
            if at in changed:
                return changed[at] is not None
        return (at[0].name, at[1]) in self.loaded.rows

    def _row(self, at: Where, rows: dict[Where, Held | None]) -> Any:  # noqa: ANN401 - any table's
        for changed in (rows, self.rows):
            if at in changed:
                held = changed[at]
                return None if held is None else held[0]
        body = self.loaded.rows.get((at[0].name, at[1]))
        return None if body is None else at[0].decode(body)

    def changes(self) -> Changes:
        rows: dict[Table[Any], dict[str, tuple[tuple[Column, ...], bytes] | None]] = {}
        for (table, key), held in self.rows.items():
            rows.setdefault(table, {})[key] = None if held is None else (held[1], held[2])
        return Changes(events=self.events, marks=self.marks, rows=rows)


def _held(table: Table[Any], row: Any) -> Held:  # noqa: ANN401 - any table's row
    """Encoded at once: a row that cannot be stored fails its own append and no other."""
    return row, table.column_values(row), table.encode(row)


def wanted_by(group: Sequence[Append]) -> Wanted:
    """What a ledger must know of the store to judge the group."""
    wanted = Wanted()
    for append in group:
        if append.stream:
            wanted.streams.add(append.stream)
        for mark in (*append.marks, *append.places):
            wanted.marks.add(mark.name)
        for change in append.rows:
            if not isinstance(change, Put):  # it does not depend on what is there
                wanted.rows.setdefault(change.table, set()).add(change.key)
    return wanted
