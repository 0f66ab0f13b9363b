"""Rows kept beside the events, in the same transaction: vaults, views, idempotency, letters.

A row is a frozen struct under a text key. Besides the key only the columns that a list filters or
sorts by are real columns; the rest is one JSON body, so that a view's shape changes without a
migration.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

Row = TypeVar("Row", bound=msgspec.Struct)
Column = str | int | None


@dataclass(frozen=True, eq=False)
class Table(Generic[Row]):
    """A kind of row; `columns` maps each column's name to its value in a row."""

    name: str
    row: type[Row]
    columns: Mapping[str, Callable[[Row], Column]] = field(default_factory=dict)
    numeric: frozenset[str] = frozenset()
    indexes: tuple[tuple[str, ...], ...] = ()

    def encode(self, row: Row) -> bytes:
        """The row's body."""
        return msgspec.json.encode(row)

    def decode(self, body: bytes) -> Row:
        """The row of a body."""
        return msgspec.json.decode(body, type=self.row)

    def column_values(self, row: Row) -> tuple[Column, ...]:
        """The row's columns, in the order in which the table names them."""
        return tuple(value(row) for value in self.columns.values())


@dataclass(frozen=True)
class Insert(Generic[Row]):
    """A new row; a row under the same key fails the append with RowConflictError."""

    table: Table[Row]
    key: str
    row: Row


@dataclass(frozen=True)
class Put(Generic[Row]):
    """The row, whether or not there was one."""

    table: Table[Row]
    key: str
    row: Row


@dataclass(frozen=True)
class Delete(Generic[Row]):
    """No row; where `required`, there must have been one (else RowConflictError)."""

    table: Table[Row]
    key: str
    required: bool = False


@dataclass(frozen=True)
class Fold(Generic[Row]):
    """What `project` makes of the row as it stands at the commit; None leaves it as it is."""

    table: Table[Row]
    key: str
    project: Callable[[Row | None], Row | None]


RowChange = Insert[Any] | Put[Any] | Delete[Any] | Fold[Any]


@dataclass(frozen=True)
class Query(Generic[Row]):
    """Rows whose columns equal `equal` and lie within `at_most`, ordered by columns, then by key.

    `after` is the ordering of the last row already seen: its `order` columns, then its key.
    """

    table: Table[Row]
    equal: Mapping[str, Column] = field(default_factory=dict)
    at_most: Mapping[str, Column] = field(default_factory=dict)
    at_least: Mapping[str, Column] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    after: tuple[Column, ...] | None = None
    descending: bool = False
    limit: int = 100
