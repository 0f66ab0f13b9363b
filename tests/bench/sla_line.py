"""Sla on the line with the logs of a benchmark, and with tickets that need no logs."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from services.sla.asleep import Asleep, Row, laid_down
from services.sla.bootstrap import TABLES, SlaLine, assemble, running
from services.sla.keeping import Keeper
from services.sla.packing import ID
from services.sla.snapshots import SNAPSHOTS, Content, Snapshots
from shared.carrier import EmbeddedLine, Station
from shared.event_store import Append
from shared.group_commit import EventStore
from shared.service import Core, open_core
from shared.settings import Settings
from shared.tables import Delete
from tests.bench.sla_logs import open_log
from tests.unit.sla.world import OTHERS, Deaf
from tests.unit.support import examples as ex
from tests.until import until

NOW = ex.AT + timedelta(days=1)
FAR = int((ex.AT + timedelta(days=3650)).timestamp())
PATIENCE = 3600.0


class ShiftedClock:
    """Time passes as it does, from that moment on."""

    def __init__(self, start: datetime) -> None:
        self._start, self._began = start, time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._began)

    def seconds_until(self, moment: datetime) -> float:
        return max(0.0, (moment - self.now()).total_seconds())


@dataclass(frozen=True)
class Running:
    """Sla, the others' stores, and how long its start took."""

    line: SlaLine
    stores: dict[str, EventStore]
    core: Core
    start_time: float


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Running]:
    """Sla over the folder's logs, once it has caught up and has nothing left to say."""
    async with AsyncExitStack() as stack:
        line, opened = EmbeddedLine(), {}
        for service in OTHERS:
            store = opened[service] = EventStore(open_log(folder, service))
            stack.push_async_callback(store.close)
            station = Station(service, store, publishes=True, subscriber=Deaf(), hears=())
            await stack.enter_async_context(line.attach(station))
        began = time.perf_counter()
        core = await stack.enter_async_context(
            open_core(Settings(data=folder), "sla", TABLES, ShiftedClock(NOW))
        )
        sla_line = await stack.enter_async_context(running(assemble(core), line))
        line.depart()
        await until(lambda: _is_ready(sla_line), "caught up", PATIENCE, every=0.005)
        yield Running(sla_line, opened, core, time.perf_counter() - began)


def _is_ready(line: SlaLine) -> bool:
    return all(shelf.caught_up for shelf in line.sla.book.shelves) and line.sla.watch.quiet


async def forget_snapshots(folder: Path) -> None:
    """The next start begins with the first event."""
    async with open_core(Settings(data=folder), "sla", TABLES) as core:
        rows = [Delete(SNAPSHOTS, str(number)) for number in range(12)]
        await core.store.append(Append(rows=rows))


async def keep(running: Running) -> None:
    """Takes snapshots now; whoever can sleeps from then on."""
    sla, listener = running.line.sla, running.line.listener
    kept = Snapshots(sla.core.store, sla.core.settings)
    await Keeper(sla.core, sla.book, sla.watch, kept, lambda: listener.lanes).keep()


async def multiply(folder: Path, times: int) -> None:
    """So many times the tickets: copies that sleep, under ids of their own."""
    decode = msgspec.msgpack.Decoder(Content).decode
    async with open_core(Settings(data=folder), "sla", TABLES) as core:
        snapshots = Snapshots(core.store, core.settings)
        for number in range(12):
            row = await core.store.get(SNAPSHOTS, str(number))
            assert row is not None
            content = decode(row.body)
            await snapshots.write(number, _multiplied(content, times))


def _multiplied(content: Content, times: int) -> Content:
    told = content.tickets
    once = list(Asleep(told).rows())
    copies = [Row(os.urandom(ID), one.dozing, FAR) for _ in range(times - 1) for one in once]
    return msgspec.structs.replace(content, tickets=laid_down([*once, *copies], told.sample))


async def bodies(folder: Path) -> list[bytes]:
    """Of all snapshots."""
    async with open_core(Settings(data=folder), "sla", TABLES) as core:
        rows = [await core.store.get(SNAPSHOTS, str(number)) for number in range(12)]
        return [bytes(row.body) for row in rows if row is not None]


def open_clocks(running: Running) -> int:
    """That run, rest, or were missed and run on."""
    return sum(
        said.state in {"running", "paused", "missed"}
        for shelf in running.line.sla.book.shelves
        for watched in shelf.tickets.values()
        for said in watched.published.values()
    )
