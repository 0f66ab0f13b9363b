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

_encode = msgspec.json.Encoder().encode

LARGEST_NUMBER = 2**63 - 1
MAX_TEXT_BYTES = 512
"""Of a key or a column: PostgreSQL refuses index entries above 2,704 bytes."""


class UnstorableRowError(ValueError):
    """A key or a column that one of the databases would refuse: all stores refuse it alike."""


def storable(text: str) -> str:
    """The text; raises UnstorableRowError for U+0000, lone surrogates and more than 512 bytes."""
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError as error:
        raise UnstorableRowError("a key or a column holds a lone surrogate") from error
    if "\0" in text or size > MAX_TEXT_BYTES:
        raise UnstorableRowError("a key or a column holds U+0000 or is longer than 512 bytes")
    return text


def is_storable(text: str) -> bool:
    """Whether there can be such a key."""
    try:
        storable(text)
    except UnstorableRowError:
        return False
    return True


@dataclass(frozen=True, eq=False)
class Table(Generic[Row]):
    """A kind of row; `columns` maps each column's name to its value in a row."""

    name: str
    row: type[Row]
    columns: Mapping[str, Callable[[Row], Column]] = field(default_factory=dict)
    numeric: frozenset[str] = frozenset()
    indexes: tuple[tuple[str, ...], ...] = ()

    def encode(self, row: Row) -> bytes:
        """The row's body; raises UnstorableRowError for lone surrogates."""
        try:
            return _encode(row)
        except UnicodeEncodeError as error:
            raise UnstorableRowError(f"a row of {self.name} holds a lone surrogate") from error

    def decode(self, body: bytes) -> Row:
        """The row of a body. Raises MsgspecError where it is none."""
        try:
            return msgspec.json.decode(body, type=self.row)
        except UnicodeDecodeError as error:  # which msgspec lets through as it is
            raise msgspec.DecodeError(str(error)) from error

    def column_values(self, row: Row) -> tuple[Column, ...]:
        """The row's columns, in the order in which the table names them."""
        if not self.columns:
            return ()
        return tuple([self.column(name, value(row)) for name, value in self.columns.items()])

    def column(self, name: str, value: Column) -> Column:
        """The value as that column holds it; raises UnstorableRowError where it can hold none."""
        if value is None:
            return None
        if name in self.numeric:
            if isinstance(value, int) and -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
                return int(value)
            raise UnstorableRowError(f"{self.name}.{name} takes whole numbers of 64 bits")
        if not isinstance(value, str):
            raise UnstorableRowError(f"{self.name}.{name} takes text")
        return storable(value)


class Insert(msgspec.Struct, Generic[Row], frozen=True):
    """A new row; a row under the same key fails the append with RowConflictError."""

    table: Table[Row]
    key: str
    row: Row


class Put(msgspec.Struct, Generic[Row], frozen=True):
    """The row, whether or not there was one."""

    table: Table[Row]
    key: str
    row: Row


class Delete(msgspec.Struct, Generic[Row], frozen=True):
    """No row; where `required`, there must have been one (else RowConflictError)."""

    table: Table[Row]
    key: str
    required: bool = False


class Fold(msgspec.Struct, Generic[Row], frozen=True):
    """What `project` makes of the row as it stands at the commit; None leaves it as it is."""

    table: Table[Row]
    key: str
    project: Callable[[Row | None], Row | None]


RowChange = Insert[Any] | Put[Any] | Delete[Any] | Fold[Any]


@dataclass(frozen=True)
class Query(Generic[Row]):
    """Rows whose columns equal `equal` and lie within the bounds, ordered by columns, then by key.

    `after` is the ordering of the last row already seen: its `order` columns, then its key.
    Text is ordered by code points. A row without a value comes before all that have one; it equals
    only None and lies within no bound, and nothing lies within a bound of None. Nothing equals what
    no store can hold; as a bound or in `after` it is an UnstorableRowError.
    """

    table: Table[Row]
    equal: Mapping[str, Column] = field(default_factory=dict)
    at_most: Mapping[str, Column] = field(default_factory=dict)
    at_least: Mapping[str, Column] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    after: tuple[Column, ...] | None = None
    descending: bool = False
    limit: int = 100

    def __post_init__(self) -> None:
        """Raises ValueError for columns that the table does not have, and places that none can."""
        named = {*self.equal, *self.at_most, *self.at_least, *self.order}
        if unknown := named - self.table.columns.keys():
            raise ValueError(f"table {self.table.name!r} has no columns {sorted(unknown)}")
        if self.after is not None and len(self.after) != len(self.order) + 1:
            raise ValueError("`after` holds the order's columns and the key")
        if self.limit < 0:
            raise ValueError("a query's limit is not negative")
        for bounds in (self.at_most, self.at_least):
            for name, bound in bounds.items():
                self.table.column(name, bound)
        if self.after is not None:
            storable(str(self.after[-1]))
            for name, value in zip(self.order, self.after, strict=False):
                self.table.column(name, value)
