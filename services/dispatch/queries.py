"""Reads of dispatch's views; nothing here writes."""

import heapq
from collections.abc import Sequence
from datetime import datetime

from services.dispatch.bootstrap import Dispatch
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.models import WorkOrderQuery
from services.dispatch.projections import UTC_ZONE, WORK_ORDERS, WorkOrderRow, column_time
from shared.keys import EVERY_DEPARTMENT, ApiKey
from shared.tables import Column, Query

Place = tuple[int, str, str]
"""A work order's place in the list: rank of its tier, turn, key."""
Listed = tuple[WorkOrder, WorkOrderRow]


async def find_work_orders(
    dispatch: Dispatch, key: ApiKey, asked: WorkOrderQuery, after: Place | None
) -> list[Listed]:
    """The work orders that the key may see: highest tier first (U-09), then by due time."""
    found: list[list[tuple[str, WorkOrderRow]]] = []
    for scope in _scopes(key, asked):
        query = Query(
            WORK_ORDERS,
            {**asked.equal(), **scope},
            at_least={"rank": 0},  # leaves out what was not offered yet
            at_most=_before(asked.due_before),
            order=("rank", "turn"),
            after=after,
            limit=asked.limit,
        )
        found.append(await dispatch.core.store.query(query))
    merged = heapq.merge(*found, key=lambda item: _place(*item))
    return [(row.order, row) for _, row in merged if row.order][: asked.limit]


def place_of(listed: Listed) -> Place:
    """Where the next page begins, after this one."""
    order, row = listed
    return _place(str(order.work_order_id), row)


def _place(key: str, row: WorkOrderRow) -> Place:
    return row.rank or 0, row.turn or "", key


def _before(moment: datetime | None) -> dict[str, Column]:
    if moment is None:
        return {}
    # Without its zone the text sorts right before all turns of that moment.
    return {"turn": column_time(moment).removesuffix(UTC_ZONE)}


def _scopes(key: ApiKey, asked: WorkOrderQuery) -> Sequence[dict[str, Column]]:
    """One narrowing for each query that together show all that the key may see, and no more."""
    if "admin" in key.scopes or EVERY_DEPARTMENT in key.departments:
        return [{}]
    if key.departments:
        mine = [one for one in key.departments if asked.department in {None, one}]
        return [{"department": one} for one in dict.fromkeys(mine)]
    return [{"client": key.client}]
