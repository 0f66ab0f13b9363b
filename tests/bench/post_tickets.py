"""Durable POST against a bare FastAPI + pydantic route, both measured in turn in one run.

    python -m tests.bench.post_tickets [--rounds 15] [--seconds 1.5]

Only the ratios count, and their median over many short rounds: absolute figures move with the
machine's neighbours from one second to the next.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx

from deploy.kafka.local_kafka import free_port
from shared.keys import KeyFile
from tests.resources.postgres import find_postgres, fresh_database

CONNECTIONS = 32


@contextmanager
def served(app: str, environment: Mapping[str, str], *, factory: bool) -> Iterator[int]:
    """One uvicorn worker with the settings that `huiyin` uses."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--no-access-log"]
    command += ["--log-level", "warning", "--loop", "uvloop", "--http", "httptools"]
    if factory:
        command.append("--factory")
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/openapi.json")
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def load(port: int, key: str, seconds: float, rate: float | None = None) -> dict[str, float]:
    """What the load generator, a process of its own, saw."""
    command = [sys.executable, "-m", "tests.bench.load", "--port", str(port), "--key", key]
    command += ["--seconds", str(seconds), "--connections", str(CONNECTIONS)]
    if rate:
        command += ["--rate", str(rate)]
    seen: dict[str, float] = json.loads(subprocess.check_output(command))
    if seen["failed"]:
        raise SystemExit(f"{seen['failed']} requests were not answered 201")
    return seen


@contextmanager
def subject(store: str, commit_ms: float) -> Iterator[tuple[int, str]]:
    """Intake over an empty store of its own; gives its port and a key."""
    with tempfile.TemporaryDirectory() as folder:
        key = KeyFile(Path(folder) / "keys.json").create("bench", ("admin",), datetime.now(UTC))
        environment = {
            "HUIYIN_DATA": folder,
            "HUIYIN_STORE": store,
            "HUIYIN_BENCH_COMMIT_MS": str(commit_ms),
        }
        with served("tests.bench.subject:app", environment, factory=True) as port:
            yield port, key


def measure(name: str, store: str, commit_ms: float, given: argparse.Namespace) -> None:
    """Baseline and subject in turn; prints the ratio, and p99 at a steady rate."""
    ratios: list[float] = []
    spread: list[float] = []
    with ExitStack() as stack:
        floor = stack.enter_context(served("tests.bench.baseline:app", {}, factory=False))
        port, key = stack.enter_context(subject(store, commit_ms))
        bare = load(floor, key, 1)
        ours = load(port, key, 1)
        for _ in range(given.rounds):
            bare = load(floor, key, given.seconds)
            ours = load(port, key, given.seconds)
            ratios.append(ours["per_second"] / bare["per_second"])
            spread.append(ours["p99_ms"] / ours["p50_ms"])
        calm = [load(port, key, given.seconds, rate=300) for _ in range(given.rounds)]
    steady = {name: median(one[name] for one in calm) for name in ("p50_ms", "p99_ms")}
    print(  # noqa: T201
        f"durable POST, {name}: {median(ratios):.2f} of the bare route "
        f"({min(ratios):.2f}-{max(ratios):.2f}; last {ours['per_second']:.0f}/s of "
        f"{bare['per_second']:.0f}/s), p50 {ours['p50_ms']:.1f} ms, p99/p50 {median(spread):.1f} "
        f"at saturation; at 300/s p50 {steady['p50_ms']:.1f} ms, p99 {steady['p99_ms']:.1f} ms",
        flush=True,
    )


def main() -> None:
    """Runs every figure of the durable POST."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1.5)
    given = parser.parse_args()
    measure("SQLite", "sqlite:", 0, given)
    measure("SQLite, commit + 1 ms", "sqlite:", 1, given)
    with find_postgres() as server:
        for name, commit_ms in (("PostgreSQL", 0.0), ("PostgreSQL, commit + 1 ms", 1.0)):
            with fresh_database(server) as database:
                measure(name, database, commit_ms, given)


if __name__ == "__main__":
    main()
