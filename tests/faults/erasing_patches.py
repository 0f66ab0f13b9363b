"""A crash point and known bugs of erasing a person, patched into `huiyin` before it starts."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from shared import erasing
from shared.eventsourcing_store import sqlite, sqlite_files
from shared.group_commit import EventStore
from shared.tables import Query
from shared.vault import TEXTS, Deposit, ErasedPerson
from tests.faults.api_patches import CRASHED, Countdown


def crash_before_deleting(nth: int) -> None:
    """The person is known as erased in the nth service that hears of it, and all is still there."""
    original, countdown = erasing.delete_found, Countdown(nth)

    async def delete_found(store: EventStore, query: Query[Any]) -> None:
        if query.table is TEXTS and countdown.reached():  # figures are cleared by the same function
            os._exit(CRASHED)
        await original(store, query)

    patch.object(erasing, "delete_found", delete_found).start()


def keep_texts() -> None:
    """Whoever hears of an erasure says that the texts are gone, and leaves them and their salts."""

    async def delete_found(_store: EventStore, _query: Query[Any]) -> None:
        return

    patch.object(erasing, "delete_found", delete_found).start()


def keep_late_texts() -> None:
    """What comes after the erasure is kept as if nothing had happened."""

    def learn(_self: Deposit, _person: ErasedPerson | None) -> None:
        return

    patch.object(Deposit, "_learn", learn).start()


def delete_lightly() -> None:
    """SQLite gives deleted rows' room back without overwriting it."""
    original = sqlite_files.connect

    def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
        connection = original(path, readonly=readonly)
        connection.execute("PRAGMA secure_delete=OFF")
        return connection

    patch.object(sqlite, "connect", connect).start()


CRASH_POINTS: dict[str, Callable[[int], None]] = {"before-deleting": crash_before_deleting}
BUGS: dict[str, Callable[[], None]] = {
    "deletes-lightly": delete_lightly,
    "keeps-late-texts": keep_late_texts,
    "keeps-texts": keep_texts,
}
