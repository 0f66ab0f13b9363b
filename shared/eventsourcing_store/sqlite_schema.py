"""A service's tables in its SQLite file: made as a whole if the file is new, else as they are."""

import sqlite3
from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from eventsourcing import persistence
from eventsourcing.sqlite import SQLiteCursor, SQLiteProcessRecorder

from shared.event_store import StoredEvent, StoreRefusedError
from shared.eventsourcing_store.statements import RowStatements


class Recorder(SQLiteProcessRecorder):
    """The library's recorder, writing on our connection instead of one from its pool."""

    def create_tables(self, cursor: sqlite3.Cursor) -> None:
        self._create_table(SQLiteCursor(cursor))

    def insert(self, cursor: sqlite3.Cursor, events: Sequence[StoredEvent]) -> Sequence[int]:
        """Returns the events' positions in the log."""
        stored = [
            persistence.StoredEvent(event.stream, event.version, event.name, event.state)
            for event in events
        ]
        return self._insert_events(SQLiteCursor(cursor), stored) or ()


def prepare(
    writer: sqlite3.Connection, service: str, recorder: Recorder, rows: Iterable[RowStatements]
) -> UUID:
    """Makes what is missing; returns the epoch. Raises StoreRefusedError."""
    writer.execute("BEGIN IMMEDIATE")
    if writer.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        recorder.create_tables(writer.cursor())
        writer.execute("CREATE TABLE store (epoch TEXT NOT NULL, service TEXT NOT NULL)")
        writer.execute("INSERT INTO store VALUES (?, ?)", (str(uuid4()), service))
    epoch = _identify(writer, service)
    for statements in rows:
        _prepare_rows(writer, statements)
    writer.execute("COMMIT")
    return epoch


def _identify(writer: sqlite3.Connection, service: str) -> UUID:
    try:
        ((epoch, owner),) = writer.execute("SELECT epoch, service FROM store")
        identity = UUID(epoch)
    except (sqlite3.OperationalError, ValueError) as error:
        raise StoreRefusedError("the file does not say which store it is") from error
    if owner != service:
        raise StoreRefusedError(f"the file is the store of {owner}, not of {service}")
    keys = writer.execute("SELECT name FROM pragma_table_info('tracking') WHERE pk > 0")
    if [name for (name,) in keys] != ["application_name"]:
        raise StoreRefusedError("the file keeps its marks in another form")
    return identity


def _prepare_rows(writer: sqlite3.Connection, rows: RowStatements) -> None:
    writer.execute(rows.create_table)
    columns = writer.execute("SELECT name FROM pragma_table_info(?)", (f"row_{rows.table.name}",))
    there = {name for (name,) in columns}
    missing = [column for column in rows.table.columns if column not in there]
    for column in missing:
        writer.execute(rows.add_column(column))
    if missing:
        statement = put(rows)
        for page in rows.filled_anew(lambda sql, values: writer.execute(sql, values).fetchall()):
            writer.executemany(statement, page)
    indexes = writer.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?",
        (f"row_{rows.table.name}",),
    ).fetchall()
    for drop_index in rows.outdated(name for (name,) in indexes):
        writer.execute(drop_index)
    for create_index in rows.indexes.values():
        writer.execute(create_index)


def put(rows: RowStatements) -> str:
    """The statement for one row; it takes the values of `column_names`."""
    places = ", ".join("?" * len(rows.column_names))
    return rows.put(f"VALUES ({places})")
