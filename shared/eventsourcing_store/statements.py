"""The SQL that both databases understand: a table for each kind of row, and its pages."""

# ruff: noqa: S608 - names are those of our own tables, values are always parameters

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from shared.event_store import StoreRefusedError
from shared.tables import Column, Query, Row, Table, UnstorableRowError

NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_NAME = 63
"""PostgreSQL cuts longer names short, silently."""

REFILL = 1000

Condition = tuple[str, list[Column]]
NEVER: Condition = ("1 = 0", [])


@dataclass(frozen=True)
class Dialect:
    """Where the two differ."""

    placeholder: str
    text: str
    number: str
    body: str
    collation: str = ""
    first: str = ""
    """How an index puts rows without a value first, where that is not the rule."""


@dataclass(frozen=True)
class RowStatements:
    """The SQL of one table."""

    table: Table[Any]
    dialect: Dialect
    name: str
    column_names: tuple[str, ...]
    indexes: Mapping[str, str]

    @classmethod
    def of(cls, table: Table[Any], dialect: Dialect) -> "RowStatements":
        """Raises ValueError for names that cannot be a table's or a column's."""
        names = {f"{'_'.join(('row', table.name, 'by', *index))}": index for index in table.indexes}
        _check_names(table, names)
        name = _quoted(f"row_{table.name}")
        return cls(
            table=table,
            dialect=dialect,
            name=name,
            column_names=("key", *table.columns, "body"),
            indexes={
                index_name: f'CREATE INDEX IF NOT EXISTS "{index_name}" ON {name} '
                f'({", ".join(f"{_quoted(column)}{dialect.first}" for column in columns)}, "key")'
                for index_name, columns in names.items()
            },
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types of `column_names`."""
        dialect, table = self.dialect, self.table
        columns = [
            dialect.number if name in table.numeric else dialect.text for name in table.columns
        ]
        return (dialect.text, *columns, dialect.body)

    @property
    def create_table(self) -> str:
        ends = {"key": " PRIMARY KEY", "body": " NOT NULL"}
        collations = {self.dialect.text: self.dialect.collation}
        columns = [
            f"{_quoted(name)} {kind}{collations.get(kind, '')}{ends.get(name, '')}"
            for name, kind in zip(self.column_names, self.kinds, strict=True)
        ]
        return f"CREATE TABLE IF NOT EXISTS {self.name} ({', '.join(columns)})"

    def add_column(self, column: str) -> str:
        """For a table that was made before the column was thought of."""
        kind = self.kinds[self.column_names.index(column)]
        collation = self.dialect.collation if kind == self.dialect.text else ""
        return f"ALTER TABLE {self.name} ADD COLUMN {_quoted(column)} {kind}{collation}"

    def outdated(self, there: Iterable[str]) -> list[str]:
        """Drops those of the indexes there that an older release made: they mislead planners."""
        made = f"row_{self.table.name}_by_"
        return [
            f"DROP INDEX {_quoted(name)}"
            for name in there
            if name.startswith(made) and name not in self.indexes
        ]

    def filled_anew(
        self, read: Callable[[str, Sequence[Column]], Sequence[tuple[Any, ...]]]
    ) -> Iterator[list[tuple[Any, ...]]]:
        """All stored rows with their columns worked out from their bodies, some at a time."""
        after: tuple[Column, ...] | None = None
        while page := read(*self.select(Query(self.table, after=after, limit=REFILL))):
            try:
                rows = [(body, self.table.decode(body)) for _, body, *_ in page]
            except msgspec.MsgspecError as error:
                message = f"rows of {self.table.name} can no longer be read: {error}"
                raise StoreRefusedError(message) from error
            yield [
                (key, *self.table.column_values(row), body)
                for (key, *_), (body, row) in zip(page, rows, strict=True)
            ]
            after = (page[-1][0],)

    def put(self, values: str) -> str:
        """The statement that inserts or replaces rows from a source of `column_names`."""
        names = [_quoted(column) for column in self.column_names]
        news = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        return (
            f"INSERT INTO {self.name} ({', '.join(names)}) {values} "
            f'ON CONFLICT ("key") DO UPDATE SET {news}'
        )

    def select(self, query: Query[Row]) -> tuple[str, list[Column]]:
        """The statement that selects keys and bodies, and its parameters."""
        filters = list(self._filters(query))
        order = self._order(query)
        parts = [self._part(query, [*filters, *beyond], order) for beyond in self._beyond(query)]
        if len(parts) == 1:
            return parts[0]
        union = " UNION ALL ".join(
            f'SELECT * FROM ({sql}) AS "part_{number}"' for number, (sql, _) in enumerate(parts)
        )
        mark = self.dialect.placeholder
        sql = f'SELECT * FROM ({union}) AS "page" ORDER BY {order} LIMIT {mark}'
        return sql, [*(value for _, values in parts for value in values), query.limit]

    def _part(
        self, query: Query[Row], conditions: Sequence[Condition], order: str
    ) -> tuple[str, list[Column]]:
        columns = ", ".join(map(_quoted, ("key", "body", *query.order)))
        where = " AND ".join(sql for sql, _ in conditions)
        mark = self.dialect.placeholder
        sql = (
            f"SELECT {columns} FROM {self.name}{' WHERE ' if where else ''}{where} "
            f"ORDER BY {order} LIMIT {mark}"
        )
        return sql, [*(value for _, values in conditions for value in values), query.limit]

    def _filters(self, query: Query[Row]) -> Iterator[Condition]:
        for column, value in query.equal.items():
            try:
                yield self._compare(column, "=", value)
            except UnstorableRowError:
                yield NEVER
        for operator, bounds in (("<=", query.at_most), (">=", query.at_least)):
            for column, bound in bounds.items():
                yield NEVER if bound is None else self._compare(column, operator, bound)

    def _order(self, query: Query[Row]) -> str:
        # No NULLS clause for the key: PostgreSQL would sort although the index is in order.
        way, nulls = ("DESC", "NULLS LAST") if query.descending else ("ASC", "NULLS FIRST")
        columns = [f"{_quoted(column)} {way} {nulls}" for column in query.order]
        return ", ".join([*columns, f'"key" {way}'])

    def _beyond(self, query: Query[Row]) -> Iterator[list[Condition]]:
        """The rest of the rows as ranges, each of which one index scan answers.

        One row-value comparison would do, were it not for the columns without a value.
        """
        if query.after is None:
            yield []
            return
        names = (*query.order, "key")
        for depth in reversed(range(len(names))):
            same = [
                self._compare(column, "=", value)
                for column, value in zip(names[:depth], query.after[:depth], strict=True)
            ]
            column, value = names[depth], query.after[depth]
            if value is not None:
                operator = "<" if query.descending else ">"
                yield [*same, self._compare(column, operator, value)]
            if query.descending == (value is not None) and column != "key":
                there = "IS NULL" if query.descending else "IS NOT NULL"
                yield [*same, (f"{_quoted(column)} {there}", [])]

    def _compare(self, column: str, operator: str, value: Column) -> Condition:
        if value is None:
            return f"{_quoted(column)} IS NULL", []
        held = value if column == "key" else self.table.column(column, value)
        return f"{_quoted(column)} {operator} {self.dialect.placeholder}", [held]


def _quoted(name: str) -> str:
    return f'"{name}"'


def _check_names(table: Table[Any], indexes: Mapping[str, Sequence[str]]) -> None:
    for name in (f"row_{table.name}", *table.columns, *indexes):
        if not NAME.fullmatch(name) or len(name) > LONGEST_NAME or name in {"key", "body"}:
            raise ValueError(f"{name!r} cannot be a name in table {table.name!r}")
    unknown = {*table.numeric, *(column for index in indexes.values() for column in index)}
    if unknown := unknown - set(table.columns):
        raise ValueError(f"table {table.name!r} has no columns {sorted(unknown)}")
