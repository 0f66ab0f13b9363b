"""Which of several instances publishes: the one whose connection holds the advisory lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.eventsourcing_store.postgres_connections import connect

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

    from shared.eventsourcing_store.postgres_connections import Connection

SILENCE_SECONDS = 10
"""A holder that froze keeps its connection, and with it the lock, until the server ends it."""


class Leader:
    """One instance's claim; called from one thread at a time."""

    def __init__(self, url: str, service: str) -> None:
        self._url = url
        self._service = service
        self._connection: Connection[TupleRow] | None = None
        self._holds = False

    def leads(self) -> bool:
        """Whether the lock is ours now; False once after it was lost. Raises psycopg.Error."""
        try:
            return self._ask()
        except BaseException:
            self.close()
            raise

    def _ask(self) -> bool:
        if self._connection is None:
            self._connection = connect(self._url, self._service)
            self._connection.execute(f"SET idle_session_timeout TO '{SILENCE_SECONDS}s'".encode())
        if self._holds:
            self._connection.execute("SELECT 1")  # who answers it still holds the lock
            return True
        row = self._connection.execute(
            "SELECT pg_try_advisory_lock(hashtext(%s))", (f"huiyin relay {self._service}",)
        ).fetchone()
        self._holds = row == (True,)
        return self._holds

    def close(self) -> None:
        """Gives up the lock, if it is held."""
        self._holds = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None
