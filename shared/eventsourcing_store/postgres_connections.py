"""How PostgreSQL is spoken to: every wait has an end, and weak servers are refused."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from eventsourcing.postgres import PostgresDatastore
from psycopg import conninfo
from psycopg.rows import DictRow, TupleRow, dict_row, tuple_row

from shared.event_store import StoreRefusedError
from shared.eventsourcing_store.postgres_arrays import register

LOCK_SECONDS = 3
READ_SECONDS = 4
ANSWER_SECONDS = 5.0
"""A frozen server answers nothing, and its kernel still acknowledges: no keepalive notices."""

REST_SECONDS = 5.0
"""A connection that rested so long is asked whether it still stands."""

DEFAULTS = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "2",
    "tcp_user_timeout": "5000",
}
SETTINGS = f"""\
    SET client_encoding TO 'UTF8';
    SET lock_timeout TO '{LOCK_SECONDS}s';
    SET idle_in_transaction_session_timeout TO '10s';
    SET enable_seqscan TO off;
    SET jit TO off
"""
"""A plan made while a table was small must not last when it is large: always the index."""

AWAY = frozenset({"08", "25", "40", "53", "57", "58"})
"""SQLSTATE classes after which the same statement may succeed later."""
LOCK_NOT_AVAILABLE = "55P03"

AnyRow = TypeVar("AnyRow")


class Connection(psycopg.Connection[AnyRow]):
    """Closes itself when the server does not answer in time."""

    patience: float | None = None
    """Seconds, where it is not the usual."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ANN401 - the driver's own types
        try:
            return super().wait(
                gen, interval=interval, timeout=timeout or self.patience or ANSWER_SECONDS
            )
        except psycopg.errors._WaitTimeout as error:  # noqa: SLF001 - no public name
            self.close()
            raise psycopg.OperationalError("the server did not answer in time") from error


def connect(url: str, service: str) -> Connection[TupleRow]:
    """A connection in autocommit mode, set up as all are. Raises psycopg.OperationalError."""
    given = conninfo.conninfo_to_dict(url)
    defaults = {"application_name": f"huiyin {service}", **DEFAULTS}
    missing = {name: value for name, value in defaults.items() if name not in given}
    connection = Connection[TupleRow].connect(
        conninfo.make_conninfo(url, **missing), autocommit=True, row_factory=tuple_row
    )
    try:
        connection.execute(f'{SETTINGS}; SET search_path TO "{service}"'.encode())
        register(connection)
        _wait_for_the_disk(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _wait_for_the_disk(connection: Connection[TupleRow]) -> None:
    """Never less than `on`; a server that promises more keeps its promise."""
    if _setting(connection, "synchronous_commit") not in {"on", "remote_apply"}:
        connection.execute("SET synchronous_commit TO on")
    if _setting(connection, "synchronous_commit") not in {"on", "remote_apply"}:
        raise StoreRefusedError("PostgreSQL does not let synchronous_commit be turned on")


def _setting(connection: Connection[TupleRow], name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return str(row[0]) if row else ""


def refuse_weak_server(connection: Connection[TupleRow]) -> None:
    """Raises StoreRefusedError for settings under which a commit may be lost or a text refused."""
    for name in ("fsync", "full_page_writes"):
        if _setting(connection, name) != "on":
            raise StoreRefusedError(
                f"PostgreSQL runs with {name}=off, so that a crash may lose or garble what was "
                "committed: turn it on"
            )
    if _setting(connection, "server_encoding") != "UTF8":
        raise StoreRefusedError("the PostgreSQL database's encoding is not UTF8: make a new one")


def is_away(error: psycopg.Error) -> bool:
    """Whether trying again may help; without a SQLSTATE the connection is what failed."""
    if error.sqlstate is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return error.sqlstate[:2] in AWAY or error.sqlstate == LOCK_NOT_AVAILABLE


class ReaderDatastore(PostgresDatastore):
    """The library's datastore over a few connections of ours.

    Its own pool waits out an outage for minutes, and its reads repeat themselves on the library's
    exceptions; here they get the driver's, and end at once.
    """

    def __init__(self, url: str, service: str) -> None:
        super().__init__(
            dbname="",
            host="",
            port="",
            user="",
            password="",
            lock_timeout=LOCK_SECONDS,
            schema=service,
            single_row_tracking=True,
            originator_id_type="uuid",
            enable_db_functions=False,
        )
        self._url = url
        self._service = service
        self._resting: deque[tuple[float, Connection[TupleRow]]] = deque()

    def register_type_adapters(self) -> None:
        """Nothing to do: arrays are written, not the library's composite type."""

    @contextmanager
    def get_connection(self) -> Iterator[psycopg.Connection[DictRow]]:
        with self.reader() as connection:
            connection.row_factory = dict_row  # type: ignore[assignment]
            yield connection  # type: ignore[misc]

    @contextmanager
    def reader(self) -> Iterator[Connection[TupleRow]]:
        """A connection of one's own for a while; broken ones go, and all that rested with them."""
        connection = self._awake() or self._connect()
        connection.row_factory = tuple_row
        try:
            yield connection
        except BaseException:
            connection.close()
            self.close()
            raise
        self._resting.append((time.monotonic(), connection))

    def _connect(self) -> Connection[TupleRow]:
        connection = connect(self._url, self._service)
        # Never on a writer: it would end a commit's wait for the standby, and call that success.
        connection.execute(f"SET statement_timeout TO '{READ_SECONDS}s'".encode())
        return connection

    def _awake(self) -> Connection[TupleRow] | None:
        while self._resting:
            try:
                since, connection = self._resting.pop()
            except IndexError:  # another thread took it
                return None
            if time.monotonic() - since < REST_SECONDS or stands(connection):
                return connection
        return None

    def close(self) -> None:
        with suppress(AttributeError, IndexError):
            while True:
                self._resting.pop()[1].close()


def stands(connection: Connection[TupleRow]) -> bool:
    """Whether the connection still answers; closed if not."""
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        connection.close()
        return False
    return True
