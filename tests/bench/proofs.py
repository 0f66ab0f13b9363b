"""What tamper evidence costs a record, and how fast a file is checked.

    python -m tests.bench.proofs [--records 50000]

Times are the thread's own and without a database: what a service's hashing and reporting's tree
take for each record, beside the way of every command; what a line of an export takes to prove; and
how many lines a second `huiyin verify` checks.
"""

import argparse
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

import msgspec

from services.reporting.leaves import facts_of, leaf_of
from services.reporting.projections import RecordRow
from services.reporting.proofs import line_of, proven
from services.reporting.tiles import TILES, Growth, Tiles, Tree
from shared.codec import unpack
from shared.command_handler import stamp
from shared.contracts.sla import ClockStarted
from shared.contracts.terms import CheckpointSigned
from shared.event_store import LoggedEvent, StoredEvent
from shared.evidence.checking import check
from shared.evidence.checkpoint import sign
from shared.evidence.document import FORMAT, Manifest, Source
from shared.evidence.keys import Signer, public_keys
from shared.evidence.leaf import stored_leaf
from shared.evidence.tree import Frontier
from shared.messaging.envelope import Cause
from shared.testing.memory_store import MemoryBackend

SECRET = b"bench" * 8
SERVICE = "sla"
EPOCH = UUID(int=1)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def log_of(count: int) -> list[LoggedEvent]:
    """Events of the most frequent kind."""
    logged = []
    for position in range(1, count + 1):
        ticket = uuid5(EPOCH, str(position // 10))
        event = ClockStarted(
            ticket_id=ticket,
            clock="answer",
            round=1,
            occurrence="main",
            pack="hotline-400",
            pack_version=1,
            calendar_version="2026.1",
            target_at=NOON,
            due_at=NOON,
            at=NOON,
        )
        name, state = stamp(event, Cause(actor="crm", correlation_id=ticket), NOON)
        logged.append(LoggedEvent(position, StoredEvent(ticket, position % 10 + 1, name, state)))
    return logged


def row_of(logged: LoggedEvent) -> RecordRow:
    metadata, data = unpack(logged.event.state)
    return RecordRow(
        event_id=metadata.event_id,
        subject=logged.event.stream,
        ticket_id=logged.event.stream,
        source=SERVICE,
        type=logged.event.name,
        sequence=logged.event.version,
        position=logged.position,
        previous=logged.position - 1,
        partition=0,
        ordinal=logged.position,
        epoch=EPOCH,
        occurred_at=NOON,
        recorded_at=metadata.recorded_at,
        actor=metadata.actor,
        correlation_id=metadata.correlation_id,
        causation_id=metadata.causation_id,
        traceparent=metadata.traceparent,
        data=msgspec.Raw(data),
    )


def told(what: str, seconds: float, count: int) -> None:
    print(f"{what:<48} {seconds / count * 1e6:7.1f} µs  {count / seconds:9,.0f}/s")  # noqa: T201


def signed(logged: Sequence[LoggedEvent]) -> CheckpointSigned:
    """As a service's sealer does."""
    frontier = Frontier()
    started = time.thread_time()
    for one in logged:
        frontier.add(stored_leaf(SERVICE, EPOCH, one).hash)
    told("a service hashes a record of its log", time.thread_time() - started, len(logged))
    return sign(Signer(SERVICE, SECRET), EPOCH, frontier, logged[-1].position, NOON)


def grown(rows: Sequence[RecordRow], backend: MemoryBackend) -> None:
    """As reporting's grower does."""
    growth = Growth(SERVICE, Tree(), lambda _key: None)
    started = time.thread_time()
    for row in rows:
        growth.add(leaf_of(row))
    changes = growth.changes()
    told("reporting's tree takes it in", time.thread_time() - started, len(rows))
    held = backend.rows_of(TILES)
    for change in changes:
        held[change.key] = TILES.column_values(change.row), TILES.encode(change.row)  # type: ignore[union-attr]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.proofs")
    parser.add_argument("--records", type=int, default=50_000)
    count = parser.parse_args().records
    logged = log_of(count)
    checkpoint = signed(logged)
    rows = [row_of(one) for one in logged]
    backend = MemoryBackend((TILES,))
    grown(rows, backend)
    tiles = Tiles(backend, SERVICE)
    started = time.thread_time()
    bare = [line_of(row.position, facts_of(row)) for row in rows]
    items = [proven(line, number, tiles, checkpoint) for number, line in enumerate(bare)]
    source = Source(service=SERVICE, positions=((1, count),), checkpoint=checkpoint)
    manifest = Manifest(
        format=FORMAT, scope="period", query={}, made_at=NOON, made_for="bench", sources=(source,)
    ).signed(Signer("reporting", SECRET))
    content = msgspec.json.Encoder().encode_lines([manifest, *items])
    told("an export proves and writes it", time.thread_time() - started, count)
    lines = content.splitlines(keepends=True)
    started = time.thread_time()
    check(iter(lines), public_keys(SECRET))
    told("`huiyin verify` checks it", time.thread_time() - started, count)
    print(f"{len(content) / count:.0f} bytes a line of the file")  # noqa: T201


if __name__ == "__main__":
    main()
