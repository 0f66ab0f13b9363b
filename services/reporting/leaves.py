"""The kept records as leaves of their services' trees, in the order of the services' logs.

Reporting's own log is no record here, for nobody publishes it: it is read where it stands.
"""

from collections.abc import Iterator

import msgspec

from services.reporting.projections import RECORDS, RecordRow, lane_of
from shared.contracts.terms import CheckpointSigned
from shared.event_store import Backend, LoggedEvent
from shared.evidence.leaf import Facts, Leaf, digest_of, stored_facts, stored_leaf
from shared.messaging.topics import PARTITIONS, PUBLISHERS
from shared.tables import LARGEST_NUMBER, Query

WINDOW = 100
"""Positions read in one visit to the store: what else runs here waits for the interpreter."""
OWN = "reporting"
LOGS = (*PUBLISHERS, OWN)
"""Whose trees are kept here."""
LANES = tuple(lane_of(source, number) for source in PUBLISHERS for number in range(PARTITIONS))


def facts_of(row: RecordRow) -> Facts:
    """All of the record that its service published."""
    return Facts(
        source=row.source,
        epoch=row.epoch,
        stream=row.subject,
        sequence=row.sequence,
        type=row.type,
        event_id=row.event_id,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        actor=row.actor,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        traceparent=row.traceparent,
        data=bytes(row.data),
    )


def leaf_of(row: RecordRow) -> Leaf:
    return Leaf(row.position, digest_of(facts_of(row)))


def records_between(backend: Backend, service: str, after: int, until: int) -> list[RecordRow]:
    """A service's records behind one position and up to another, in the order of its log."""
    rows: list[RecordRow] = []
    for partition in range(PARTITIONS):
        query = Query(
            RECORDS,
            {"lane": lane_of(service, partition)},
            at_least={"position": after + 1},
            at_most={"position": until},
            order=("position",),
            limit=until - after,
        )
        rows += [row for _, row in backend.query(query)]
    return sorted(rows, key=lambda row: row.position)


def own_between(backend: Backend, after: int, until: int) -> list[LoggedEvent]:
    """The same of reporting's own log."""
    found = backend.read_log(after, until - after)
    return [one for one in found if one.position <= until]


def proven_facts(
    backend: Backend, service: str, after: int, until: int
) -> Iterator[tuple[int, Facts]]:
    """Position and facts of a log's events behind one position and up to another."""
    if service == OWN:
        for one in own_between(backend, after, until):
            yield one.position, stored_facts(OWN, backend.epoch, one)
        return
    for row in records_between(backend, service, after, until):
        yield row.position, facts_of(row)


def leaves_between(backend: Backend, service: str, after: int, until: int) -> list[Leaf]:
    """Their leaves; an event that cannot be read any more has one that none has."""
    if service == OWN:
        return [stored_leaf(OWN, backend.epoch, one) for one in own_between(backend, after, until)]
    try:
        return [leaf_of(row) for row in records_between(backend, service, after, until)]
    except msgspec.MsgspecError:
        if until - after == 1:
            return [Leaf(until, b"")]
    middle = (after + until) // 2
    return [
        *leaves_between(backend, service, after, middle),
        *leaves_between(backend, service, middle, until),
    ]


def windows(after: int, until: int) -> Iterator[tuple[int, int]]:
    """The positions behind `after`, up to `until`, in parts that one visit takes."""
    while after < until:
        end = min(until, after + WINDOW)
        yield after, end
        after = end


def newest_position(backend: Backend, service: str) -> int:
    """Of all that is kept of a service's log; 0 where nothing is."""
    return max(end_of(backend, lane_of(service, number)) for number in range(PARTITIONS))


def lane_ends(backend: Backend) -> dict[str, int]:
    """How far every partition of every service is kept, by lane."""
    return {lane: end_of(backend, lane) for lane in LANES}


def end_of(backend: Backend, lane: str) -> int:
    """The position of the last record that is kept of a partition; 0 where none is."""
    return max((row.position for row in _last(backend, lane)), default=0)


def holds_all(backend: Backend, service: str, checkpoint: CheckpointSigned) -> bool:
    """Whether everything came that a checkpoint is over; it may come before the last of it."""
    if service == OWN:
        return backend.end() >= checkpoint.position
    return count_up_to(backend, service, checkpoint.position) >= checkpoint.size


def count_up_to(backend: Backend, service: str, position: int) -> int:
    """How many of a service's records came, up to a position of its log."""
    lanes = (_last(backend, lane_of(service, number), position) for number in range(PARTITIONS))
    return sum(row.ordinal for rows in lanes for row in rows)


def _last(backend: Backend, lane: str, at_most: int = LARGEST_NUMBER) -> list[RecordRow]:
    query = Query(
        RECORDS,
        {"lane": lane},
        at_most={"position": at_most},
        order=("position",),
        descending=True,
        limit=1,
    )
    return [row for _, row in backend.query(query)]
