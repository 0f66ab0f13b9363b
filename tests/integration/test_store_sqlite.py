import asyncio
import logging
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from eventsourcing.sqlite import SQLiteDatastore, SQLiteProcessRecorder

from shared.event_store import (
    Append,
    Backend,
    StoreRefusedError,
    StoreUnavailableError,
)
from shared.eventsourcing_store import open_backend, sqlite_files
from shared.eventsourcing_store.sqlite import SQLiteBackend
from shared.group_commit import EventStore, commit_group
from shared.tables import Delete, Put, Table
from tests.eventually import eventually

EVENT = ("noted.v1", b"{}")


class Note(msgspec.Struct, frozen=True):
    text: str


NOTES = Table("notes", Note)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def open_store(path: Path) -> Iterator[Callable[[], SQLiteBackend]]:
    opened: list[Backend] = []

    def open_store() -> SQLiteBackend:
        backend = SQLiteBackend(str(path), "intake", [NOTES])
        opened.append(backend)
        return backend

    yield open_store
    for backend in opened:
        backend.close()


def append() -> Append:
    return Append(uuid4(), 0, [EVENT], rows=[Put(NOTES, str(uuid4()), Note("x" * 4000))])


def test_a_second_opening_is_refused_until_the_first_is_closed(path: Path) -> None:
    url = f"sqlite:{path}"
    first = open_backend(url, "intake", [NOTES])
    with pytest.raises(StoreRefusedError, match="stop that one, or give another"):
        open_backend(url, "intake", [NOTES])
    alias = path.with_name("alias.db")
    alias.symlink_to(path)
    with pytest.raises(StoreRefusedError, match="stop that one, or give another"):
        open_backend(f"sqlite:{alias}", "intake", [NOTES])
    epoch = first.epoch
    first.close()
    again = open_backend(url, "intake", [NOTES])
    assert again.epoch == epoch
    again.close()


def test_another_process_is_refused_until_the_first_is_killed(path: Path) -> None:
    url = f"sqlite:{path}"
    command = [sys.executable, "-m", "tests.faults.store_writer", url, "sound"]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "0\n"
    with pytest.raises(StoreRefusedError, match="stop that one, or give another"):
        open_backend(url, "intake", [NOTES])
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    open_backend(url, "intake", [NOTES]).close()


@pytest.mark.parametrize("address", ["", ":memory:", "file:store.db?mode=memory"])
def test_a_store_that_would_not_last_is_refused(address: str) -> None:
    with pytest.raises(StoreRefusedError, match="path of a file"):
        open_backend(f"sqlite:{address}", "intake", [NOTES])


def test_a_place_where_no_file_can_be_is_refused(path: Path) -> None:
    path.write_text("a file, no folder")
    with pytest.raises(StoreRefusedError, match="cannot be opened"):
        open_backend(f"sqlite:{path / 'store.db'}", "intake", [NOTES])


@pytest.mark.parametrize(
    "tables",
    [
        [NOTES, Table("notes", Note)],
        [Table("Notes", Note)],
        [Table("n" * 60, Note)],
        [Table("notes", Note, {"key": lambda note: note.text})],
        [Table("notes", Note, {"te xt": lambda note: note.text})],
        [Table("notes", Note, numeric=frozenset({"text"}))],
        [Table("notes", Note, indexes=(("text",),))],
    ],
)
def test_tables_that_cannot_be_are_a_mistake(path: Path, tables: list[Table[Note]]) -> None:
    with pytest.raises(ValueError, match=r"name|columns"):
        open_backend(f"sqlite:{path}", "intake", tables)
    open_backend(f"sqlite:{path}", "intake", [NOTES]).close()


def test_an_address_of_no_known_kind_is_refused() -> None:
    with pytest.raises(StoreRefusedError, match=r"sqlite: or postgresql://"):
        open_backend("mysql://localhost/huiyin", "intake", [NOTES])


def test_what_is_not_this_store_is_refused(path: Path) -> None:
    url = f"sqlite:{path}"
    path.write_text("no database at all, but long enough to be read as one")
    with pytest.raises(StoreRefusedError, match="cannot be opened"):
        open_backend(url, "intake", [NOTES])
    path.unlink()
    open_backend(url, "intake", [NOTES]).close()
    with pytest.raises(StoreRefusedError, match="the store of intake, not of dispatch"):
        open_backend(url, "dispatch", [NOTES])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM store")
    with pytest.raises(StoreRefusedError, match="does not say which store it is"):
        open_backend(url, "intake", [NOTES])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE store")
    with pytest.raises(StoreRefusedError, match="does not say which store it is"):
        open_backend(url, "intake", [NOTES])
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE somebody_else_s (id INTEGER)")
    with pytest.raises(StoreRefusedError, match="does not say which store it is"):
        open_backend(url, "intake", [NOTES])


def test_a_store_with_the_library_s_other_tracking_is_refused(path: Path) -> None:
    datastore = SQLiteDatastore(str(path), single_row_tracking=False)
    SQLiteProcessRecorder(datastore).create_table()
    datastore.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE store (epoch TEXT NOT NULL, service TEXT NOT NULL)")
        connection.execute("INSERT INTO store VALUES (?, 'intake')", (str(uuid4()),))
    with pytest.raises(StoreRefusedError, match="another form"):
        open_backend(f"sqlite:{path}", "intake", [NOTES])


def test_a_store_whose_making_failed_is_made_by_the_next_opening(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("shared.eventsourcing_store.sqlite_schema.uuid4", lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            open_backend(f"sqlite:{path}", "intake", [NOTES])
    open_backend(f"sqlite:{path}", "intake", [NOTES]).close()


def test_a_commit_waits_for_the_disk_and_leaves_nothing_deleted(
    path: Path, open_store: Callable[[], SQLiteBackend]
) -> None:
    open_store()
    with closing(sqlite_files.connect(path)) as connection:
        settings = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete", "wal_autocheckpoint")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "wal_autocheckpoint": 0,
    }


def test_a_deleted_row_is_gone_from_the_files_soon(
    path: Path, open_store: Callable[[], SQLiteBackend]
) -> None:
    backend = open_store()
    commit_group(backend, [Append(rows=[Put(NOTES, "1", Note("a name to be erased"))])])
    commit_group(backend, [append() for _ in range(50)])
    # The log first: what is moved meanwhile is then found in both.
    files = [path.with_name("store.db-wal"), path]

    def found() -> bool:
        return any(b"to be erased" in file.read_bytes() for file in files)

    assert found()
    commit_group(backend, [Append(rows=[Delete(NOTES, "1")])])
    eventually(lambda: not found(), "it is gone")


def test_the_write_ahead_log_stays_small_but_for_a_reader_that_stays(
    open_store: Callable[[], SQLiteBackend],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: Path,
) -> None:
    monkeypatch.setattr(sqlite_files, "TRUNCATE_BYTES", 1_000_000)
    monkeypatch.setattr(sqlite_files, "TRUNCATE_AGAIN_SECONDS", 0.0)
    backend = open_store()

    def largest_after(groups: int) -> int:
        sizes = []
        for _ in range(groups):
            commit_group(backend, [append() for _ in range(20)])
            sizes.append(path.with_name("store.db-wal").stat().st_size)
        return max(sizes)

    assert largest_after(60) < 2_000_000
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM stored_events").fetchone()
        with caplog.at_level(logging.WARNING):
            assert largest_after(20) > 2_000_000
    assert "a reader keeps it" in caplog.text
    largest_after(1)
    assert largest_after(10) < 2_000_000


async def test_a_lock_held_by_somebody_else_is_waited_for_and_then_said(
    path: Path, open_store: Callable[[], SQLiteBackend], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_files, "BUSY_SECONDS", 0.5)
    store = EventStore(open_store())
    await store.append(append())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        outcomes = await asyncio.gather(
            *(store.append(append()) for _ in range(20)), return_exceptions=True
        )
        assert {type(outcome) for outcome in outcomes} == {StoreUnavailableError}
        assert time.monotonic() - started < 5, "one after the other they would take 10"
        assert len(await store.read_log(0)) == 1
        other.execute("ROLLBACK")
    assert await store.append(append()) == 1
    await store.close()


def test_a_full_disk_is_said_and_survived(
    path: Path, open_store: Callable[[], SQLiteBackend]
) -> None:
    backend = open_store()
    commit_group(backend, [append()])
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    acknowledged, outcomes = 1, []
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        for _ in range(200):
            outcomes = commit_group(backend, [append(), append()])
            if outcomes != [1, 1]:
                break
            acknowledged += 2
        assert [type(outcome) for outcome in outcomes] == [StoreUnavailableError] * 2
        again = commit_group(backend, [append()])
        assert isinstance(again[0], StoreUnavailableError)
        assert len(backend.read_log(0, 1000)) == acknowledged
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert commit_group(backend, [append(), append()]) == [1, 1]
    assert len(backend.read_log(0, 1000)) == acknowledged + 2
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_readers_cannot_write(open_store: Callable[[], SQLiteBackend], path: Path) -> None:
    open_store()
    with (
        closing(sqlite_files.connect(path, readonly=True)) as reader,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reader.execute("DELETE FROM stored_events")


def test_an_error_of_one_append_only_fails_it_alone(
    path: Path, open_store: Callable[[], SQLiteBackend]
) -> None:
    backend = open_store()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TRIGGER no_stone BEFORE INSERT ON row_notes WHEN new.key = 'stone' "
            "BEGIN SELECT raise(ABORT, 'a stone in the way'); END"
        )
    stone = Append(UUID(int=1), 0, [EVENT], rows=[Put(NOTES, "stone", Note(""))])
    outcomes = commit_group(backend, [append(), stone, append()])
    assert [outcomes[0], outcomes[2]] == [1, 1]
    assert isinstance(outcomes[1], sqlite3.IntegrityError)
    assert len(backend.read_log(0, 10)) == 2


def test_an_index_that_no_release_wants_any_more_is_dropped(path: Path) -> None:
    """A planner would take the old one for the new one's work."""
    columns = {"text": lambda note: note.text, "size": lambda note: str(len(note.text))}
    for indexes in ((("text",), ("size",)), (("text", "size"), ("size",))):
        SQLiteBackend(str(path), "intake", [Table("notes", Note, columns, indexes=indexes)]).close()
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'row_notes_by_%'"
        )
        assert {name for (name,) in found} == {"row_notes_by_text_size", "row_notes_by_size"}
