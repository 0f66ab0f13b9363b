"""Logs of intake and dispatch for a benchmark: tickets at work, ten events each."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from shared.codec import Metadata, encode, name_of, pack
from shared.contracts import dispatch
from shared.event_store import Append, Backend
from shared.eventsourcing_store import open_backend
from shared.group_commit import EventStore
from shared.service import COMMON_TABLES
from tests.unit.support import examples as ex

if TYPE_CHECKING:
    from shared.contracts.terms import Event

EVENTS = 10
"""Of a ticket that is being worked on."""
PUBLISHERS = ("intake", "dispatch")
TRIED = dispatch.ContactAttempted(
    work_order_id=ex.W,
    ticket_id=ex.T,
    round=1,
    channel="phone",
    outcome="no_answer",
    note=ex.TEXT,
    at=ex.AT,
)
ACCEPTED = dispatch.WorkOrderAccepted(
    work_order_id=ex.W, ticket_id=ex.T, round=1, handler="xu-lei", at=ex.AT
)
TOLD = msgspec.structs.replace(ex.NOTIFIED, about="progress")


def story() -> Sequence[tuple[str, str, bytes]]:
    """Publisher, name and bytes of what happens to a ticket."""
    events: list[tuple[str, Event]] = [
        ("intake", ex.REGISTERED),
        ("dispatch", ex.OFFERED),
        ("dispatch", ACCEPTED),
    ]
    events += [("dispatch", one) for one in (TRIED, TRIED, TRIED, TOLD, TRIED, TRIED, TOLD)]
    return [(publisher, name_of(event), encode(event)) for publisher, event in events]


async def write(folder: Path, tickets: int) -> None:
    """The logs of intake and dispatch."""
    for publisher in PUBLISHERS:
        store = EventStore(open_log(folder, publisher))
        told = [one[1:] for one in story() if one[0] == publisher]
        for first in range(0, tickets, 1000):
            numbers = range(first, min(first + 1000, tickets))
            await asyncio.gather(*(store.append(_append(one, told)) for one in numbers))
        await store.close()


def _append(number: int, told: Sequence[tuple[str, bytes]]) -> Append:
    """Ids and moments differ as real ones do: what is alike would take less room."""
    stream, work_order_id = _ids(Random(number), 2)  # noqa: S311
    random = Random(f"{number} of {len(told)}")  # noqa: S311
    when, events = ex.AT + timedelta(seconds=number % 86_400), []
    for event_id, (name, value) in zip(_ids(random, len(told)), told, strict=True):
        metadata = Metadata(
            event_id=event_id,
            recorded_at=when + timedelta(milliseconds=random.randrange(1000)),
            actor="xu-lei",
            correlation_id=stream,
        )
        at = when.isoformat().replace("+00:00", "Z")
        for old, new in ((ex.T, stream), (ex.W, work_order_id), ("2026-11-23T02:00:00Z", at)):
            value = value.replace(str(old).encode(), str(new).encode())  # noqa: PLW2901
        events.append((name, pack(metadata, value)))
        when += timedelta(seconds=random.randrange(60))
    return Append(stream=stream, expected_version=None, events=events)


def _ids(random: Random, count: int) -> list[UUID]:
    return [UUID(int=random.getrandbits(128)) for _ in range(count)]


def open_log(folder: Path, publisher: str) -> Backend:
    return open_backend(f"sqlite:{folder}/{publisher}.db", publisher, COMMON_TABLES)


@asynccontextmanager
async def stores(folder: Path) -> AsyncIterator[dict[str, EventStore]]:
    opened = {name: EventStore(open_log(folder, name)) for name in PUBLISHERS}
    try:
        yield opened
    finally:
        for store in opened.values():
            await store.close()
