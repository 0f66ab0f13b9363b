"""The order of a ticket's history: what caused comes before what it caused, in all services."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Literal
from uuid import UUID

from services.reporting.projections import RecordRow

Time = Literal["event", "record"]
"""By when it happened, or by when it was stored: late entry is normal work here."""


def time_of(row: RecordRow, by: Time) -> datetime:
    """The row's time of that kind."""
    return row.occurred_at if by == "event" else row.recorded_at


def as_of(rows: Iterable[RecordRow], moment: datetime, by: Time) -> list[RecordRow]:
    """What had happened, or was known, at the moment."""
    return [row for row in rows if time_of(row, by) <= moment]


def causal_order(rows: Iterable[RecordRow], by: Time = "record") -> list[RecordRow]:
    """Each row once: after its cause, after its predecessor in its stream, else by time.

    Depends on the set of rows alone. A circle of causes, which no service writes, is opened at its
    earliest row.
    """
    waiting = {row.event_id: row for row in sorted(rows, key=lambda row: _rank(row, by))}
    before = _predecessors(waiting)
    after: dict[UUID, list[UUID]] = defaultdict(list)
    for event_id, earlier in before.items():
        for one in earlier:
            after[one].append(event_id)
    free = [(_rank(row, by), key) for key, row in waiting.items() if not before[key]]
    heapq.heapify(free)
    ordered: list[RecordRow] = []
    while waiting:
        key = heapq.heappop(free)[1] if free else next(iter(waiting))
        if key not in waiting:
            continue
        ordered.append(waiting.pop(key))
        for later in after[key]:
            before[later].discard(key)
            if not before[later] and later in waiting:
                heapq.heappush(free, (_rank(waiting[later], by), later))
    return ordered


def _predecessors(rows: dict[UUID, RecordRow]) -> dict[UUID, set[UUID]]:
    before: dict[UUID, set[UUID]] = {
        key: {row.causation_id} if row.causation_id in rows and row.causation_id != key else set()
        for key, row in rows.items()
    }
    streams: dict[tuple[str, UUID], list[RecordRow]] = defaultdict(list)
    for row in rows.values():
        streams[row.source, row.subject].append(row)
    for stream in streams.values():
        _link(sorted(stream, key=lambda row: (row.sequence, row.position)), before)
    return before


def _link(stream: Sequence[RecordRow], before: dict[UUID, set[UUID]]) -> None:
    for earlier, later in pairwise(stream):
        before[later.event_id].add(earlier.event_id)


def _rank(row: RecordRow, by: Time) -> tuple[datetime, datetime, str, int, UUID]:
    return time_of(row, by), row.recorded_at, row.source, row.position, row.event_id
