"""A service's store in one SQLite file: the library's tables and reads, one writer of our own."""

# ruff: noqa: S608 - names are those of our own tables, values are always parameters

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from eventsourcing import persistence
from eventsourcing.sqlite import SQLiteCursor, SQLiteProcessRecorder

from shared.event_store import (
    Changes,
    Loaded,
    LoggedEvent,
    StoredEvent,
    StoreRefusedError,
    StoreUnavailableError,
    Wanted,
)
from shared.eventsourcing_store.sqlite_files import Checkpoints, ReaderDatastore, connect, hold
from shared.eventsourcing_store.statements import Dialect, RowStatements
from shared.tables import Query, Row, Table, is_storable

DIALECT = Dialect(placeholder="?", text="TEXT", number="INTEGER", body="BLOB")
LOOKUPS = 128
"""Keys asked for by one statement at most."""

AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Primary result codes after which the same statement may succeed later."""


class _Recorder(SQLiteProcessRecorder):
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


class SQLiteBackend:
    """A `Backend`; the only one on its file."""

    epoch: UUID

    def __init__(self, path: str, service: str, tables: Sequence[Table[Any]]) -> None:
        if not path or ":memory:" in path or path.startswith("file:"):
            raise StoreRefusedError("an SQLite store's address is sqlite: and the path of a file")
        self._path = Path(path).resolve()
        self._rows = {table: RowStatements.of(table, DIALECT) for table in tables}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = hold(self._path)
        self._writer: sqlite3.Connection | None = None
        try:
            self._recorder = _Recorder(ReaderDatastore(self._path))
            self._writer = connect(self._path)
            self.epoch = self._prepare(self._writer, service)
            self._checkpoints = Checkpoints(self._path)
        except sqlite3.DatabaseError as error:
            self._release()
            raise StoreRefusedError(f"{self._path} cannot be opened: {error}") from error
        except BaseException:
            self._release()
            raise

    def _prepare(self, writer: sqlite3.Connection, service: str) -> UUID:
        """Makes what is missing; returns the epoch."""
        names = {name for (name,) in writer.execute("SELECT name FROM sqlite_master")}
        writer.execute("BEGIN IMMEDIATE")
        if not names & {"stored_events", "tracking", "store"}:
            self._recorder.create_tables(writer.cursor())
            writer.execute("CREATE TABLE store (epoch TEXT NOT NULL, service TEXT NOT NULL)")
            writer.execute("INSERT INTO store VALUES (?, ?)", (str(uuid4()), service))
        for rows in self._rows.values():
            writer.execute(rows.create_table)
            for create_index in rows.indexes.values():
                writer.execute(create_index)
        writer.execute("COMMIT")
        return self._identify(writer, service)

    def _identify(self, writer: sqlite3.Connection, service: str) -> UUID:
        try:
            ((epoch, owner),) = writer.execute("SELECT epoch, service FROM store")
            identity = UUID(epoch)
        except (sqlite3.OperationalError, ValueError) as error:
            raise StoreRefusedError(f"{self._path} does not say which store it is") from error
        if owner != service:
            raise StoreRefusedError(f"{self._path} is the store of {owner}, not of {service}")
        keys = writer.execute("SELECT name FROM pragma_table_info('tracking') WHERE pk > 0")
        if [name for (name,) in keys] != ["application_name"]:
            raise StoreRefusedError(f"{self._path} keeps its marks in another form")
        return identity

    @contextmanager
    def write(self) -> Iterator["_Transaction"]:
        try:
            if self._writer is None:
                self._writer = connect(self._path)
            self._checkpoints.truncate_if_large(self._writer)
            self._writer.execute("BEGIN IMMEDIATE")
            yield _Transaction(self._writer.cursor(), self._recorder, self._rows)
            _commit(self._writer)
        except BaseException as error:
            self._roll_back()
            if _away(error):
                raise StoreUnavailableError(str(error)) from error
            raise

    def _roll_back(self) -> None:
        if self._writer is None:
            return
        try:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        except sqlite3.Error:
            writer, self._writer = self._writer, None
            with suppress(sqlite3.Error):
                writer.close()

    def read_stream(self, stream: UUID, up_to: int | None = None) -> list[StoredEvent]:
        with _reading():
            return [
                StoredEvent(stream, event.originator_version, event.topic, event.state)
                for event in self._recorder.select_events(stream, lte=up_to)
            ]

    def read_log(self, after: int, limit: int) -> list[LoggedEvent]:
        statement = (
            "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
            "WHERE rowid > ? ORDER BY rowid LIMIT ?"
        )
        return [
            LoggedEvent(position, StoredEvent(UUID(stream), version, name, state))
            for position, stream, version, name, state in self._select(statement, after, limit)
        ]

    def end(self) -> int:
        with _reading():
            return self._recorder.max_notification_id() or 0

    def read_marks(self, prefix: str) -> dict[str, int]:
        statement = (
            "SELECT application_name, notification_id FROM tracking "
            "WHERE substr(application_name, 1, length(?1)) = ?1 AND application_name <> ?2"
        )
        own = self._recorder.table_migration_identifier
        return dict(self._select(statement, prefix, own))

    def read_row(self, table: Table[Row], key: str) -> Row | None:
        statement = f'SELECT "body" FROM {self._rows[table].name} WHERE "key" = ?'
        for (body,) in self._select(statement, key) if is_storable(key) else ():
            return table.decode(body)
        return None

    def query(self, query: Query[Row]) -> list[tuple[str, Row]]:
        statement, values = self._rows[query.table].select(query)
        return [
            (key, query.table.decode(body)) for key, body, *_ in self._select(statement, *values)
        ]

    def _select(self, statement: str, *values: object) -> list[Any]:
        with _reading(), self._recorder.datastore.transaction(commit=False) as cursor:
            cursor.execute(statement, values)
            rows: list[Any] = cursor.fetchall()
            return rows

    def close(self) -> None:
        self._checkpoints.close()
        self._release()

    def _release(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if hasattr(self, "_recorder"):
            self._recorder.datastore.close()
        self._lock.close()


class _Transaction:
    """Between BEGIN IMMEDIATE and COMMIT: nobody else writes."""

    def __init__(
        self,
        cursor: sqlite3.Cursor,
        recorder: _Recorder,
        rows: dict[Table[Any], RowStatements],
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
                places = ", ".join("?" * len(statements.column_names))
                self._cursor.executemany(statements.put(f"VALUES ({places})"), kept)
        return positions


def _commit(writer: sqlite3.Connection) -> None:
    """Whatever fails here may have been written: nobody may take it for a refusal."""
    try:
        writer.execute("COMMIT")
    except sqlite3.Error as error:
        raise StoreUnavailableError(f"the commit failed: {error}") from error


def _away(error: BaseException) -> bool:
    if isinstance(error, persistence.PersistenceError) and error.__cause__ is not None:
        return _away(error.__cause__)
    if isinstance(error, persistence.ConnectionUnavailableError):
        return True
    code = getattr(error, "sqlite_errorcode", 0)
    return isinstance(error, sqlite3.Error) and (code & 0xFF) in AWAY


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, persistence.PersistenceError) as error:
        if _away(error):
            raise StoreUnavailableError(str(error)) from error
        raise
