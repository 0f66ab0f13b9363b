"""The services' signed checkpoints, kept where those who signed cannot reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from shared.contracts.terms import CheckpointSigned
from shared.evidence.checkpoint import is_signed
from shared.tables import Put, Query, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.contracts.terms import Event
    from shared.event_store import Backend
    from shared.evidence.keys import PublicKey
    from shared.tables import RowChange

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
    """The row of a checkpoint that its service signed; none for whatever else the event is."""
    if not isinstance(event, CheckpointSigned):
        return
    if event.service != publisher or not is_signed(event, keys.get(publisher)):
        log.error("checkpoint not kept: its signature is wrong", publisher=publisher)
        return
    yield Put(CHECKPOINTS, f"{publisher}/{event.epoch}/{event.size}", event)


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
