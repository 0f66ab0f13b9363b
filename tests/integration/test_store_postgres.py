import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from eventsourcing import persistence
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder

from shared.event_store import (
    Append,
    Backend,
    Changes,
    LoggedEvent,
    Mark,
    StoredEvent,
    StoreRefusedError,
)
from shared.eventsourcing_store import open_backend, postgres_connections, postgres_transaction
from shared.eventsourcing_store.postgres import PostgresBackend
from shared.group_commit import EventStore, commit_group
from shared.tables import Put
from tests.eventually import eventually
from tests.integration.notes import EVENT, NOTES, Note, append, execute


@pytest.fixture
def backend(database: str) -> Iterator[PostgresBackend]:
    with closing(PostgresBackend(database, "intake", [NOTES])) as backend:
        yield backend


def terminate(database: str) -> None:
    """Returns when the store's connections are gone."""
    execute(
        database,
        "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND application_name LIKE 'huiyin%'",
    )


def test_a_schema_that_became_another_store_is_written_no_more(
    database: str, backend: PostgresBackend
) -> None:
    commit_group(backend, [append()])
    execute(database, "DROP SCHEMA intake CASCADE")
    open_backend(database, "intake", [NOTES]).close()
    terminate(database)
    commit_group(backend, [append()])
    (outcome,) = commit_group(backend, [append()])
    assert isinstance(outcome, StoreRefusedError)
    with closing(open_backend(database, "intake", [NOTES])) as other:
        assert other.end() == 0


@contextmanager
def library(database: str) -> Iterator[PostgresProcessRecorder]:
    address = urlsplit(database)
    datastore = PostgresDatastore(
        dbname=address.path[1:],
        host=str(address.hostname),
        port=str(address.port),
        user=str(address.username),
        password=str(address.password),
        schema="plain",
        lock_timeout=3,
    )
    execute(database, "CREATE SCHEMA plain")
    recorder = PostgresProcessRecorder(datastore)
    recorder.create_table()
    yield recorder
    datastore.close()


def test_the_library_loses_an_event_that_cannot_be_sent_and_we_do_not(
    database: str, backend: PostgresBackend
) -> None:
    stream, name = UUID(int=1), "no\0ted.v1"
    with library(database) as recorder:
        with pytest.raises(persistence.DataError):
            recorder.insert_events(
                [persistence.StoredEvent(stream, 1, name, b"{}")],
                tracking=persistence.Tracking("mark/intake", 7),
            )
        assert recorder.max_tracking_id("mark/intake") == 7
        assert recorder.max_notification_id() is None

    marked = Append(stream, 0, [(name, b"{}")], marks=[Mark("mark/intake", 7)])
    refused, stored = commit_group(backend, [marked, append()])
    assert isinstance(refused, psycopg.DataError)
    assert stored == 1
    assert backend.read_marks("") == {}
    assert len(backend.read_log(0, 10)) == 1


def test_an_error_of_one_append_only_fails_it_alone(
    database: str, backend: PostgresBackend
) -> None:
    execute(database, "ALTER TABLE intake.row_notes ADD CHECK (key <> 'stone')")
    stone = Append(UUID(int=1), 0, [EVENT], rows=[Put(NOTES, "stone", Note(""))])
    outcomes = commit_group(backend, [append(), stone, append()])
    assert [outcomes[0], outcomes[2]] == [1, 1]
    assert isinstance(outcomes[1], psycopg.errors.CheckViolation)
    assert len(backend.read_log(0, 10)) == 2


def waits(watcher: psycopg.Connection[tuple[int]]) -> bool:
    """Whether somebody waits for a lock."""
    return bool(watcher.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone())


def overtaking(database: str) -> tuple[list[LoggedEvent], list[LoggedEvent]]:
    """Hold one writer open while another writes; what a tail saw, and what there is."""
    first, second = (PostgresBackend(database, "intake", [NOTES]) for _ in range(2))
    other = threading.Thread(target=commit_group, args=(second, [append()]))
    with first.write() as transaction, psycopg.connect(database, autocommit=True) as watcher:
        transaction.save(Changes([StoredEvent(UUID(int=1), 1, *EVENT)], {}, {}))
        other.start()
        eventually(lambda: not other.is_alive() or waits(watcher), "it is through, or waits")
        tail = first.read_log(0, 10)
    other.join()
    tail += first.read_log(tail[-1].position if tail else 0, 10)
    log = first.read_log(0, 10)
    first.close()
    second.close()
    return tail, log


def test_no_writer_overtakes_another_so_that_no_reader_misses_an_event(database: str) -> None:
    tail, log = overtaking(database)
    assert len(log) == 2
    assert tail == log


def test_without_the_lock_a_reader_would_miss_an_event(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_transaction, "LOCK", "SELECT 1")
    tail, log = overtaking(database)
    assert len(log) == 2
    assert len(tail) == 1


def test_a_vacuum_of_the_events_does_not_wait_for_writers_nor_they_for_it(
    database: str, backend: PostgresBackend
) -> None:
    commit_group(backend, [append()])
    with psycopg.connect(database) as connection:
        connection.execute("LOCK TABLE intake.stored_events IN SHARE UPDATE EXCLUSIVE MODE")
        assert commit_group(backend, [append()]) == [1]


def test_a_connection_that_was_dropped_while_it_rested_costs_nothing(
    database: str, backend: PostgresBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_group(backend, [append()])
    assert backend.end() > 0
    monkeypatch.setattr(postgres_connections, "REST_SECONDS", 0.0)
    monkeypatch.setattr("shared.eventsourcing_store.postgres.REST_SECONDS", 0.0)
    terminate(database)
    assert backend.end() > 0
    assert commit_group(backend, [append()]) == [1]
    assert len(backend.read_log(0, 10)) == 2


async def test_large_groups_and_rows_of_all_kinds_pass(backend: Backend) -> None:
    store = EventStore(backend)
    assert await asyncio.gather(*(store.append(append()) for _ in range(1000))) == [1] * 1000
    assert len(await store.read_log(0, limit=10_000)) == 1000
    await store.close()
