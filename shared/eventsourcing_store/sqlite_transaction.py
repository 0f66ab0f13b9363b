"""One group's transaction on SQLite."""

# ruff: noqa: S608 - names are those of our own tables, values are always parameters

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.event_store import Changes, Loaded, Wanted
from shared.eventsourcing_store.sqlite_schema import Recorder, put
from shared.eventsourcing_store.statements import RowStatements
from shared.tables import Table

LOOKUPS = 128
"""Keys asked for by one statement at most."""


class Transaction:
    """Between BEGIN IMMEDIATE and COMMIT: nobody else writes."""

    def __init__(
        self,
        cursor: sqlite3.Cursor,
        recorder: Recorder,
        rows: Mapping[Table[Any], RowStatements],
    ) -> None:
        self._cursor = cursor
        self._recorder = recorder
        self._rows = rows

    def load(self, wanted: Wanted) -> Loaded:
        versions = self._look_up(
            "originator_id, max(originator_version) FROM stored_events",
            "originator_id",
            [stream.hex for stream in wanted.streams],
            " GROUP BY originator_id",
        )
        marks = self._look_up(
            "application_name, notification_id FROM tracking", "application_name", wanted.marks
        )
        return Loaded(
            versions={UUID(stream): version for stream, version in versions},
            marks=dict(marks),
            rows={
                (table.name, key): body
                for table, keys in wanted.rows.items()
                for key, body in self._look_up(
                    f'"key", "body" FROM {self._rows[table].name}', '"key"', keys
                )
            },
        )

    def _look_up(
        self, what: str, column: str, keys: Iterable[str], end: str = ""
    ) -> list[tuple[Any, Any]]:
        waiting = list(keys)
        found: list[tuple[Any, Any]] = []
        for start in range(0, len(waiting), LOOKUPS):
            part = waiting[start : start + LOOKUPS]
            # Filled up with the last key to a power of two: few texts, each parsed once.
            part += part[-1:] * ((1 << (len(part) - 1).bit_length()) - len(part))
            marks = ", ".join("?" * len(part))
            statement = f"SELECT {what} WHERE {column} IN ({marks}){end}"
            found += self._cursor.execute(statement, part)
        return found

    def save(self, changes: Changes) -> Sequence[int]:
        positions = self._recorder.insert(self._cursor, changes.events)
        if changes.marks:
            self._cursor.executemany(
                "INSERT INTO tracking VALUES (?, ?) ON CONFLICT (application_name) DO UPDATE "
                "SET notification_id = max(notification_id, excluded.notification_id)",
                changes.marks.items(),
            )
        for table, rows in changes.rows.items():
            statements = self._rows[table]
            gone = [(key,) for key, row in rows.items() if row is None]
            kept = [(key, *row[0], row[1]) for key, row in rows.items() if row is not None]
            if gone:
                statement = f'DELETE FROM {statements.name} WHERE "key" = ?'
                self._cursor.executemany(statement, gone)
            if kept:
                self._cursor.executemany(put(statements), kept)
        return positions
