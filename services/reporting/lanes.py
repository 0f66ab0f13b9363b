"""Reporting's records of one partition, read from the newest back."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.reporting.projections import RECORDS, RecordRow
from shared.event_store import Backend
from shared.tables import Query

PAGE = 100
HALVINGS = 64


def newest_of(
    backend: Backend, lane: str, most: int | None, by: datetime | None, since: datetime | None
) -> Iterator[RecordRow]:
    """At positions up to `most`, recorded by that time and after the other, the newest first."""
    if by is not None:
        by_then = position_at(backend, lane, by)
        most = by_then if most is None else min(most, by_then)
    while most is None or most > 0:
        rows = _page(backend, lane, most, PAGE)
        for row in rows:
            if since is not None and row.recorded_at <= since:
                return
            yield row
        if len(rows) < PAGE:
            return
        most = rows[-1].position - 1


def position_at(backend: Backend, lane: str, moment: datetime) -> int:
    """The partition's newest position by then: within one, times rise with positions."""
    newest = _page(backend, lane, None, 1)
    low, high = 0, newest[0].position if newest else 0
    for _ in range(HALVINGS):
        if low >= high:
            break
        middle = (low + high + 1) // 2
        row = _page(backend, lane, middle, 1)
        if row and row[0].recorded_at > moment:
            high = row[0].position - 1
        else:
            low = middle
    return low


def _page(backend: Backend, lane: str, most: int | None, limit: int) -> Sequence[RecordRow]:
    query = Query(
        RECORDS,
        {"lane": lane},
        at_most={} if most is None else {"position": most},
        order=("position",),
        descending=True,
        limit=limit,
    )
    return [row for _, row in backend.query(query)]
