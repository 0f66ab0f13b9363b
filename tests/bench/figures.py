"""Figures at three sizes: a month's sums, the tickets behind one, and a rebuild of all rows.

    python -m tests.bench.figures [--sizes 10000 100000 1000000] [--rebuild 20000 200000]

Rows lie evenly over twelve months, as in a year of work. The floor of the sums, measured in the
same process, reads the month's rows from SQLite and decodes nothing.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from services.reporting.bootstrap import TABLES, assemble
from services.reporting.figures.models import SubjectsQuery
from services.reporting.figures.periods import month_of
from services.reporting.figures.queries import read_figures
from services.reporting.figures.rebuilding import Rebuild
from services.reporting.figures.registry import figures
from services.reporting.figures.rows import ROWS, FigureRow
from services.reporting.figures.subjects import read_subjects
from services.reporting.handlers import on_record
from services.reporting.peers import Peers
from shared.event_store import Append
from shared.keys import ApiKey
from shared.listing import column_time
from shared.messaging.consumer import Consumer
from shared.messaging.topics import PARTITIONS, PUBLISHERS
from shared.service import Core, open_core
from shared.settings import Settings
from shared.tables import Put
from tests.unit.reporting.histories import world
from tests.unit.reporting.telling import wire

if TYPE_CHECKING:
    from shared.messaging.envelope import Record

NOW = datetime(2026, 12, 20, tzinfo=UTC)
BOSS = ApiKey(key_id=UUID(int=1), sha256="", client="boss", scopes=("admin",), created_at=NOW)
MONTH = month_of("2026-11")
BATCH = 2000
MOST_HEARD = 20_000
COPIES = """
WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < :times),
kept AS (
    SELECT lane, position, CAST(body AS TEXT) AS said, body ->> '$.subject' AS subject,
        (SELECT max(position) FROM row_records) AS last
    FROM row_records
),
copies AS (
    SELECT lane, position + n * last AS place, n,
        replace(said, subject, printf('%08x', n) || substr(subject, 9)) AS said
    FROM kept, series WHERE n < :times
)
INSERT INTO row_records ("key", about, lane, position, body)
SELECT printf('%08x', n) || substr(said ->> '$.event_id', 9),
    coalesce(said ->> '$.ticket_id', said ->> '$.subject'), lane, place,
    CAST(json_set(said, '$.position', place) AS BLOB)
FROM copies
"""
DEPARTMENTS = ("billing", "network", "field-service", "customer-service")


def row(number: int, day: date) -> FigureRow:
    """A ticket as they usually end: answered in time, revisited, with a score."""
    subject = str(UUID(int=number + 1))
    department = DEPARTMENTS[number % len(DEPARTMENTS)]
    names = ("answer_in_time", "dispatch_in_time", "resolution_rate", "completion_rate")
    more = ("revisit_rate", "satisfied_rate", "forms_complete", "revisit_in_time", "tickets")
    return FigureRow(
        view="a",
        subject=subject,
        kind="ticket",
        day=day.isoformat(),
        client="crm",
        department=department,
        number=f"T20261101-{number:08}",
        heads={
            "department": department,
            "severity": "general",
            "channel": "phone",
            "tier": "standard",
            "kind": "complaint",
            "pack": "hotline-400",
            "status": "closed",
        },
        measures={
            **dict.fromkeys((*names, *more), (float(number % 9 > 0), 1)),
            "satisfaction": (float(number % 5 + 1), 1),
            "answer_hours": (number % 70 / 3, 1),
        },
        heard_at=column_time(NOW),
    )


async def fill(folder: Path, first: int, last: int) -> None:
    """More of the year, in the order of its days, as tickets come in."""
    year = date(2026, 1, 1)
    async with open_core(Settings(data=folder), "reporting", TABLES) as core:
        for start in range(first, last, BATCH):
            numbers = range(start, min(start + BATCH, last))
            days = [year + timedelta(days=(one - first) * 365 // (last - first)) for one in numbers]
            rows = [row(one, day) for one, day in zip(numbers, days, strict=True)]
            puts = [Put(ROWS, f"a/{one.subject}", one) for one in rows]
            await core.store.append(Append(rows=puts))


def floor(path: Path) -> float:
    with sqlite3.connect(path) as connection:
        started = time.perf_counter()
        connection.execute(
            "SELECT body FROM row_figure_rows WHERE view = 'a' AND day BETWEEN ? AND ?",
            (MONTH.first.isoformat(), MONTH.last.isoformat()),
        ).fetchall()
        return time.perf_counter() - started


async def sums(core: Core, head: str | None) -> float:
    started = time.perf_counter()
    await read_figures(core, BOSS, MONTH, head)
    return time.perf_counter() - started


async def behind(core: Core) -> float:
    asked = SubjectsQuery(month=MONTH.name, limit=100)
    directory = assemble(core, Peers({}, {})).directory
    started = time.perf_counter()
    await read_subjects(core, BOSS, directory, figures()["tickets"], asked, None)
    return time.perf_counter() - started


async def measure(sizes: list[int], folder: Path) -> None:
    filled = 0
    for size in sizes:
        await fill(folder, filled, size)
        filled = size
        async with open_core(Settings(data=folder), "reporting", TABLES) as core:
            await sums(core, None)
            least = floor(folder / "reporting.db")
            whole, grouped = await sums(core, None), await sums(core, "department")
            print(  # noqa: T201 - a benchmark's answer
                f"{size:>9} rows, {size // 12} of the month: sums {whole:.3f} s "
                f"({whole / least:.1f} times the floor), by department {grouped:.3f} s, "
                f"a page behind a number {await behind(core) * 1000:.1f} ms",
                flush=True,
            )


async def hear(events: int, folder: Path) -> int:
    """Keeps so many real events, or as many as are worth hearing; returns how many there are."""
    async with open_core(Settings(data=folder), "reporting", TABLES) as core:
        reporting = assemble(core, Peers({}, {}))
        receive = partial(on_record, reporting=reporting)
        consumer = Consumer("reporting", core.store, core.clock, core.letters, receive)
        for publisher in PUBLISHERS:
            await consumer.assign(publisher, range(PARTITIONS))
        log = wire(world(1, min(events, MOST_HEARD) // 25))
        by_lane: dict[tuple[str, int], list[Record]] = {}
        for source, record in log.interleaved(1):
            by_lane.setdefault((source, record.partition), []).append(record)
        started = time.perf_counter(), time.process_time()
        await asyncio.gather(
            *(consumer.take(source, part, lane) for (source, part), lane in by_lane.items())
        )
        heard = sum(map(len, by_lane.values()))
        print(f"{heard:>9} events heard, {took(heard, *started)}", flush=True)  # noqa: T201 - for people
    multiply(folder / "reporting.db", times := max(events // heard, 1))
    return heard * times


def multiply(path: Path, times: int) -> None:
    """So many times the records, of other subjects, later in the same lanes.

    Made by SQLite, for hearing a million takes longer than rebuilding them.
    """
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(COPIES, {"times": times})


async def rebuild(events: int, folder: Path) -> None:
    """Of so many events; they are kept first, which is not counted."""
    kept = await hear(events, folder)
    async with open_core(Settings(data=folder), "reporting", TABLES) as core:
        started = time.perf_counter(), time.process_time()
        work = Rebuild(core)
        await work.begin()
        while await work.go_on():
            pass
        await work.end()
        print(f"{kept:>9} events rebuilt, {took(kept, *started)}", flush=True)  # noqa: T201 - for people


def took(events: int, wall: float, cpu: float) -> str:
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return f"{wall:.1f} s ({events / wall:.0f}/s), {cpu:.1f} s of a core ({events / cpu:.0f}/s)"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.figures")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rebuild", type=int, nargs="*", default=[20_000, 200_000])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(asked.sizes, Path(folder)))
    for events in asked.rebuild:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(rebuild(events, Path(folder)))


if __name__ == "__main__":
    main()
