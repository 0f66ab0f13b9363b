"""The stores that keep one contract, each opened and opened again over what it kept."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from shared.event_store import Backend, StoreUnavailableError, Transaction
from shared.eventsourcing_store import open_backend
from shared.group_commit import EventStore
from shared.tables import Table
from shared.testing.memory_store import Disk, MemoryBackend

KINDS = ("memory", "sqlite", "postgres")


class Card(msgspec.Struct, frozen=True):
    """A row with columns that may be without a value."""

    desk: str | None = None
    due: int | None = None
    note: str = ""


class Count(msgspec.Struct, frozen=True):
    """A row without columns."""

    total: int = 0


CARDS = Table(
    "cards",
    Card,
    {"desk": lambda card: card.desk, "due": lambda card: card.due},
    numeric=frozenset({"due"}),
    indexes=(("desk", "due"), ("due",)),
)
COUNTS = Table("counts", Count)
TABLES: Sequence[Table[Any]] = (CARDS, COUNTS)


@dataclass
class Stand:
    """One kept store; `shared` where two may be open on it at once."""

    make: Callable[[Sequence[Table[Any]]], Backend]
    shared: bool

    def open(self, tables: Sequence[Table[Any]] = TABLES) -> Backend:
        """Open the store anew over what it kept."""
        return self.make(tables)

    @asynccontextmanager
    async def store(self) -> AsyncIterator[EventStore]:
        """Open it as the services use it."""
        store = EventStore(self.open())
        try:
            yield store
        finally:
            await store.close()


@contextmanager
def stand_of(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    """Make an empty store of that kind."""
    match kind:
        case "memory":
            disk = Disk()
            yield Stand(lambda tables: MemoryBackend(tables, disk), shared=True)
        case "sqlite":
            url = f"sqlite:{tmp_path / 'store.db'}"
            yield Stand(lambda tables: open_backend(url, "intake", tables), shared=False)
        case _:
            database: str = request.getfixturevalue("kept_database")
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute("DROP SCHEMA IF EXISTS intake CASCADE")
            yield Stand(lambda tables: open_backend(database, "intake", tables), shared=True)


class LosingReplies:
    """A backend that commits once without being able to say so."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.epoch = backend.epoch
        self.losing = True

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the backend has
        return getattr(self._backend, name)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Commit, then fail."""
        with self._backend.write() as transaction:
            yield transaction
        if self.losing:
            self.losing = False
            raise StoreUnavailableError("the reply was lost")
