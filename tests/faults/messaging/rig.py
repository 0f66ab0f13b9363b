"""Workers as processes, and the topic between them."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.eventsourcing_store import open_backend
from shared.group_commit import EventStore
from shared.messaging.envelope import Record
from shared.messaging.kafka.records import record_of
from shared.messaging.topics import PARTITIONS, topic_of
from tests.contract.desks import Desk
from tests.eventually import eventually
from tests.faults.messaging.checker import heard_once, published_in_order
from tests.faults.messaging.worker import TABLES

END_TIME = 60.0
UNTIL_TOLD = ("--events", 1_000_000, "--pause", 0.02)
"""For one that publishes: however slow the machine is, it still writes when something happens."""


@dataclass
class Worker:
    """One process, and how it last said that it stands."""

    arguments: Sequence[str]
    status: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, *patches: str) -> None:
        """Start it anew, with crash points and bugs."""
        self.status.unlink(missing_ok=True)
        command = [
            sys.executable,
            "-m",
            "tests.faults.messaging.launch",
            *patches,
            "--",
            *self.arguments,
        ]
        with self.status.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    @property
    def standing(self) -> dict[str, Any]:
        """What it last said; nothing before it said anything."""
        try:
            said: dict[str, Any] = json.loads(self.status.read_text())
        except FileNotFoundError:
            return {}
        return said

    def log(self) -> str:
        """What it logged so far."""
        return self.status.with_suffix(".log").read_text()

    def wait_for(
        self, what: str, look: Callable[[dict[str, Any]], bool], seconds: float = 60.0
    ) -> None:
        """Return when it says so; fail where it ends, or never says it."""

        def found() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.log()[-3000:]
            return bool(self.standing) and look(self.standing)

        eventually(found, what, seconds)

    def hears(self, effects: int, letters: int = 0) -> None:
        """Wait for every effect and letter."""
        self.wait_for(
            f"{effects} effects",
            lambda said: said["effects"] + said["letters"] >= effects + letters and said["flushed"],
        )

    def ends_writing(self) -> dict[str, Any]:
        """How it stands once it has written its last event."""
        self.wait_for("it runs", bool)
        self.signal(signal.SIGUSR1)
        self.wait_for("it writes no more", lambda said: said["written"] is not None)
        return self.standing

    def publishes_all(self) -> int:
        """Of one that writes until told: how many events it has written and published."""
        self.ends_writing()
        self.wait_for("all is published", lambda said: said["published"] == said["end"])
        return int(self.standing["written"])

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def wait_until_frozen(self) -> None:
        """One that freezes by itself."""
        assert self.process is not None
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def wait_for_end(self) -> int:
        """The exit code of one that ends by itself."""
        assert self.process is not None
        return self.process.wait(END_TIME)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@dataclass
class Rig:
    """A folder with stores and workers of one test."""

    folder: Path
    bootstrap: str
    workers: list[Worker] = field(default_factory=list)
    group: str = field(default_factory=lambda: secrets.token_hex(4))
    """Of its own, so that it need not wait for members that an earlier test killed."""

    def store(self, name: str) -> str:
        return f"sqlite:{self.folder / name}.db"

    def worker(self, role: str, store: str, *options: object) -> Worker:
        """Prepare a process; it runs once it is started."""
        status = self.folder / f"{role}-{len(self.workers)}.json"
        where = ["--store", store, "--kafka", self.bootstrap, "--status", str(status)]
        told = [*where, "--group", self.group, *(str(option) for option in options)]
        worker = Worker([role, *told], status)
        self.workers.append(worker)
        return worker

    async def heard(self, worker: Worker, effects: int, bug: str | None, letters: int = 0) -> None:
        """Wait for every effect and letter; with a bug, which may lose some, for every record."""
        if bug is None:
            worker.hears(effects, letters)
            return
        async with assigned(self.bootstrap, "intake") as (_, ends):
            end = sum(ends.values())
        # What a second relay repeats may come later than this end.
        worker.wait_for("all is read", lambda said: said["read"] >= end and said["flushed"])

    async def breaches(self, source: str, target: str, poisoned: Sequence[UUID] = ()) -> list[str]:
        """Which invariants do not hold, now that everybody is gone."""
        self.end()
        topic = await read_topic(self.bootstrap, "intake")
        return published_in_order(source, topic) + heard_once(source, target, poisoned)

    def end(self) -> None:
        """Kill whatever still runs."""
        for worker in self.workers:
            worker.kill()


@contextmanager
def rig_in(folder: Path, bootstrap: str) -> Iterator[Rig]:
    """End every worker at the end."""
    rig = Rig(folder, bootstrap)
    try:
        yield rig
    finally:
        rig.end()


async def read_topic(bootstrap: str, service: str) -> list[Record]:
    """Every record of the service's topic, partition by partition."""
    async with assigned(bootstrap, service) as (consumer, ends):
        found: list[Record] = []
        while any([await consumer.position(one) < end for one, end in ends.items()]):
            for messages in (await consumer.getmany(timeout_ms=500)).values():
                found += [record_of(message) for message in messages]
        return found


@asynccontextmanager
async def assigned(
    bootstrap: str, service: str
) -> AsyncIterator[tuple[AIOKafkaConsumer, dict[TopicPartition, int]]]:
    """A consumer of the service's whole topic, and where each partition ends."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic_of(service), number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        yield consumer, await consumer.end_offsets(partitions)
    finally:
        await consumer.stop()


async def log_of(url: str, subjects: Sequence[UUID]) -> list[Record]:
    """Store an event about each, in this order, and return them as they are published."""
    store = EventStore(open_backend(url, "intake", TABLES))
    desk = Desk("intake", store)
    for subject in subjects:
        await desk.write(subject)
    records = await desk.records()
    await store.close()
    return records
