"""Lists over views: only what a key may see, page by page, times as sortable text."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from shared.group_commit import EventStore
from shared.keys import EVERY_DEPARTMENT, ApiKey
from shared.tables import Column, Query, Row

UTC_ZONE = "+00:00"
Place = TypeVar("Place", bound=tuple[Any, ...])


def column_time(moment: datetime) -> str:
    """A time as a view's column holds it: in UTC and of fixed width, so text order is time order.

    Raises OverflowError where the year is none in UTC, which no `Moment` of a request is.
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def bound(column: str, moment: datetime | None) -> dict[str, Column]:
    """A query's bound on a column of times; none where none was asked."""
    return {} if moment is None else {column: column_time(moment)}


def before(column: str, moment: datetime | None) -> dict[str, Column]:
    """An upper bound that leaves the moment itself out; the column's texts begin with a time.

    Without its zone the text sorts right before all that begin with that moment.
    """
    return {} if moment is None else {column: column_time(moment).removesuffix(UTC_ZONE)}


def narrowings(key: ApiKey, department: str | None = None) -> list[dict[str, Column]]:
    """One narrowing for each query that together show all that the key may see, and no more.

    The view's table has the columns `client` and `department`; `department` is what was asked for.
    """
    if "admin" in key.scopes or EVERY_DEPARTMENT in key.departments:
        return [{}]
    if key.departments:
        mine = [one for one in key.departments if department in {None, one}]
        return [{"department": one} for one in dict.fromkeys(mine)]
    return [{"client": key.client}]


async def find(
    store: EventStore,
    query: Query[Row],
    scopes: list[Mapping[str, Column]] | list[dict[str, Column]],
    place_of: Callable[[str, Row], Place],
) -> tuple[list[Row], Place | None]:
    """Runs the query under each narrowing and merges what they find, in the query's own order.

    And after which place more follow, None on the last page. `place_of` gives a row's ordering
    columns and key: what a cursor holds.
    """
    found = [await store.query(replace(query, equal={**query.equal, **scope})) for scope in scopes]
    merged = heapq.merge(*found, key=lambda item: place_of(*item), reverse=query.descending)
    rows = list(merged)[: query.limit]
    following = place_of(*rows[-1]) if len(rows) == query.limit else None
    return [row for _, row in rows], following
