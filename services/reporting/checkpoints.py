"""The services' signed checkpoints, kept where those who signed cannot reach them."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import structlog

from shared.contracts.terms import CheckpointSigned
from shared.evidence.checkpoint import is_signed
from shared.tables import LARGEST_NUMBER, Put, Query, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.contracts.terms import Event
    from shared.event_store import Backend
    from shared.evidence.keys import PublicKey
    from shared.tables import RowChange

WITNESS = "intake"
"""Who keeps what reporting signs for its own log, as an event of theirs."""
WITNESSED = "reporting"
PAGE = 500

log = structlog.get_logger(__name__)

CHECKPOINTS: Table[CheckpointSigned] = Table(
    "checkpoints",
    CheckpointSigned,
    {
        "service": lambda row: row.service,
        "size": lambda row: row.size,
    },
    numeric=frozenset({"size"}),
    indexes=(("service", "size"),),
)


def checkpoint_rows(
    publisher: str, event: Event | None, keys: Mapping[str, PublicKey]
) -> Iterator[RowChange]:
    """The row of a checkpoint that its service signed; none for whatever else the event is.

    Each comes in the log of who signed it, reporting's in its witness's.
    """
    if not isinstance(event, CheckpointSigned):
        return
    may_say = event.service == publisher or (event.service, publisher) == (WITNESSED, WITNESS)
    if not may_say or not is_signed(event, keys.get(event.service)):
        log.error("checkpoint not kept: its signature is wrong", publisher=publisher)
        return
    yield Put(CHECKPOINTS, f"{event.service}/{event.epoch}/{event.size}", event)


def checkpoint_after(backend: Backend, service: str, size: int) -> CheckpointSigned | None:
    """The first one over more events than `size`."""
    return next(iter(_page(backend, service, size + 1, 1)), None)


def newest_checkpoint(backend: Backend, service: str, at_most: int) -> CheckpointSigned | None:
    """The last one over no more events than `at_most`."""
    query = Query(
        CHECKPOINTS,
        {"service": service},
        at_most={"size": at_most},
        order=("size",),
        descending=True,
        limit=1,
    )
    return next((row for _, row in backend.query(query)), None)


def newest_readable(backend: Backend, service: str) -> CheckpointSigned | None:
    """The last one whose row can still be read."""
    most = LARGEST_NUMBER
    while most > 0:
        try:
            return newest_checkpoint(backend, service, most)
        except msgspec.MsgspecError:
            behind = partial(_is_any, backend, service, at_most=most)
            spoiled = bisect_left(range(most), x=True, key=lambda size: not behind(size + 1))
            most = spoiled - 1
    return None


def spoiled_size(backend: Backend, service: str, after: int) -> int:
    """Over how many events, more than `after`, the next one is whose row cannot be read."""
    up_to = partial(_is_any, backend, service, after + 1)
    return bisect_left(range(LARGEST_NUMBER), x=True, lo=after + 1, key=up_to)


def _is_any(backend: Backend, service: str, at_least: int, at_most: int) -> bool:
    """Whether there is a row over so many events, as its column says; it may be unreadable."""
    query = Query(
        CHECKPOINTS,
        {"service": service},
        at_least={"size": at_least},
        at_most={"size": at_most},
        limit=1,
    )
    try:
        return bool(backend.query(query))
    except msgspec.MsgspecError:
        return True


def checkpoints_of(backend: Backend, service: str) -> Iterator[CheckpointSigned]:
    """All of a service, the smallest first."""
    size = 0
    while page := _page(backend, service, size + 1, PAGE):
        yield from page
        size = page[-1].size


def _page(backend: Backend, service: str, at_least: int, limit: int) -> list[CheckpointSigned]:
    query = Query(
        CHECKPOINTS,
        {"service": service},
        at_least={"size": at_least},
        order=("size",),
        limit=limit,
    )
    return [row for _, row in backend.query(query)]
