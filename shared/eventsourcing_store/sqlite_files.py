"""How the SQLite file is held and kept small: one process, few readers, checkpoints on the side.

A checkpoint inside a commit is what makes a commit's p99, hence none there; erased rows leave the
write-ahead log with the next truncation.
"""

import fcntl
import logging
import os
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore

from shared.event_store import StoreRefusedError

BUSY_SECONDS = 3.0
MAX_READERS = 7
"""Below 8: the library's pool leaks a lock when all its connections are in use."""

CHECKPOINT_SECONDS = 0.5
CHECKPOINT_BYTES = 32 * 1024 * 1024
"""A checkpoint holds up the commits beside it for tens of milliseconds: seldom, then."""
TRUNCATE_BYTES = 64 * 1024 * 1024
TRUNCATE_BUSY_MILLISECONDS = 100
TRUNCATE_AGAIN_SECONDS = 1.0

log = logging.getLogger(__name__)


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode, as every connection to a store has to be set up."""
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        timeout=BUSY_SECONDS,
    )
    (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        connection.close()
        raise StoreRefusedError(f"{path} lies where SQLite cannot keep a write-ahead log")
    for pragma in ("synchronous=FULL", "secure_delete=ON", "wal_autocheckpoint=0"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA query_only={'ON' if readonly else 'OFF'}")
    return connection


class _ReaderPool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        connection = connect(Path(self.db_name), readonly=True)
        connection.row_factory = sqlite3.Row
        return SQLiteConnection(sqlite_conn=connection, max_age=None)


class ReaderDatastore(SQLiteDatastore):
    """The library's datastore, over readers only."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), single_row_tracking=True, originator_id_type="uuid")
        self.pool = _ReaderPool(
            db_name=str(path), pool_size=MAX_READERS, max_overflow=0, pool_timeout=BUSY_SECONDS
        )


def hold(path: Path) -> TextIO:
    """The lock beside the database that keeps other processes out; closing it lets go.

    Not a lock on the database file: closing that would drop SQLite's own locks.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(f"{path.name}.lock").open("a")
    except OSError as error:
        raise StoreRefusedError(f"{path} cannot be opened: {error}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise StoreRefusedError(
            f"{path} is open in another process, and an SQLite store belongs to one only: "
            "stop that one, or give another HUIYIN_DATA"
        ) from error
    return lock


class Checkpoints:
    """Moves the write-ahead log into the database from a thread and connection of its own."""

    def __init__(self, path: Path) -> None:
        self._wal = path.with_name(f"{path.name}-wal")
        self._connection = connect(path)
        self._connection.execute("PRAGMA busy_timeout=0")
        self._stop = threading.Event()
        self._truncate_not_before = 0.0
        self._thread = threading.Thread(target=self._run, name="store-checkpoints", daemon=True)
        self._thread.start()

    def size(self) -> int:
        """Bytes in the write-ahead log."""
        try:
            return os.stat(self._wal).st_size  # noqa: PTH116 - a third of Path.stat's time
        except FileNotFoundError:
            return 0

    def _run(self) -> None:
        commits, at_rest = -1, False
        while not self._stop.wait(CHECKPOINT_SECONDS):
            with suppress(sqlite3.Error):
                before, commits = commits, self._data_version()
                at_rest = at_rest and commits == before
                size = self.size()
                if size > CHECKPOINT_BYTES:
                    self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
                if size and commits == before and not at_rest:
                    busy, _, _ = self._connection.execute(
                        "PRAGMA wal_checkpoint(TRUNCATE)"
                    ).fetchone()
                    at_rest = not busy

    def _data_version(self) -> int:
        """Another number after each commit of another connection."""
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def truncate_if_large(self, writer: sqlite3.Connection) -> None:
        """Between two groups, where it delays nobody's answer: the log starts anew."""
        size = self.size()
        if size < TRUNCATE_BYTES or time.monotonic() < self._truncate_not_before:
            return
        self._truncate_not_before = time.monotonic() + TRUNCATE_AGAIN_SECONDS
        writer.execute(f"PRAGMA busy_timeout={TRUNCATE_BUSY_MILLISECONDS}")
        try:
            busy, _, _ = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:  # the group may be written nevertheless
            log.warning("the write-ahead log holds %d MB: %s", size >> 20, error)
        else:
            if busy:
                log.warning("the write-ahead log holds %d MB: a reader keeps it", size >> 20)
        finally:
            writer.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
