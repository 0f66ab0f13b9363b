"""From POST to a work order that can be read, at a steady rate: over Kafka, and embedded.

    python -m tests.bench.dispatched [--rate 300] [--seconds 10]

Every twentieth ticket is watched: its work order is asked for until it is there.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.load import Connection, get, percentiles, registrations
from tests.e2e.system import System, embedded, five_processes
from tests.resources.kafka import find_kafka
from tests.resources.postgres import find_postgres, fresh_database

WATCHED = 20
CONNECTIONS = 32
LOOK_TIME = 0.02
PATIENCE = 30.0


class Watch:
    """Registers at a rate, and sees when the watched tickets have their work order."""

    def __init__(self, system: System) -> None:
        self._ports = {name: urlsplit(url).port or 0 for name, url in system.urls.items()}
        self._key = system.key
        self.visible: list[float] = []
        self._posting: asyncio.Queue[Connection] = asyncio.Queue()
        self._looking: asyncio.Queue[Connection] = asyncio.Queue()

    async def run(self, rate: float, seconds: float) -> None:
        for _ in range(CONNECTIONS):
            self._posting.put_nowait(await Connection.open(self._ports["intake"]))
            self._looking.put_nowait(await Connection.open(self._ports["dispatch"]))
        requests = registrations(self._key)
        started = time.perf_counter()
        tasks = []
        for number in range(int(rate * seconds)):
            due = started + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            watched = number % WATCHED == 0
            tasks.append(asyncio.create_task(self._one(next(requests), due, watched=watched)))
        await asyncio.gather(*tasks)

    async def _one(self, request: bytes, due: float, *, watched: bool) -> None:
        connection = await self._posting.get()
        status, body = await connection.send(request)
        self._posting.put_nowait(connection)
        if status != 201:
            raise SystemExit(f"a ticket was answered {status}")
        if watched:
            await self._look(json.loads(body)["ticket_id"], due)

    async def _look(self, ticket_id: str, due: float) -> None:
        question = get(f"/dispatch/v1/work-orders?ticket_id={ticket_id}", self._key)
        while time.perf_counter() < due + PATIENCE:
            connection = await self._looking.get()
            _, body = await connection.send(question)
            self._looking.put_nowait(connection)
            if json.loads(body)["items"]:
                self.visible.append(time.perf_counter() - due)
                return
            # A tenth of the time it took so far: looking must not become the load.
            await asyncio.sleep(max(LOOK_TIME, (time.perf_counter() - due) / 10))
        raise SystemExit("a work order never came")


def cpu_seconds(system: System) -> Mapping[str, float]:
    """Processor time that each process has used so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    used = {}
    for name, program in system.programs.items():
        assert program.process is not None
        fields = Path(f"/proc/{program.process.pid}/stat").read_text().rpartition(")")[2].split()
        used[name] = (int(fields[11]) + int(fields[12])) / ticks
    return used


def measure(system: System, given: argparse.Namespace) -> None:
    """Warms up, measures, prints one line."""
    asyncio.run(Watch(system).run(50, 2))
    before, watch = cpu_seconds(system), Watch(system)
    started = time.perf_counter()
    asyncio.run(watch.run(given.rate, given.seconds))
    elapsed = time.perf_counter() - started
    after = cpu_seconds(system)
    shares = ", ".join(f"{name} {(after[name] - before[name]) / elapsed:.0%}" for name in after)
    seen = percentiles(watch.visible)
    print(  # noqa: T201
        f"POST to work order, {system.name}, {given.rate:.0f}/s: p50 {seen['p50_ms']:.0f} ms, "
        f"p99 {seen['p99_ms']:.0f} ms (goal over Kafka: p99 <= 250 ms); of a core: {shares}",
        flush=True,
    )


def systems(folder: Path) -> Iterator[System]:
    """Embedded, then five processes over a real Kafka and PostgreSQL."""
    yield embedded(folder)
    with find_kafka() as kafka, find_postgres() as server, fresh_database(server) as database:
        (folder / "five").mkdir()
        yield five_processes(folder / "five", kafka.bootstrap, database)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=300)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for system in systems(Path(folder)):
            try:
                measure(system, given)
            finally:
                for program in system.programs.values():
                    program.stop()


if __name__ == "__main__":
    main()
