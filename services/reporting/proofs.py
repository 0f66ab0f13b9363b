"""A ticket's events with what proves them, as one file that needs nothing else to be checked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec

from services.reporting.checkpoints import newest_checkpoint
from services.reporting.leaves import facts_of
from services.reporting.projections import RecordRow
from services.reporting.tiles import Tiles, tree_of
from shared.contracts.terms import CheckpointSigned
from shared.event_store import Backend
from shared.evidence.document import FORMAT, Chain, EventLine, Manifest, Source, runs_of
from shared.evidence.keys import Signer
from shared.evidence.leaf import NO_LINK, Facts, chained
from shared.evidence.statement import Statement
from shared.messaging.topics import PUBLISHERS


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """The file's parts; `manifest` is signed."""

    manifest: Manifest
    items: tuple[EventLine, ...]

    def lines(self) -> bytes:
        """The file."""
        return msgspec.json.Encoder().encode_lines((self.manifest, *self.items))


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, by whom and when."""

    query: dict[str, str | None]
    made_at: datetime
    made_for: str


@dataclass(frozen=True)
class Subject:
    """A ticket, and what each service that answered says of its stream."""

    ticket_id: UUID
    statements: Mapping[str, Statement] = field(default_factory=dict)


def prove(
    backend: Backend, subject: Subject, rows: Sequence[RecordRow], asked: Asked, signer: Signer
) -> Proof:
    """All of a ticket's records; what the newest checkpoint does not cover yet stands unproven."""
    ticket_id, statements = subject.ticket_id, subject.statements
    sources: list[Source] = []
    items: list[EventLine] = []
    for service in PUBLISHERS:
        own = sorted((row for row in rows if row.source == service), key=lambda row: row.position)
        if own:
            source = _source(backend, service, own)
            sources.append(source)
            items += _lines(own, Tiles(backend, service), source.checkpoint)
    manifest = Manifest(
        format=FORMAT,
        scope="ticket",
        subject=ticket_id,
        query=asked.query,
        made_at=asked.made_at,
        made_for=asked.made_for,
        sources=tuple(sources),
        chains=tuple(_chains(items, ticket_id, statements)),
    )
    return Proof(manifest=manifest.signed(signer), items=tuple(items))


def _source(backend: Backend, service: str, own: Iterable[RecordRow]) -> Source:
    checkpoint = newest_checkpoint(backend, service, tree_of(backend, service).size)
    positions = runs_of(row.position for row in own)
    return Source(service=service, positions=positions, checkpoint=checkpoint)


def _lines(
    rows: Iterable[RecordRow], tiles: Tiles, checkpoint: CheckpointSigned | None
) -> Iterator[EventLine]:
    links: dict[UUID, bytes] = {}
    for row in rows:
        line = line_of(row.position, facts_of(row))
        link = chained([line.leaf.digest], links.get(row.subject, NO_LINK))
        links[row.subject] = link
        line = msgspec.structs.replace(line, link=link.hex())
        index = tiles.index_of(row.position) if checkpoint else None
        yield proven(line, index, tiles, checkpoint)


def line_of(position: int, facts: Facts) -> EventLine:
    """The event without what proves it."""
    said = {**msgspec.structs.asdict(facts), "data": msgspec.Raw(facts.data)}
    return EventLine(**said, position=position)


def proven(
    line: EventLine, index: int | None, tiles: Tiles, checkpoint: CheckpointSigned | None
) -> EventLine:
    """The line with its path, if the checkpoint covers it."""
    if checkpoint is None or index is None or index >= checkpoint.size:
        return line
    path = tuple(step.hex() for step in tiles.path(index, checkpoint.size))
    return msgspec.structs.replace(line, index=index, path=path)


def _chains(
    items: Iterable[EventLine], ticket_id: UUID, statements: Mapping[str, Statement]
) -> Iterator[Chain]:
    """Also of a stream that only its service knows of."""
    ends: dict[tuple[str, UUID], tuple[int, str]] = {
        (service, ticket_id): (0, NO_LINK.hex())
        for service, stated in statements.items()
        if stated.length
    }
    for item in items:
        length, _ = ends.get((item.source, item.stream), (0, ""))
        ends[item.source, item.stream] = length + 1, item.link or ""
    for (service, stream), (length, head) in ends.items():
        stated = statements.get(service) if stream == ticket_id else None
        yield Chain(service=service, stream=stream, length=length, head=head, stated=stated)
