"""The port to a service's own log: streams of events, marks of what was read, rows beside them.

One append is a stream with its expected version, the new events, the marks and the rows: stored
all or not at all.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import msgspec

from shared.tables import Column, Query, Row, RowChange, Table


class StoreError(Exception):
    """What a store says when it does not do what it was asked."""


class StreamConflictError(StoreError):
    """Somebody else wrote to the stream first; `actual` is its version now."""

    def __init__(self, stream: UUID, actual: int) -> None:
        super().__init__(f"stream {stream} is at version {actual}")
        self.stream = stream
        self.actual = actual


class AlreadyProcessedError(StoreError):
    """A mark stands at or above the position: this record had its effect before."""


class RowConflictError(StoreError):
    """A row that had to be new was there already, or one that had to be there was not."""

    def __init__(self, table: str, key: str) -> None:
        super().__init__(f"row {table}/{key}")
        self.table = table
        self.key = key


class StoreRefusedError(StoreError):
    """Opening would break a promise of the store; one sentence tells the operator which."""


class StoreUnavailableError(StoreError):
    """The store cannot write or read now, or cannot say whether it wrote; trying again is safe."""


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """One event of a stream; `state` is what `codec.pack` made."""

    stream: UUID
    version: int
    name: str
    state: bytes


class LoggedEvent(msgspec.Struct, frozen=True, gc=False):
    """One event of the log; positions grow in the order of commits, with gaps."""

    position: int
    event: StoredEvent


class Mark(msgspec.Struct, frozen=True):
    """How far a publisher's partition was read: the position in the publisher's log."""

    name: str
    position: int


class Append(msgspec.Struct, frozen=True):
    """What is stored together.

    Without an `expected_version` the events follow whatever stands there; with one, a decision
    without events holds for that version alone too. `marks` must rise, or
    the append is an AlreadyProcessedError; `places` (offsets to seek to)
    move forward and are never checked.
    """

    stream: UUID | None = None
    expected_version: int | None = 0
    events: Sequence[tuple[str, bytes]] = ()
    marks: Sequence[Mark] = ()
    places: Sequence[Mark] = ()
    rows: Sequence[RowChange] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a group of appends comes to; None as a row means that it is deleted."""

    events: Sequence[StoredEvent]
    marks: Mapping[str, int]
    rows: Mapping[Table[Any], Mapping[str, tuple[tuple[Column, ...], bytes] | None]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What stood in the store when the transaction began."""

    versions: Mapping[UUID, int]
    marks: Mapping[str, int]
    rows: Mapping[tuple[str, str], bytes]


@dataclass(frozen=True)
class Wanted:
    """What a group of appends needs to see before it can be judged."""

    streams: set[UUID] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    rows: dict[Table[Any], set[str]] = field(default_factory=dict)


class Transaction(Protocol):
    """One write transaction that no other writer can interleave with."""

    def load(self, wanted: Wanted) -> Loaded:
        """What is stored now, of what was asked."""

    def save(self, changes: Changes) -> Sequence[int]:
        """Writes all of it; returns the events' positions in the log."""


class Backend(Protocol):
    """A database that keeps one service's log; synchronous, called from the store's threads.

    Raises StoreUnavailableError where trying again may help; leaving `write()` commits.
    """

    epoch: UUID

    def write(self) -> AbstractContextManager[Transaction]: ...

    def read_stream(self, stream: UUID, up_to: int | None = None) -> list[StoredEvent]: ...

    def read_log(self, after: int, limit: int) -> list[LoggedEvent]: ...

    def end(self) -> int:
        """The position of the newest event; 0 in an empty log."""

    def read_marks(self, prefix: str) -> dict[str, int]: ...

    def read_row(self, table: Table[Row], key: str) -> Row | None: ...

    def query(self, query: Query[Row]) -> list[tuple[str, Row]]:
        """Keys and rows."""

    def leads(self) -> bool:
        """Whether this one, of all that are open on the store, is to publish its log.

        It becomes the leader where there is none, and stays it while it asks every few seconds.
        """

    def close(self) -> None: ...
