import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from itertools import count
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import psycopg
import pytest

from shared.event_store import (
    AlreadyProcessedError,
    Append,
    Mark,
    RowConflictError,
    StoreUnavailableError,
    StreamConflictError,
)
from shared.eventsourcing_store import postgres_connections
from shared.eventsourcing_store.postgres import PostgresBackend
from shared.group_commit import EventStore
from shared.tables import Insert, Table
from tests.faults.proxy import Proxy
from tests.faults.store_writer import MarkFirst
from tests.resources.postgres import LocalPostgres

EVENT = ("noted.v1", b"{}")
BOUND = 15.0
"""Seconds for what takes up to four on an idle machine: to wait, and to connect anew in vain."""


class Key(msgspec.Struct, frozen=True):
    number: int


KEYS = Table("keys", Key)


def append(number: int) -> Append:
    """What may be stored once only, as often as it is tried."""
    return Append(UUID(int=number), 0, [EVENT], rows=[Insert(KEYS, str(number), Key(number))])


@asynccontextmanager
async def terminating(database: str, every: float) -> AsyncIterator[None]:
    """Cut all of the store's connections over and over, from the server's side, up to the end."""
    over = asyncio.Event()
    statement = (
        "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name LIKE 'huiyin%'"
    )
    with psycopg.connect(database, autocommit=True) as connection:

        async def run() -> None:
            while not over.is_set():
                await asyncio.sleep(every)
                await asyncio.to_thread(connection.execute, statement)

        task = asyncio.create_task(run())
        yield
        over.set()
        await task


async def try_until_stored(store: EventStore, number: int) -> None:
    """As a client does: again and again with the same key, until it is told that it is there."""
    while True:
        try:
            await store.append(append(number))
        except StoreUnavailableError:
            await asyncio.sleep(0.01)
        except (StreamConflictError, RowConflictError):
            return
        else:
            return


async def test_backends_that_are_terminated_lose_and_double_nothing(database: str) -> None:
    store = EventStore(PostgresBackend(database, "intake", [KEYS]))
    numbers = count(1)

    async def write_on(until: float) -> int:
        number = 0
        while time.monotonic() < until:
            number = next(numbers)
            await try_until_stored(store, number)
        return number

    async with terminating(database, every=0.1):
        last = max(await asyncio.gather(*(write_on(time.monotonic() + 1.5) for _ in range(10))))
    events = [logged.event.stream.int for logged in await store.read_log(0, limit=last + 1)]
    assert sorted(events) == list(range(1, last + 1))
    assert await store.get(KEYS, str(last)) == Key(last)
    await store.close()


@pytest.fixture
def proxy(database: str) -> Iterator[Proxy]:
    with Proxy(urlsplit(database).port or 5432) as proxy:
        yield proxy


def through(proxy: Proxy, database: str) -> str:
    address = urlsplit(database)
    host = f"{address.username}:{address.password}@127.0.0.1:{proxy.port}"
    return address._replace(netloc=host).geturl()


async def test_a_commit_whose_reply_is_lost_is_found_by_trying_again(
    database: str, proxy: Proxy
) -> None:
    store = EventStore(PostgresBackend(through(proxy, database), "intake", [KEYS]))
    await store.append(append(1))
    proxy.swallow_reply_to(b"COMMIT\0")
    marked = Append(UUID(int=2), 0, [EVENT], marks=[Mark("mark/intake", 5)])
    outcomes = await asyncio.gather(
        store.append(marked), store.append(append(3)), return_exceptions=True
    )
    assert proxy.swallowed.is_set()
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailableError] * 2
    with pytest.raises(AlreadyProcessedError):
        await store.append(Append(UUID(int=4), 0, [EVENT], marks=[Mark("mark/intake", 5)]))
    with pytest.raises(RowConflictError):
        await store.append(Append(UUID(int=5), 0, [EVENT], rows=append(3).rows))
    assert [event.event.stream.int for event in await store.read_log(0)] == [1, 2, 3]
    await store.close()


@pytest.mark.parametrize("seeded", [False, True])
async def test_a_connection_cut_before_the_commit_leaves_no_mark_without_its_event(
    database: str, proxy: Proxy, *, seeded: bool
) -> None:
    backend = PostgresBackend(through(proxy, database), "intake", [KEYS])
    store = EventStore(MarkFirst(backend) if seeded else backend)
    marked = Append(UUID(int=2), 0, [EVENT], marks=[Mark("mark/intake", 5)])
    proxy.swallow_reply_to(b"INSERT INTO stored_events")
    with pytest.raises(StoreUnavailableError):
        await store.append(marked)
    assert proxy.swallowed.is_set()
    if seeded:
        with pytest.raises(AlreadyProcessedError):
            await store.append(marked)
    else:
        await store.append(marked)
    assert await store.marks("") == {"mark/intake": 5}
    assert len(await store.read_log(0)) == (0 if seeded else 1)
    await store.close()


def wait_shortly_for_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    short = postgres_connections.SETTINGS.replace("'3s'", "'500ms'")
    monkeypatch.setattr(postgres_connections, "SETTINGS", short)


@pytest.mark.parametrize("table", ["stored_events", "store", "row_keys"])
async def test_a_table_lock_held_by_somebody_gives_a_bounded_answer(
    database: str, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_shortly_for_locks(monkeypatch)
    store = EventStore(PostgresBackend(database, "intake", [KEYS]))
    await store.append(append(1))
    with psycopg.connect(database) as holder:
        holder.execute(f"LOCK TABLE intake.{table} IN EXCLUSIVE MODE".encode())
        started = time.monotonic()
        outcomes = await asyncio.gather(
            *(store.append(append(number)) for number in range(2, 52)), return_exceptions=True
        )
        assert {type(outcome) for outcome in outcomes} == {StoreUnavailableError}
        assert 0.4 < time.monotonic() - started < 10, "one after the other they would take 25"
        assert await store.get(KEYS, "1") == Key(1)
    assert await store.append(append(2)) == 1
    await store.close()


async def test_a_reader_before_a_table_that_is_locked_away_gives_up(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_shortly_for_locks(monkeypatch)
    store = EventStore(PostgresBackend(database, "intake", [KEYS]))
    with psycopg.connect(database) as holder:
        holder.execute("LOCK TABLE intake.row_keys, intake.stored_events")
        started = time.monotonic()
        reads = await asyncio.gather(
            store.get(KEYS, "1"),
            store.read(UUID(int=1)),
            store.read_log(0),
            store.end(),
            return_exceptions=True,
        )
        assert {type(read) for read in reads} == {StoreUnavailableError}
        assert time.monotonic() - started < BOUND
    assert await store.end() == 0
    await store.close()


@pytest.fixture
def server(local_postgres: Callable[[], LocalPostgres]) -> LocalPostgres:
    """A server of the test's own."""
    return local_postgres()


async def test_a_server_that_restarts_is_written_and_read_again_at_once(
    server: LocalPostgres,
) -> None:
    store = EventStore(PostgresBackend(server.dsn, "intake", [KEYS]))
    await asyncio.gather(*(store.get(KEYS, "1") for _ in range(4)))
    await store.append(append(1))
    server.stop_immediately()
    for attempt in (store.append(append(2)), store.read_log(0)):
        started = time.monotonic()
        with pytest.raises(StoreUnavailableError):
            await attempt
        assert time.monotonic() - started < BOUND
    server.start()
    await try_until_stored(store, 2)
    assert [event.event.stream.int for event in await store.read_log(0)] == [1, 2]
    assert await asyncio.gather(*(store.get(KEYS, "2") for _ in range(4))) == [Key(2)] * 4
    await store.close()


async def test_a_frozen_server_gives_a_bounded_answer(
    server: LocalPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connections, "ANSWER_SECONDS", 1.0)
    store = EventStore(PostgresBackend(server.dsn, "intake", [KEYS]))
    await store.append(append(1))
    assert await store.end() > 0
    with closing(psycopg.connect(server.dsn)) as connection:
        children = connection.execute("SELECT pid FROM pg_stat_activity").fetchall()
    frozen = [server.pid, *(pid for (pid,) in children)]
    stop_all(frozen, signal.SIGSTOP)
    try:
        started = time.monotonic()
        outcomes = await asyncio.gather(
            store.append(append(2)), store.read_log(0), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [StoreUnavailableError] * 2
        assert time.monotonic() - started < BOUND
    finally:
        stop_all(frozen, signal.SIGCONT)
    await try_until_stored(store, 2)
    assert [event.event.stream.int for event in await store.read_log(0)] == [1, 2]
    await store.close()


def stop_all(pids: list[int], how: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            continue


@pytest.mark.parametrize("direction", ["dropping_requests", "dropping_replies"])
async def test_a_line_dead_in_one_direction_gives_a_bounded_answer(
    database: str, proxy: Proxy, direction: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connections, "ANSWER_SECONDS", 1.0)
    store = EventStore(PostgresBackend(through(proxy, database), "intake", [KEYS]))
    await store.append(append(1))
    setattr(proxy, direction, True)
    started = time.monotonic()
    outcomes = await asyncio.gather(
        store.append(append(2)), store.read_log(0), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailableError] * 2
    assert time.monotonic() - started < BOUND
    setattr(proxy, direction, False)
    proxy.cut()
    await try_until_stored(store, 2)
    assert [event.event.stream.int for event in await store.read_log(0)] == [1, 2]
    await store.close()
