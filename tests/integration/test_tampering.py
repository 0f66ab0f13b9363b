"""Fault test 45 in the real databases: what somebody does with SQL is found, and where."""

# ruff: noqa: S608 - names are those of our own tables

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.reporting import verification
from shared.event_store import Backend
from shared.eventsourcing_store import open_backend
from shared.tables import Table
from tests.resources.postgres import fresh_database
from tests.unit.reporting.trail import Trail, other

LOG, KEPT = "stored_events", "row_records"
Bytes = dict[int, bytes]
"""Of each position what stands there."""


@dataclass
class StoredTrail(Trail):
    """`place` is the column of an event's position in the log."""

    url: str = ""
    place: str = "rowid"

    def open(self, service: str, tables: Sequence[Table[Any]]) -> Backend:
        return open_backend(self.url.format(service), service, tables)

    def sql(self, service: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """In the store of that service, beside it, as somebody with the rights would."""
        if self.place == "rowid":
            path = self.url.format(service).removeprefix("sqlite:")
            with closing(sqlite3.connect(path, timeout=10)) as file, file:
                return file.execute(statement, values).fetchall()
        with psycopg.connect(self.url, options=f"-c search_path={service}") as schema:
            done = schema.execute(statement.replace("?", "%s").encode(), values)
            return done.fetchall() if done.description else []

    def at(self, table: str) -> tuple[str, str, str]:
        """Whose table it is, and its columns of places and of bytes."""
        return (
            ("intake", self.place, "state") if table == LOG else ("reporting", "position", "body")
        )

    def read(self, table: str, position: int) -> bytes:
        service, place, held = self.at(table)
        found = self.sql(service, f"SELECT {held} FROM {table} WHERE {place} = ?", position)
        return bytes(found[0][0])

    def write(self, table: str, position: int, content: bytes) -> None:
        service, place, held = self.at(table)
        self.sql(service, f"UPDATE {table} SET {held} = ? WHERE {place} = ?", content, position)

    def swap(self, table: str, one: int, two: int) -> None:
        """Both events whole, each at the other one's place."""
        service, place, _ = self.at(table)
        for before, after in ((one, -1), (two, one), (-1, two)):
            if table == KEPT:
                body = self.read(table, before)
                told = b'"position":%d,' % before, b'"position":%d,' % after
                assert told[0] in body
                self.write(table, before, body.replace(*told))
            statement = f"UPDATE {table} SET {place} = ? WHERE {place} = ?"
            self.sql(service, statement, after, before)


@pytest.fixture(params=["sqlite", "postgres"])
async def trail(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[StoredTrail]:
    """Seven events under two checkpoints, at 3 and 7."""
    monkeypatch.setattr(verification, "SETTLE_TIME", 0.0)
    for url, place in _places(request, tmp_path):
        trail = StoredTrail(url=url, place=place)
        for _ in range(2):
            await trail.say(*(other(number) for number in range(3)))
            await trail.sign()
        yield trail
        await trail.close()


def _places(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[str, str]]:
    if request.param == "sqlite":
        yield f"sqlite:{folder}/{{}}.db", "rowid"
        return
    with fresh_database(request.getfixturevalue("postgres")) as dsn:
        yield dsn, "notification_id"


async def faults(trail: Trail) -> list[tuple[str, int, str]]:
    return [(one.copy, one.position, one.wrong) for one in (await trail.verify()).faults]


@pytest.mark.parametrize(("table", "copy"), [(LOG, "service"), (KEPT, "records")])
async def test_whatever_is_done_with_sql_is_named(
    trail: StoredTrail, table: str, copy: str
) -> None:
    """Put right again, it is well again: each finding is of what was done last."""
    service, place, _ = trail.at(table)
    assert await faults(trail) == []

    fifth = trail.read(table, 5)
    trail.write(table, 5, fifth.replace(b"crm", b"crn", 1))
    assert await faults(trail) == [(copy, 5, "changed")]
    trail.write(table, 5, fifth[:-9])
    assert await faults(trail) == [(copy, 5, "changed")]
    trail.write(table, 5, fifth)
    assert await faults(trail) == []

    trail.swap(table, 2, 3)
    assert await faults(trail) == [(copy, 2, "swapped")]
    trail.swap(table, 2, 3)
    assert await faults(trail) == []

    trail.sql(service, f"DELETE FROM {table} WHERE {place} > 6")
    assert await faults(trail) == [(copy, 7, "cut")]
    trail.sql(service, f"DELETE FROM {table} WHERE {place} = 5")
    assert await faults(trail) == [(copy, 5, "removed")]


@pytest.mark.parametrize(
    ("column", "value"), [("state", None), ("state", "words"), ("originator_id", "nobody")]
)
async def test_sqlite_keeps_whatever_is_written_and_the_others_are_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str, value: str | None
) -> None:
    monkeypatch.setattr(verification, "SETTLE_TIME", 0.0)
    trail = StoredTrail(url=f"sqlite:{tmp_path}/{{}}.db")
    await trail.say(*(other(number) for number in range(5)))
    await trail.sign()
    trail.sql("intake", f"UPDATE {LOG} SET {column} = ? WHERE rowid = 3", value)
    assert await faults(trail) == [("service", 3, "changed")]
    await trail.close()
