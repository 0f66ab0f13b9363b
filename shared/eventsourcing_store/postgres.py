"""A service's store in one PostgreSQL schema: the library's tables, one writer of our own.

Never written through the library: its `insert_events` commits the tracking mark when the events'
statement fails on the client's side, and so loses the events.
"""

# ruff: noqa: S608 - names are those of our own tables, values are always parameters

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from shared.event_store import (
    LoggedEvent,
    StoredEvent,
    StoreRefusedError,
    StoreUnavailableError,
)
from shared.eventsourcing_store.postgres_connections import (
    REST_SECONDS,
    Connection,
    ReaderDatastore,
    connect,
    is_away,
    refuse_weak_server,
    stands,
)
from shared.eventsourcing_store.postgres_leader import Leader
from shared.eventsourcing_store.postgres_schema import Recorder, identify, prepare
from shared.eventsourcing_store.postgres_transaction import Transaction
from shared.eventsourcing_store.statements import Dialect, RowStatements
from shared.tables import Query, Row, Table, is_storable

Answer = TypeVar("Answer")
SCHEMA = re.compile(r"[a-z_]+")


class PostgresBackend:
    """A `Backend`; others may be open on the same schema."""

    epoch: UUID

    def __init__(self, url: str, service: str, tables: Sequence[Table[Any]]) -> None:
        if not SCHEMA.fullmatch(service):
            raise ValueError(f"{service!r} cannot be a schema's name")
        dialect = Dialect(
            placeholder="%s",
            text="text",
            number="bigint",
            body="bytea",
            collation=' COLLATE "C"',
            first=" NULLS FIRST",
        )
        self._url = url
        self._service = service
        self._rows = {table: RowStatements.of(table, dialect) for table in tables}
        self._readers = ReaderDatastore(url, service)
        self._recorder = Recorder(self._readers)
        self._leader = Leader(url, service)
        self._writer: Connection[TupleRow] | None = None
        self._used_at = 0.0
        try:
            with connect(url, service) as connection:
                refuse_weak_server(connection)
                self.epoch = prepare(connection, service, self._recorder, self._rows.values())
        except psycopg.Error as error:
            if is_away(error):
                raise StoreUnavailableError(str(error)) from error
            raise

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        try:
            connection = self._connection()
            with connection.pipeline():
                yield Transaction(connection, self._rows)
                commit = connection.execute("COMMIT", prepare=False)
            _check_commit(commit)
            self._used_at = time.monotonic()
        except BaseException as error:
            self._drop()  # else: prepared statements that are not there, or worse
            if isinstance(error, psycopg.Error) and is_away(error):
                raise StoreUnavailableError(str(error)) from error
            raise

    def _connection(self) -> Connection[TupleRow]:
        if self._writer is not None:
            rested = time.monotonic() - self._used_at > REST_SECONDS
            if not self._writer.closed and (not rested or stands(self._writer)):
                return self._writer
        self._writer = connect(self._url, self._service)
        if identify(self._writer, self._service) != self.epoch:
            raise StoreRefusedError(f"schema {self._service} became another store")
        # Its statements find rows by key only: one plan is right for all values.
        self._writer.execute("SET plan_cache_mode TO force_generic_plan")
        return self._writer

    def _drop(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def read_stream(self, stream: UUID, up_to: int | None = None) -> list[StoredEvent]:
        return [
            StoredEvent(stream, event.originator_version, event.topic, event.state)
            for event in _read(lambda: self._recorder.select_events(stream, lte=up_to))
        ]

    def read_log(self, after: int, limit: int) -> list[LoggedEvent]:
        statement = (
            "SELECT notification_id, originator_id, originator_version, topic, state "
            "FROM stored_events WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
        )
        return [
            LoggedEvent(position, StoredEvent(stream, version, name, state))
            for position, stream, version, name, state in self._select(statement, after, limit)
        ]

    def end(self) -> int:
        return _read(self._recorder.max_notification_id) or 0

    def read_marks(self, prefix: str) -> dict[str, int]:
        statement = (
            "SELECT application_name, notification_id FROM notification_tracking "
            "WHERE starts_with(application_name, %s) AND application_name <> %s"
        )
        own = self._recorder.table_migration_identifier
        return dict(self._select(statement, prefix, own))

    def read_row(self, table: Table[Row], key: str) -> Row | None:
        statement = f'SELECT "body" FROM {self._rows[table].name} WHERE "key" = %s'
        for (body,) in self._select(statement, key) if is_storable(key) else ():
            return table.decode(body)
        return None

    def query(self, query: Query[Row]) -> list[tuple[str, Row]]:
        statement, values = self._rows[query.table].select(query)
        # Planned each time: what is best depends on the values.
        rows = self._select(statement, *values, prepare=False)
        return [(key, query.table.decode(body)) for key, body, *_ in rows]

    def _select(self, statement: str, *values: object, prepare: bool = True) -> list[TupleRow]:
        def select() -> list[TupleRow]:
            with self._readers.reader() as connection:
                return connection.execute(
                    statement.encode(), values, prepare=prepare, binary=True
                ).fetchall()

        return _read(select)

    def leads(self) -> bool:
        return _read(self._leader.leads)

    def close(self) -> None:
        self._leader.close()
        self._drop()
        self._readers.close()


def _read(ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except psycopg.Error as error:
        if is_away(error):
            raise StoreUnavailableError(str(error)) from error
        raise


def _check_commit(commit: psycopg.Cursor[TupleRow]) -> None:
    """A COMMIT after a failed statement succeeds as a ROLLBACK."""
    if commit.statusmessage != "COMMIT":
        raise StoreUnavailableError("the transaction was not committed")
