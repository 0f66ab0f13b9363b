"""The event store's databases: the only package that imports `eventsourcing`."""

from collections.abc import Sequence
from typing import Any

from shared.event_store import Backend, StoreRefusedError
from shared.tables import Table

__all__ = ["open_backend"]


def open_backend(url: str, service: str, tables: Sequence[Table[Any]]) -> Backend:
    """The service's own store at `sqlite:<path>` or `postgresql://…`, made if it is not there.

    On PostgreSQL the store is the schema named after the service. Raises StoreRefusedError with
    one sentence for the operator, StoreUnavailableError where waiting may help, and ValueError for
    tables that cannot be.
    """
    names = [table.name for table in tables]
    if len(set(names)) < len(names):
        raise ValueError(f"two tables of {service} have the same name")
    if url.startswith("sqlite:"):
        from shared.eventsourcing_store.sqlite import SQLiteBackend  # noqa: PLC0415 - one driver

        return SQLiteBackend(url.removeprefix("sqlite:"), service, tables)
    if url.startswith(("postgresql://", "postgres://")):
        from shared.eventsourcing_store.postgres import PostgresBackend  # noqa: PLC0415 - the same

        return PostgresBackend(url, service, tables)
    raise StoreRefusedError("a store's address begins with sqlite: or postgresql://")
