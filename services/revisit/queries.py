"""Reads of revisit's views; nothing here writes."""

import heapq
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.revisit.bootstrap import Revisit
from services.revisit.models import RevisitQuery
from services.revisit.projections import REVISITS, RevisitSummary, column_time
from shared.http import MalformedError
from shared.keys import EVERY_DEPARTMENT, ApiKey
from shared.tables import Column, Query

Place = tuple[int, str, str]
"""A revisit's place in the order of calling: rank of its tier, turn, key."""


async def find_revisits(
    revisit: Revisit, key: ApiKey, asked: RevisitQuery, after: Place | None
) -> list[RevisitSummary]:
    """The revisits that the key may see, highest tier first (U-09), then by when they are due."""
    found: list[list[tuple[str, RevisitSummary]]] = []
    for scope in _scopes(key):
        query = Query(
            REVISITS,
            {**asked.equal(), **scope},
            at_least={"rank": 0},  # leaves out what is not scheduled yet
            at_most=_before(asked.due_before),
            order=("rank", "turn"),
            after=after,
            limit=asked.limit,
        )
        found.append(await revisit.core.store.query(query))
    merged = heapq.merge(*found, key=lambda item: place_of(item[1]))
    return [row for _, row in merged][: asked.limit]


def place_of(row: RevisitSummary) -> Place:
    """Where a scheduled revisit stands in the list."""
    return row.rank or 0, row.turn or "", str(row.revisit_id)


def _before(moment: datetime | None) -> dict[str, Column]:
    if moment is None:
        return {}
    try:
        return {"due_at": column_time(moment - timedelta(microseconds=1))}
    except OverflowError:
        raise MalformedError(("/due_before", "no calendar has that day")) from None


def _scopes(key: ApiKey) -> Sequence[dict[str, Column]]:
    """One narrowing for each query that together show all that the key may see, and no more."""
    if "admin" in key.scopes or EVERY_DEPARTMENT in key.departments:
        return [{}]
    if key.departments:
        return [{"department": one} for one in key.departments]
    return [{"client": key.client}]
