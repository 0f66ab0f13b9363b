"""A service's store in one SQLite file: the library's tables and reads, one writer of our own."""

# ruff: noqa: S608 - names are those of our own tables, values are always parameters

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing import persistence

from shared.event_store import LoggedEvent, StoredEvent, StoreRefusedError, StoreUnavailableError
from shared.eventsourcing_store.sqlite_files import Checkpoints, ReaderDatastore, connect, hold
from shared.eventsourcing_store.sqlite_schema import Recorder, prepare
from shared.eventsourcing_store.sqlite_transaction import Transaction
from shared.eventsourcing_store.statements import Dialect, RowStatements
from shared.tables import Query, Row, Table, is_storable

DIALECT = Dialect(placeholder="?", text="TEXT", number="INTEGER", body="BLOB")

NO_STREAM = UUID(int=0)

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


class SQLiteBackend:
    """A `Backend`; the only one on its file."""

    epoch: UUID

    def __init__(self, path: str, service: str, tables: Sequence[Table[Any]]) -> None:
        if not path or ":memory:" in path or path.startswith("file:"):
            raise StoreRefusedError("an SQLite store's address is sqlite: and the path of a file")
        self._path = Path(path).resolve()
        self._rows = {table: RowStatements.of(table, DIALECT) for table in tables}
        self._lock = hold(self._path)
        self._writer: sqlite3.Connection | None = None
        try:
            self._recorder = Recorder(ReaderDatastore(self._path))
            self._writer = connect(self._path)
            self.epoch = prepare(self._writer, service, self._recorder, self._rows.values())
            self._checkpoints = Checkpoints(self._path)
        except (sqlite3.DatabaseError, StoreRefusedError) as error:
            self._release()
            raise StoreRefusedError(f"{self._path} cannot be opened: {error}") from error
        except BaseException:
            self._release()
            raise

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        try:
            if self._writer is None:
                self._writer = connect(self._path)
            self._checkpoints.truncate_if_large(self._writer)
            self._writer.execute("BEGIN IMMEDIATE")
            yield Transaction(self._writer.cursor(), self._recorder, self._rows)
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
        rows = self._select(statement, after, limit)
        streams = _streams([row[1] for row in rows])
        return [
            LoggedEvent(position, StoredEvent(stream, version, name, _bytes(state)))
            for (position, _, version, name, state), stream in zip(rows, streams, strict=True)
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
            cursor.sqlite_cursor.row_factory = None  # tuples take less time than rows by name
            cursor.execute(statement, values)
            rows: list[Any] = cursor.fetchall()
            return rows

    def leads(self) -> bool:
        return True  # nobody else can open the file

    def close(self) -> None:
        self._checkpoints.close()
        self._release()

    def _release(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if hasattr(self, "_recorder"):
            self._recorder.datastore.close()
        self._lock.close()


def _streams(texts: list[object]) -> list[UUID]:
    """All at once, which takes a third of the time."""
    try:
        return msgspec.convert(texts, list[UUID])
    except msgspec.ValidationError:  # one of them is none
        return [_stream(text) for text in texts]


def _stream(text: object) -> UUID:
    """The stream's id; of what is none, one that no stream has.

    SQLite keeps whatever is written into a column: what somebody did to a row must not keep the
    others, and who compares them, from being read.
    """
    try:
        return UUID(str(text))
    except ValueError:
        return NO_STREAM


def _bytes(state: bytes | str | None) -> bytes:
    return state.encode() if isinstance(state, str) else state or b""


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
