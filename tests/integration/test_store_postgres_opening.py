from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from shared.event_store import (
    StoreRefusedError,
    StoreUnavailableError,
)
from shared.eventsourcing_store import open_backend
from shared.eventsourcing_store.postgres import PostgresBackend
from shared.eventsourcing_store.postgres_connections import connect
from shared.group_commit import commit_group
from shared.tables import Table
from tests.integration.notes import NOTES, Note, append, execute
from tests.resources import postgres


def test_many_that_make_one_schema_at_once_make_one_store(database: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        stores = list(threads.map(lambda _: open_backend(database, "intake", [NOTES]), range(8)))
    assert len({store.epoch for store in stores}) == 1
    assert commit_group(stores[7], [append()]) == [1]
    for store in stores:
        store.close()


def test_services_in_one_database_do_not_see_each_other(database: str) -> None:
    with (
        closing(open_backend(database, "intake", [NOTES])) as intake,
        closing(open_backend(database, "dispatch", [NOTES])) as dispatch,
    ):
        assert intake.epoch != dispatch.epoch
        commit_group(intake, [append()])
        assert dispatch.end() == 0


@pytest.mark.parametrize("name", ["Intake", "in-take", 'in"take', "", "1"])
def test_a_service_whose_name_is_no_schema_is_a_mistake(name: str) -> None:
    with pytest.raises(ValueError, match="schema's name"):
        PostgresBackend("postgresql://localhost/none", name, [NOTES])


@pytest.fixture
def guest(database: str) -> Iterator[str]:
    """Address the same database as a user who may create nothing."""
    name = f"guest_{uuid4().hex[:12]}"
    execute(database, f"CREATE ROLE {name} LOGIN PASSWORD 'guest'")
    address = urlsplit(database)
    host = f"{name}:guest@{address.hostname}:{address.port}"
    yield address._replace(netloc=host).geturl()
    execute(database, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_a_schema_made_by_another_user_is_used_as_it_is(database: str, guest: str) -> None:
    with pytest.raises(StoreRefusedError, match="may not create"):
        open_backend(guest, "intake", [NOTES])
    open_backend(database, "intake", [NOTES]).close()
    name = urlsplit(guest).username
    execute(
        database,
        f"GRANT USAGE ON SCHEMA intake TO {name}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA intake TO {name}",
        f"GRANT ALL ON ALL SEQUENCES IN SCHEMA intake TO {name}",
    )
    with closing(open_backend(guest, "intake", [NOTES])) as store:
        assert commit_group(store, [append()]) == [1]
    with pytest.raises(StoreRefusedError, match="may not create"):
        open_backend(guest, "intake", [NOTES, Table("more", Note)])


def test_a_schema_that_is_not_this_store_is_refused(database: str) -> None:
    open_backend(database, "intake", [NOTES]).close()
    for spoil, sentence in (
        ("ALTER TABLE intake.stored_events SET UNLOGGED", "another form"),
        ("ALTER TABLE intake.stored_events SET LOGGED", ""),
        ("UPDATE intake.store SET service = 'dispatch'", "does not say that it is the store"),
        ("DELETE FROM intake.store", "does not say that it is the store"),
        ("DROP TABLE intake.store", "does not say which store it is"),
    ):
        execute(database, spoil)
        if sentence:
            with pytest.raises(StoreRefusedError, match=sentence):
                open_backend(database, "intake", [NOTES])


def test_the_library_s_other_tracking_is_refused(database: str) -> None:
    open_backend(database, "intake", [NOTES]).close()
    execute(
        database,
        "ALTER TABLE intake.notification_tracking DROP CONSTRAINT notification_tracking_pkey",
        "ALTER TABLE intake.notification_tracking ADD PRIMARY KEY "
        "(application_name, notification_id)",
    )
    with pytest.raises(StoreRefusedError, match="another form"):
        open_backend(database, "intake", [NOTES])


def test_a_database_in_another_encoding_is_refused(postgres: str) -> None:
    name = f"latin_{uuid4().hex[:12]}"
    execute(
        postgres,
        f"CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    )
    address = urlsplit(postgres)._replace(path=f"/{name}").geturl()
    with pytest.raises(StoreRefusedError, match="not UTF8"):
        open_backend(address, "intake", [NOTES])
    execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_may_lose_commits_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    local_postgres: Callable[[], postgres.LocalPostgres],
    setting: str,
) -> None:
    monkeypatch.setattr(postgres, "SETTINGS", ("-c", f"{setting}=off"))
    with pytest.raises(StoreRefusedError, match=f"{setting}=off"):
        open_backend(local_postgres().dsn, "intake", [NOTES])


@pytest.mark.parametrize(
    ("default", "ours"),
    [("off", "on"), ("local", "on"), ("remote_write", "on"), ("remote_apply", "remote_apply")],
)
def test_a_commit_waits_for_the_disk_whatever_the_database_s_default(
    database: str, default: str, ours: str
) -> None:
    name = urlsplit(database).path[1:]
    execute(database, f"ALTER DATABASE {name} SET synchronous_commit TO {default}")
    with closing(connect(database, "intake")) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == (ours,)


def test_a_server_that_is_not_there_is_away(database: str) -> None:
    address = urlsplit(database)
    nowhere = address._replace(netloc=f"{address.hostname}:1").geturl()
    with pytest.raises(StoreUnavailableError):
        open_backend(nowhere, "intake", [NOTES])


def test_an_index_that_no_release_wants_any_more_is_dropped_there(database: str) -> None:
    columns = {"text": lambda note: note.text, "size": lambda note: str(len(note.text))}
    for indexes in ((("text",), ("size",)), (("text", "size"), ("size",))):
        open_backend(database, "intake", [Table("notes", Note, columns, indexes=indexes)]).close()
    with connect(database, "intake") as connection:
        found = connection.execute(
            "SELECT indexname::text FROM pg_indexes WHERE indexname LIKE 'row_notes_by_%'"
        )
        assert {name for (name,) in found} == {"row_notes_by_text_size", "row_notes_by_size"}
