"""Whole systems to be killed: all services in one process, five of them, or intake alone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deploy.kafka.local_kafka import LocalKafka
from shared.keys import Scope
from tests.e2e.system import (
    HUIYIN,
    Command,
    Program,
    System,
    create_key,
    embedded,
    five_processes,
    prepared,
)
from tests.faults.api_patches import CRASHED
from tests.resources.kafka import remove_topics

CRASH_TIME = 60.0
DESK: tuple[Scope, ...] = (
    "tickets:write",
    "tickets:read",
    "work:write",
    "revisits:write",
    "sla:read",
    "audit:read",
    "operations",
)
"""Not `pii:read`: such a reading is an event by itself."""


@contextmanager
def in_one_process(folder: Path, command: Command = (HUIYIN,)) -> Iterator[System]:
    """Over SQLite."""
    system = embedded(folder, command)
    try:
        yield _as_desk(system)
    finally:
        system.kill()


@contextmanager
def in_five_processes(
    folder: Path, broker: LocalKafka, dsn: str, **commands: Command
) -> Iterator[System]:
    """Over PostgreSQL, and a broker whose topics are removed beforehand."""
    clear(broker)
    system = five_processes(folder, broker.bootstrap, dsn, **commands)
    try:
        yield _as_desk(system)
    finally:
        system.kill()


@contextmanager
def intake_alone(
    folder: Path, broker: LocalKafka, dsn: str, command: Command = (HUIYIN,)
) -> Iterator[System]:
    """The same with one service, which answers but is never ready: the others' topics lack."""
    clear(broker)
    five = prepared(folder, broker.bootstrap, dsn, intake=command)
    system = replace(five, programs={"intake": five.programs["intake"]})
    system.programs["intake"].start()
    try:
        yield _as_desk(system)
    finally:
        system.kill()


def restart(program: Program, command: Command = (HUIYIN,)) -> None:
    """SIGKILL, and a start that nobody waits for."""
    program.kill()
    program.command = command
    program.start()


def wait_for_crash(program: Program) -> None:
    """Returns when it has ended at its crash point."""
    assert program.process is not None
    assert program.process.wait(CRASH_TIME) == CRASHED


def only(system: System) -> Program:
    """The process of a system that has one."""
    (program,) = system.programs.values()
    return program


def _as_desk(system: System) -> System:
    """As a client sees it that may do all that its own tickets need."""
    environment = next(iter(system.programs.values())).environment
    return replace(system, key=create_key(environment, "desk", *DESK))


def clear(broker: LocalKafka) -> None:
    """Removes the topics of an earlier test: they belong to another store."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(remove_topics(broker.bootstrap))
