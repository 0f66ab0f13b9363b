"""Many rows from one, made by SQLite itself: a million in seconds, as a year of work leaves them.

In the row that is copied stand the marks below; each copy has its own in their place.
"""

# ruff: noqa: S608 - names are those of our own tables, values are always parameters

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from shared.tables import Table

TICKET = UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
NUMBER = "T20010203-XXXXXXXX"
MOMENT = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
DEPARTMENT = "department-x"
POSITION = 987_654_321
DEPARTMENTS = 40
FIRST = "2025-12-15"
"""Of the year over which the copies lie."""
AFTER = "(n * 30240000 / :all) || ' seconds'"
"""350 days for all."""
MARKS = {
    str(TICKET): "printf('%08x-0000-4000-8000-%012x', n / 16, n)",
    NUMBER: "printf('T20260101-%08d', n)",
    "2001-02-03T04:05:06": f"strftime('%Y-%m-%dT%H:%M:%S', '{FIRST}', {AFTER})",
    "2001-02-03": f"date('{FIRST}', {AFTER})",
    DEPARTMENT: f"'department-' || (n % {DEPARTMENTS})",
    str(POSITION): "CAST(n + 1 AS TEXT)",
    # Here and there a rare one: what a list looks for longest.
    "complaint": "CASE n % 1000 WHEN 7 THEN 'praise' ELSE 'complaint' END",
    "general": "CASE n % 1000 WHEN 8 THEN 'major' ELSE 'general' END",
}


def copy(path: Path, table: Table[Any], key: str, row: msgspec.Struct, numbers: range) -> None:
    """The row under these numbers, into a store that nobody has open."""
    given = {"key": key, **dict(zip(table.columns, table.column_values(row), strict=True))}
    values = {name: _varied(value) for name, value in given.items()}
    values["body"] = ("CAST(" + _varied(table.encode(row).decode())[0] + " AS BLOB)", None)
    names = ", ".join(f'"{name}"' for name in values)
    parts = ", ".join(part.replace("?", f":v{at}") for at, (part, _) in enumerate(values.values()))
    parameters = {f"v{at}": value for at, (_, value) in enumerate(values.values())}
    parameters[f"v{len(values) - 1}"] = table.encode(row).decode()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        indexes = _without_indexes(connection, f"row_{table.name}")
        connection.execute(
            "WITH RECURSIVE series(n) AS "
            "(SELECT :first UNION ALL SELECT n + 1 FROM series WHERE n + 1 < :last) "
            f'INSERT INTO "row_{table.name}" ({names}) SELECT {parts} FROM series',
            {**parameters, "first": numbers.start, "last": numbers.stop, "all": numbers.stop},
        )
        for index in indexes:
            connection.execute(index)


def _varied(value: object) -> tuple[str, object]:
    """SQL of a copy's value out of the row's, which it takes as `?`."""
    if value == POSITION:
        return "n + 1", value
    if not isinstance(value, str):
        return "?", value
    part = "?"
    for mark, own in MARKS.items():
        if mark in value:
            part = f"replace({part}, '{mark}', {own})"
    return part, value


def _without_indexes(connection: sqlite3.Connection, table: str) -> list[str]:
    """Drops them, for they are made faster afterwards; returns how."""
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql > ''",
        (table,),
    ).fetchall()
    for name, _ in found:
        connection.execute(f'DROP INDEX "{name}"')
    return [sql for _, sql in found]
