"""A service's schema on PostgreSQL: made as a whole if it is not there, else used as it is."""

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

import psycopg
from eventsourcing.postgres import PostgresProcessRecorder
from psycopg.rows import TupleRow, dict_row

from shared.event_store import StoreRefusedError
from shared.eventsourcing_store.postgres_connections import Connection
from shared.eventsourcing_store.statements import RowStatements
from shared.tables import Column

PATIENCE_SECONDS = 3600.0
"""A new index or column of a large table takes its time, once."""


class Recorder(PostgresProcessRecorder):
    """The library's recorder, for its tables and its reads."""

    def create_tables(self, connection: Connection[TupleRow]) -> None:
        """Inside the caller's transaction, where the library would use several."""
        with connection.cursor(row_factory=dict_row) as cursor:
            for statement in self.sql_create_statements:
                if statement.as_string().startswith("CREATE TYPE"):
                    cursor.execute(statement)
            self._create_table(cursor)


def prepare(
    connection: Connection[TupleRow],
    service: str,
    recorder: Recorder,
    rows: Iterable[RowStatements],
) -> UUID:
    """Makes what is missing; returns the epoch. Raises StoreRefusedError."""
    connection.patience = PATIENCE_SECONDS
    try:
        with connection.transaction():
            # Two that create one schema at once fail in the catalogue, whatever they check first.
            lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
            connection.execute(lock, (f"huiyin {service}",))
            if not _is_there(connection, "store"):
                _create(connection, service, recorder)
            for statements in rows:
                _prepare_rows(connection, statements)
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreRefusedError(
            f"the database user may not create what schema {service} lacks: {error}"
        ) from error
    return identify(connection, service)


def _is_there(connection: Connection[TupleRow], name: str) -> bool:
    """Whether the service's schema, the only one searched, has such a table or index."""
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (f'"{name}"',))
    return found.fetchone() == (True,)


def _create(connection: Connection[TupleRow], service: str, recorder: Recorder) -> None:
    if _is_there(connection, recorder.events_table_name):
        raise StoreRefusedError(f"schema {service} has events and does not say which store it is")
    there = connection.execute("SELECT to_regnamespace(%s) IS NOT NULL", (service,))
    if there.fetchone() != (True,):
        connection.execute(f'CREATE SCHEMA "{service}"'.encode())
    recorder.create_tables(connection)
    connection.execute("CREATE TABLE store (epoch uuid NOT NULL, service text NOT NULL)")
    connection.execute("INSERT INTO store VALUES (%s, %s)", (uuid4(), service))


def _prepare_rows(connection: Connection[TupleRow], rows: RowStatements) -> None:
    name = f"row_{rows.table.name}"
    if not _is_there(connection, name):
        connection.execute(rows.create_table.encode())
    columns = connection.execute(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0",
        (name,),
    )
    there = {column for (column,) in columns}
    missing = [column for column in rows.table.columns if column not in there]
    for column in missing:
        connection.execute(rows.add_column(column).encode())
    if missing:
        _fill_anew(connection, rows)
    indexes = connection.execute(
        "SELECT relname::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
        "WHERE indrelid = %s::regclass",
        (name,),
    )
    for drop_index in rows.outdated(index for (index,) in indexes):
        connection.execute(drop_index.encode())
    for index, create_index in rows.indexes.items():
        if not _is_there(connection, index):
            connection.execute(create_index.encode())


def _fill_anew(connection: Connection[TupleRow], rows: RowStatements) -> None:
    def read(statement: str, values: Sequence[Column]) -> Sequence[TupleRow]:
        return connection.execute(statement.encode(), values).fetchall()

    places = ", ".join(f"%s::{kind}" for kind in rows.kinds)
    put = rows.put(f"VALUES ({places})").encode()
    with connection.cursor() as cursor:
        for page in rows.filled_anew(read):
            cursor.executemany(put, page)


def identify(connection: Connection[TupleRow], service: str) -> UUID:
    """The epoch; raises StoreRefusedError for a schema that is not this service's store."""
    stores = connection.execute("SELECT epoch, service FROM store").fetchall()
    if len(stores) != 1 or stores[0][1] != service:
        raise StoreRefusedError(f"schema {service} does not say that it is the store of {service}")
    tables = connection.execute(
        "SELECT relpersistence, array(SELECT attname::text FROM pg_index "
        "JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey) "
        "WHERE indrelid = pg_class.oid AND indisprimary ORDER BY attname) "
        "FROM pg_class WHERE oid IN ('notification_tracking'::regclass, 'stored_events'::regclass) "
        "ORDER BY relname"
    ).fetchall()
    kept = [("p", ["application_name"]), ("p", ["originator_id", "originator_version"])]
    if tables != kept:
        raise StoreRefusedError(f"schema {service} keeps its events or marks in another form")
    epoch: UUID = stores[0][0]
    return epoch
