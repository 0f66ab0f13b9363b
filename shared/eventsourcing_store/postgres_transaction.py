"""One group's transaction on PostgreSQL: one statement loads it, one saves it."""

# ruff: noqa: S608 - names are those of our own tables, values are always parameters

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from psycopg.rows import TupleRow

from shared.event_store import Changes, Loaded, StoredEvent, Wanted
from shared.eventsourcing_store.postgres_arrays import byte_strings, numbers, texts, uuids
from shared.eventsourcing_store.postgres_connections import Connection
from shared.eventsourcing_store.statements import RowStatements
from shared.tables import Table

LOCK = "LOCK TABLE store IN EXCLUSIVE MODE"
"""The order of commits is that of positions because writers wait here for each other.

Not the events' own table: there each vacuum and analyze would stop all writers for a second.
"""

VERSIONS = """
SELECT 0, nth::text, (SELECT max(originator_version) FROM stored_events
    WHERE originator_id = stream), NULL::bytea
FROM unnest(%s::uuid[]) WITH ORDINALITY AS wanted (stream, nth)
"""
MARKS = """
SELECT 1, application_name, notification_id, NULL::bytea
FROM notification_tracking WHERE application_name = ANY (%s::text[])
"""
SAVE_MARKS = """
INSERT INTO notification_tracking AS stands SELECT * FROM unnest(%s::text[], %s::bigint[])
ON CONFLICT (application_name) DO UPDATE
SET notification_id = greatest(stands.notification_id, excluded.notification_id)
"""
SAVE_EVENTS = """
INSERT INTO stored_events (originator_id, originator_version, topic, state)
SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[])
RETURNING notification_id
"""


class Transaction:
    """From the lock on, nobody else writes: what is loaded stays as it is until the commit."""

    def __init__(
        self, connection: Connection[TupleRow], rows: Mapping[Table[Any], RowStatements]
    ) -> None:
        self._connection = connection
        self._rows = rows
        connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED", prepare=False)
        connection.execute(LOCK, prepare=False)

    def load(self, wanted: Wanted) -> Loaded:
        streams, tables = list(wanted.streams), list(wanted.rows)
        parts = [VERSIONS, MARKS]
        values: list[bytes] = [uuids(streams), texts(wanted.marks)]
        for number, table in enumerate(tables):
            name = self._rows[table].name
            parts.append(
                f'SELECT {number + 2}, "key", NULL::bigint, "body" '
                f'FROM {name} WHERE "key" = ANY (%s::text[])'
            )
            values.append(texts(wanted.rows[table]))
        versions = {}
        marks: dict[str, int] = {}
        rows: dict[tuple[str, str], bytes] = {}
        for source, key, number, body in self._execute(" UNION ALL ".join(parts), values):
            if source == 0 and number is not None:
                versions[streams[int(key) - 1]] = number
            elif source == 1:
                marks[key] = number
            elif source:
                rows[tables[source - 2].name, key] = body
        return Loaded(versions, marks, rows)

    def save(self, changes: Changes) -> Sequence[int]:
        parts: list[str] = []
        values: list[bytes] = []
        if changes.marks:
            parts.append(SAVE_MARKS)
            values += (texts(changes.marks), numbers(changes.marks.values()))
        for table, rows in changes.rows.items():
            gone = [key for key, row in rows.items() if row is None]
            if gone:
                name = self._rows[table].name
                parts.append(f'DELETE FROM {name} WHERE "key" = ANY (%s::text[])')
                values.append(texts(gone))
            kept = [(key, *row[0], row[1]) for key, row in rows.items() if row is not None]
            if kept:
                parts.append(_put(self._rows[table]))
                values += _columns(table, kept)
        if changes.events:
            values += _events(changes.events)
        if not values:
            return ()
        written = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(parts))
        final = SAVE_EVENTS if changes.events else "SELECT 0 WHERE false"
        statement = f"WITH {written} {final}" if parts else final
        return [position for (position,) in self._execute(statement, values)]

    def _execute(self, statement: str, values: Sequence[bytes]) -> list[TupleRow]:
        cursor = self._connection.execute(statement.encode(), values, prepare=True, binary=True)
        return cursor.fetchall()


def _put(statements: RowStatements) -> str:
    arrays = ", ".join(f"%s::{kind}[]" for kind in statements.kinds)
    return statements.put(f"SELECT * FROM unnest({arrays})")


def _columns(table: Table[Any], rows: Sequence[tuple[Any, ...]]) -> Iterator[bytes]:
    keys, *columns, bodies = zip(*rows, strict=True)
    yield texts(keys)
    for name, column in zip(table.columns, columns, strict=True):
        yield numbers(column) if name in table.numeric else texts(column)
    yield byte_strings(bodies)


def _events(events: Sequence[StoredEvent]) -> Iterator[bytes]:
    yield uuids(event.stream for event in events)
    yield numbers(event.version for event in events)
    yield texts(event.name for event in events)
    yield byte_strings(event.state for event in events)
