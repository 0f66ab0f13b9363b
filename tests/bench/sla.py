"""Sla's start, its memory, its due index and its promptness, at three sizes: what grows, and how.

    python -m tests.bench.sla [--sizes 10000 100000 1000000] [--clocks 1000000] [--kafka]

A size is a number of events, ten to a ticket. What is timed is sla itself as it starts: with every
event and without a snapshot, then with one, which at the last size is multiplied to so many open
clocks. The floors of a replay, measured in the same process, decode the fields that the fold needs
and fold them, from memory and from bare SQLite; that of a restart is a digest of the same bytes;
beside the index stands one look at each ticket by minute. Each part runs in a process of its own,
so that memory is counted from nothing.
"""

import argparse
import asyncio
import ctypes
import gc
import json
import math
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import msgspec

from services.sla.packing import ID
from services.sla.snapshots import Content
from shared.codec import MetadataText, unpack
from tests.bench.sla_due import take_due
from tests.bench.sla_kafka import measure as measure_kafka
from tests.bench.sla_lag import RATE, lags
from tests.bench.sla_line import bodies, forget_snapshots, keep, multiply, open_clocks, started
from tests.bench.sla_logs import EVENTS, PUBLISHERS, stores, write

SIZES = (10_000, 100_000, 1_000_000)
CLOCKS = 1_000_000
WARM = 200
DUE_GOAL = 100
"""Milliseconds."""
Figures = dict[str, float]


class Fields(msgspec.Struct, gc=False):
    """What the floor decodes."""

    at: datetime
    ticket_id: str
    round: int = 1
    work_order_id: str | None = None
    department: str | None = None
    handler: str | None = None


async def floor(folder: Path) -> float:
    """Seconds to decode and fold what already lies in memory."""
    values: list[bytes] = []
    async with stores(folder) as opened:
        for store in opened.values():
            position = 0
            while batch := await store.read_log(position, 1000):
                values += [unpack(one.event.state)[1] for one in batch]
                position = batch[-1].position
    decoder = msgspec.json.Decoder(Fields)
    began = time.perf_counter()
    known: dict[str, list[datetime]] = {}
    for value in values:
        event = decoder.decode(value)
        known.setdefault(event.ticket_id, []).append(event.at)
    return time.perf_counter() - began


def bare(folder: Path) -> float:
    """Seconds to read the same rows by sqlite3 alone, decode what a fact needs, and fold it.

    Nothing is checked, compared, packed, judged or indexed.
    """
    event_of, metadata_of = msgspec.json.Decoder(Fields), msgspec.json.Decoder(MetadataText)
    began = time.perf_counter()
    known: dict[str, list[tuple[datetime, str]]] = {}
    for publisher in PUBLISHERS:
        with closing(sqlite3.connect(folder / f"{publisher}.db")) as opened:
            for stream, state in opened.execute("SELECT originator_id, state FROM stored_events"):
                line, _, value = state.partition(b"\n")
                event, metadata = event_of.decode(value), metadata_of.decode(line)
                known.setdefault(stream, []).append((event.at, metadata.event_id))
    return time.perf_counter() - began


def memory() -> int:
    """Bytes that this process holds, without what its allocator only keeps for later.

    What it holds is frozen then, as `huiyin serve` does.
    """
    gc.collect()
    gc.freeze()
    ctypes.CDLL(None).malloc_trim(0)
    resident = int(Path("/proc/self/statm").read_text().split()[1])
    return resident * os.sysconf("SC_PAGE_SIZE")


async def say(folder: Path, _events: int, _clocks: int) -> Figures:
    """The first life: everything is said, and a snapshot left behind."""
    async with started(folder) as running:
        return {"spoken": running.start_time}


async def replay(folder: Path, events: int, _clocks: int) -> Figures:
    """Every record read, every ticket judged, nothing left to say."""
    async with started(folder.parent / "warm"):
        pass  # calendars are compiled once
    await forget_snapshots(folder)
    before = memory()
    async with started(folder) as running:
        held = memory() - before
        began = time.process_time()
        await keep(running)
        keeping = time.process_time() - began
        clocks = open_clocks(running)
        elapsed = running.start_time
    least, by_hand = await floor(folder), bare(folder)
    by_index, look = take_due(events)
    tickets = events // EVENTS
    return {
        "events": events,
        "floor": least,
        "bare": by_hand,
        "replay": elapsed,
        "bytes": held / tickets,
        "keeping": keeping / tickets,
        "clocks": clocks / tickets,
        "due": by_index,
        "look": look,
    }


async def asleep(folder: Path, _events: int, clocks: int) -> Figures:
    """The snapshots multiplied, until so many clocks are open."""
    async with started(folder.parent / "warm"):
        pass
    async with started(folder) as running:
        once = open_clocks(running)
    times = max(1, clocks // once)
    await multiply(folder, times)
    return {"open": once * times}


async def restart(folder: Path, events: int, _clocks: int) -> Figures:
    """With those snapshots; then three hundred events a second."""
    async with started(folder.parent / "warm"):
        pass
    before = memory()
    async with started(folder) as running:
        held = memory() - before
        late = await lags(running)
        elapsed = running.start_time
    kept = await bodies(folder)
    began = time.perf_counter()
    for body in kept:
        sha256(body)
    least = time.perf_counter() - began
    decode = msgspec.msgpack.Decoder(Content).decode
    tickets = sum(len(decode(body).tickets.numbers) // ID for body in kept)
    return {
        "events": events,
        "restart": elapsed,
        "checked": least,
        "tickets": tickets,
        "size": sum(map(len, kept)) / tickets,
        "asleep": held / tickets,
        "raised": len(late),
        "p50": late[len(late) // 2],
        "p99": late[len(late) * 99 // 100],
    }


PARTS: Mapping[str, Callable[[Path, int, int], Awaitable[Figures]]] = {
    "say": say,
    "replay": replay,
    "asleep": asleep,
    "restart": restart,
}


def slope(name: str, found: Sequence[Figures]) -> str:
    """The exponent by which the figure grows from size to size; 1.00 is in proportion."""
    told = [
        math.log(after[name] / before[name]) / math.log(after["events"] / before["events"])
        for before, after in pairwise(found)
    ]
    return ", ".join(f"{one:.2f}" for one in told) or "one size only"


def lines_of(one: Figures) -> Iterator[str]:
    """A line per figure of one size."""
    events = int(one["events"])
    times = f"{one['replay'] / one['floor']:.1f} x decode and fold ({one['floor']:.2f} s)"
    times += f", {one['replay'] / one['bare']:.1f} x with reading the rows ({one['bare']:.2f} s)"
    yield f"{events:,} events replayed from SQLite, judged, indexed: {one['replay']:.2f} s, {times}"
    with_its = f"with its {one['clocks']:.1f} open clocks and {EVENTS} events"
    yield f"a ticket of {events // EVENTS:,} {with_its}: {one['bytes']:.0f} bytes"
    yield f"its first snapshot: {one['keeping'] * 1e6:.0f} us of CPU for each that was awake"
    look = one["look"]
    times = f"{one['due'] / look:.2f} x a look at each, by minute ({look * 1000:.0f} ms)"
    goal = f"goal of a million {DUE_GOAL} ms"
    yield f"half of {events:,} clocks due, taken: {one['due'] * 1000:.0f} ms ({goal}), {times}"
    times = f"{one['restart'] / one['checked']:.1f} x a digest of it ({one['checked']:.2f} s)"
    of = f"{one['open']:,.0f} open clocks of {one['tickets']:,.0f} tickets"
    yield f"restart with a snapshot of {of}: {one['restart']:.2f} s (goal <= 2), {times}"
    size = f"in the snapshot {one['size']:.0f}"
    yield f"each of them in memory {one['asleep']:.0f} bytes (goal <= 400), {size}"
    late = f"p50 {one['p50'] * 1000:.0f} ms, p99 {one['p99'] * 1000:.0f} ms (goal <= 1000)"
    yield f"{one['raised']:,.0f} escalations among them at {RATE} events/s: late by {late}"


def apart(part: str, folder: Path, size: int, clocks: int) -> Figures:
    """The figures of one part, measured in a process that has done nothing before."""
    print(f"{size:,} events: {part} …", file=sys.stderr, flush=True)  # noqa: T201
    command = [sys.executable, "-m", "tests.bench.sla", "--part", part, "--one", str(folder)]
    command += ["--sizes", str(size), "--clocks", str(clocks)]
    found: Figures = json.loads(subprocess.check_output(command).splitlines()[-1])
    return found


def figures_of(size: int, clocks: int) -> Figures:
    """All of one size."""
    found: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, tickets in (("warm", WARM), ("logs", size // EVENTS)):
            (Path(folder) / name).mkdir()
            asyncio.run(write(Path(folder) / name, tickets))
        for part in PARTS:
            found |= apart(part, Path(folder) / "logs", size, clocks)
            if part == "replay":
                asyncio.run(forget_snapshots(Path(folder) / "warm"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of events")
    parser.add_argument("--clocks", type=int, default=CLOCKS, help="open clocks at the last size")
    parser.add_argument("--kafka", action="store_true", help="only catching up from a broker")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        part = PARTS[given.part](given.one, given.sizes[0], given.clocks)
        print(json.dumps(asyncio.run(part)))  # type: ignore[arg-type] # noqa: T201
        return
    if given.kafka:
        print(measure_kafka(given.sizes[0]))  # noqa: T201
        return
    found = []
    for size in given.sizes:
        found.append(figures_of(size, given.clocks if size == given.sizes[-1] else 0))
        for line in lines_of(found[-1]):
            print(line, flush=True)  # noqa: T201
    for name in ("replay", "due"):
        print(f"slope of {name}: {slope(name, found)}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
