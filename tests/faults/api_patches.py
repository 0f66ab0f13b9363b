"""Crash points and known bugs of a whole service, patched into `huiyin` before it starts.

A crash point ends the process at its nth command. A bug is one that somebody could write: the test
of a fault must fail with it.
"""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace
from prometheus_client import Gauge
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.sla import own_log
from services.sla.book import Shelf
from services.sla.snapshots import Restored, Snapshots
from shared import group_commit
from shared.command_handler import IDEMPOTENCY, CommandHandler
from shared.event_store import Append, Backend, StoredEvent, Transaction
from shared.group_commit import EventStore
from shared.http import requests
from shared.tables import Insert

CRASHED = 66
PAUSE = 0.05
"""Seconds that a bug gives to whoever wants to catch it."""
ANSWER_TIME = 5.0
"""Seconds to wait for an answer whose client may have gone away."""
CREATED = 201
Method = Callable[..., Awaitable[None]]


@dataclass
class Countdown:
    """Says when the nth command has come."""

    left: int

    def reached(self, commands: int = 1) -> bool:
        """Whether it is among these."""
        self.left -= commands
        return commands > 0 >= self.left

    def reached_by(self, group: Sequence[Append]) -> bool:
        """The same of appends."""
        return self.reached(sum(map(is_command, group)))


def is_command(append: Append) -> bool:
    """Whether a client asked for it: what services tell each other has no idempotency key."""
    return any(isinstance(row, Insert) and row.table is IDEMPOTENCY for row in append.rows)


class Dying:
    """A backend that ends the process when a transaction's statements are through."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self._backend.write() as transaction:
            yield transaction
            time.sleep(PAUSE)  # whoever answers too early has answered now
            os._exit(CRASHED)


def crash_before_commit(nth: int) -> None:
    """All is written, nothing is committed."""
    original, countdown = group_commit.commit_group, Countdown(nth)

    def commit_group(backend: Any, group: Sequence[Append]) -> list[int | Exception]:  # noqa: ANN401
        return original(Dying(backend) if countdown.reached_by(group) else backend, group)  # type: ignore[arg-type]

    patch.object(group_commit, "commit_group", commit_group).start()


def crash_after_commit(nth: int) -> None:
    """All is committed, nobody knows."""
    original, countdown = group_commit.commit_group, Countdown(nth)

    def commit_group(backend: Backend, group: Sequence[Append]) -> list[int | Exception]:
        outcomes = original(backend, group)
        if countdown.reached_by(group):
            os._exit(CRASHED)
        return outcomes

    patch.object(group_commit, "commit_group", commit_group).start()


def crash_at_reply(nth: int, *, headers_sent: bool) -> None:
    """The command was handled; its client gets nothing, or the headers and no body."""
    original, countdown = Response.__call__, Countdown(nth)

    async def call(self: Response, scope: Scope, receive: Receive, send: Send) -> None:
        if self.status_code != CREATED or not countdown.reached():
            await original(self, scope, receive, send)
            return
        if headers_sent:
            start = {"status": self.status_code, "headers": self.raw_headers}
            await send({"type": "http.response.start", **start})
            await asyncio.sleep(PAUSE)  # so that they are on their way
        os._exit(CRASHED)

    patch.object(Response, "__call__", call).start()


def answer_early() -> None:
    """A command is committed once its answer is on its way."""
    original, commit, respond = EventStore.append, group_commit.commit_group, Response.__call__
    underway: set[asyncio.Task[int]] = set()
    answers = threading.Semaphore(0)

    async def append(self: EventStore, one: Append) -> int:
        if not is_command(one):
            return await original(self, one)
        task = asyncio.create_task(original(self, one))
        underway.add(task)
        return (one.expected_version or 0) + len(one.events)

    async def call(self: Response, scope: Scope, receive: Receive, send: Send) -> None:
        await respond(self, scope, receive, send)
        if self.status_code == CREATED:
            answers.release()

    def commit_group(backend: Backend, group: Sequence[Append]) -> list[int | Exception]:
        for _ in filter(is_command, group):
            answers.acquire(timeout=ANSWER_TIME)
        return commit(backend, group)

    patch.object(EventStore, "append", append).start()
    patch.object(Response, "__call__", call).start()
    patch.object(group_commit, "commit_group", commit_group).start()


def forget_keys() -> None:
    """A retry is a new ticket: its key is not stored."""
    original: Method = CommandHandler._append  # noqa: SLF001 - the bug sits inside

    async def append(*arguments: Any) -> None:  # noqa: ANN401 - private parts
        *others, _identity = arguments
        await original(*others, None)
        await asyncio.sleep(PAUSE)

    patch.object(CommandHandler, "_append", append).start()


def leak() -> None:
    """Whoever goes away in the middle of a body leaves a task and a descriptor behind."""
    original = requests.receive
    kept: list[asyncio.Task[object]] = []

    async def receive(request: Request, limit: int) -> bytes:
        try:
            return await original(request, limit)
        except Exception:
            os.dup(0)
            kept.append(asyncio.create_task(asyncio.Event().wait()))
            raise

    patch.object(requests, "receive", receive).start()


def say_again() -> None:
    """After a start sla knows nothing of what it said, and nothing guards its streams."""
    original = EventStore.append

    def forget(_shelf: Shelf, _stored: Sequence[StoredEvent]) -> None:
        return

    async def nothing(_snapshots: Snapshots, partition: int) -> Restored:
        return Restored(Shelf(partition), ())

    async def append(self: EventStore, one: Append) -> int:
        return await original(self, replace(one, expected_version=None))

    patch.object(own_log, "_learn", forget).start()
    patch.object(Snapshots, "read", nothing).start()
    patch.object(EventStore, "append", append).start()


def crash_behind_mark(nth: int) -> None:
    """How far was read is stored in a transaction of its own; before the nth effect all ends."""
    original, countdown = EventStore.append, Countdown(nth)

    async def append(self: EventStore, one: Append) -> int:
        if not one.marks or not one.events:
            return await original(self, one)
        await original(self, Append(marks=one.marks))
        if countdown.reached():
            os._exit(CRASHED)
        return await original(self, replace(one, marks=()))

    patch.object(EventStore, "append", append).start()


def count_tasks() -> None:
    """The metrics say how many tasks there are."""
    gauge = Gauge("asyncio_tasks", "Tasks of the event loop.")
    gauge.set_function(lambda: len(asyncio.all_tasks()))


CRASH_POINTS: dict[str, Callable[[int], None]] = {
    "before-commit": crash_before_commit,
    "after-commit": crash_after_commit,
    "before-reply": partial(crash_at_reply, headers_sent=False),
    "within-reply": partial(crash_at_reply, headers_sent=True),
    "behind-mark": crash_behind_mark,
}
BUGS: dict[str, Callable[[], None]] = {
    "answers-early": answer_early,
    "forgets-keys": forget_keys,
    "leaks": leak,
    "says-again": say_again,
}
PROBES: dict[str, Callable[[], None]] = {"counts-tasks": count_tasks}
