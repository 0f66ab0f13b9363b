"""The export of a period: every event between two checkpoints of each service, with its proof.

It begins with the last checkpoint signed by the period's beginning and ends with the first one
signed at its end or later, so that no event within it can lack unseen; where there is none yet,
with the newest one.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from functools import partial

import msgspec

from services.reporting.bootstrap import Reporting
from services.reporting.checkpoints import checkpoints_of
from services.reporting.evidence_tables import csv_head, csv_lines
from services.reporting.leaves import LOGS, proven_facts, windows
from services.reporting.models import ExportQuery
from services.reporting.proofs import Asked, line_of, proven
from services.reporting.readings import record_export
from services.reporting.tiles import Tiles, tree_of
from shared.contracts.terms import CheckpointSigned
from shared.event_store import Backend
from shared.evidence.document import FORMAT, EventLine, Manifest, Source, runs_of
from shared.evidence.keys import Signer
from shared.evidence.tree import consistency_path
from shared.group_commit import EventStore
from shared.http import Caller, MalformedError


async def open_period(
    reporting: Reporting, caller: Caller, asked: ExportQuery, form: str
) -> Manifest:
    """What was asked for, signed; that it is taken away is stored first. Raises MalformedError.

    `form` is what it is shown as, or taken away.
    """
    core = reporting.core
    until = asked.until or core.now()
    if asked.since and until <= asked.since:
        raise MalformedError(("/to", ("早于 `from`。", "lies before `from`")))
    since = asked.since.isoformat() if asked.since else None
    query: dict[str, str | None] = {"from": since, "to": until.isoformat(), "format": form}
    said = " ".join(f"{name}={text}" for name, text in query.items() if text is not None)
    await record_export(core, caller, said)
    made = Asked(query=query, made_at=core.now(), made_for=caller.key.client)
    signer = Signer("reporting", core.secret)
    return await manifest_of(core.store, asked.since, until, made, signer)


async def manifest_of(
    store: EventStore, since: datetime | None, until: datetime, asked: Asked, signer: Signer
) -> Manifest:
    """What the period's events are, signed."""
    sources = [await store.run(partial(_source, name, since, until)) for name in LOGS]
    manifest = Manifest(
        format=FORMAT,
        scope="period",
        query=asked.query,
        made_at=asked.made_at,
        made_for=asked.made_for,
        sources=tuple(sources),
    )
    return manifest.signed(signer)


async def events_of(
    store: EventStore, manifest: Manifest
) -> AsyncIterator[tuple[CheckpointSigned, list[EventLine]]]:
    """Its events, each with its path, a part at a time; and the checkpoint that a part is under."""
    for source in manifest.sources:
        if source.checkpoint is None:
            continue
        after = source.since.position if source.since else 0
        for window in windows(after, source.checkpoint.position):
            if lines := await store.run(partial(_lines, source, source.checkpoint, window)):
                yield source.checkpoint, lines


async def as_jsonl(store: EventStore, manifest: Manifest) -> AsyncIterator[bytes]:
    """The file that `huiyin verify` reads: it may be of any size."""
    encoder = msgspec.json.Encoder()
    yield encoder.encode_lines([manifest])
    async for _, lines in events_of(store, manifest):
        yield encoder.encode_lines(lines)


async def as_csv(store: EventStore, manifest: Manifest) -> AsyncIterator[bytes]:
    """The same as a table for spreadsheets."""
    yield csv_head()
    async for checkpoint, lines in events_of(store, manifest):
        yield csv_lines(manifest, checkpoint, lines)


def _source(service: str, since: datetime | None, until: datetime, backend: Backend) -> Source:
    begin, end = _bounds(backend, service, since, until)
    if end is None:
        return Source(service=service, positions=())
    tiles = Tiles(backend, service)
    start = begin.size if begin else 0
    positions = runs_of(leaf.position for leaf in tiles.leaves(start, end.size))
    path = consistency_path(start, end.size, tiles.node)
    return Source(
        service=service,
        positions=positions,
        checkpoint=end,
        since=begin,
        consistency=tuple(step.hex() for step in path),
    )


def _bounds(
    backend: Backend, service: str, since: datetime | None, until: datetime
) -> tuple[CheckpointSigned | None, CheckpointSigned | None]:
    begin = end = None
    size = tree_of(backend, service).size
    for checkpoint in checkpoints_of(backend, service):
        if checkpoint.size > size:
            break
        if since and checkpoint.at <= since:
            begin = checkpoint
        end = checkpoint
        if checkpoint.at >= until:
            break
    return begin, end


def _lines(
    source: Source, checkpoint: CheckpointSigned, window: tuple[int, int], backend: Backend
) -> list[EventLine]:
    return list(_proven(backend, source, checkpoint, window))


def _proven(
    backend: Backend, source: Source, checkpoint: CheckpointSigned, window: tuple[int, int]
) -> Iterator[EventLine]:
    tiles = Tiles(backend, source.service)
    for position, facts in proven_facts(backend, source.service, *window):
        index = tiles.index_of(position)
        yield proven(line_of(position, facts), index, tiles, checkpoint)
