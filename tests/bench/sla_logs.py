"""Logs of intake and dispatch for a benchmark: tickets at work, ten events each."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
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
    stream = UUID(int=(number << 64) + 1)
    when = ex.AT + timedelta(seconds=number % 86_400)
    at = when.isoformat().encode()
    metadata = [
        Metadata(
            event_id=UUID(int=(number << 64) + (place << 32) + 2),
            recorded_at=when + timedelta(milliseconds=place),
            actor="xu-lei",
            correlation_id=stream,
        )
        for place, (name, _) in enumerate(told, len(told))
    ]
    ids = str(ex.T).encode(), str(stream).encode()
    times = b"2026-11-23T02:00:00Z", at.replace(b"+00:00", b"Z")
    events = [
        (name, pack(one, value.replace(*ids).replace(*times)))
        for one, (name, value) in zip(metadata, told, strict=True)
    ]
    return Append(stream=stream, expected_version=None, events=events)


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
