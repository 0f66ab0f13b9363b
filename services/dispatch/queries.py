"""Reads of dispatch's views; nothing here writes."""

import msgspec

from services.dispatch.bootstrap import Dispatch
from services.dispatch.domain.work_order import WorkOrder, work_order_id
from services.dispatch.models import WorkOrderQuery
from services.dispatch.projections import WORK_ORDERS, WorkOrderSummary
from shared.http import is_about
from shared.keys import ApiKey
from shared.listing import before, find, narrowings
from shared.tables import Query

NARROWING = (
    "ticket_id",
    "department",
    "handler",
    "state",
    "tier",
    "level",
    "written_answer_due",
    "review_due",
)
Place = tuple[int, str, str]
"""A work order's place in the list: rank of its tier, turn, key."""


async def find_work_orders(
    dispatch: Dispatch, key: ApiKey, asked: WorkOrderQuery, after: Place | None
) -> tuple[list[tuple[WorkOrder, WorkOrderSummary]], Place | None]:
    """The work orders that the key may see, and after which place more follow.

    Highest tier first (U-09), then by due time.
    """
    query = Query(
        WORK_ORDERS,
        asked.equal(*NARROWING),
        at_least={"rank": 0},  # leaves out what is not offered yet
        at_most=before("turn", asked.due_before),
        order=("rank", "turn"),
        after=after,
        limit=asked.limit,
    )
    scopes = narrowings(key, asked.department)
    found, following = await find(dispatch.core.store, query, scopes, _place_of)
    shown = [
        (row.order, await _at_version(dispatch, row.order, row))
        for row in found
        if row.order and not is_about(key, row.order.against_person)
    ]
    return shown, following


async def _at_version(
    dispatch: Dispatch, order: WorkOrder, row: WorkOrderSummary
) -> WorkOrderSummary:
    """Every work order is at its ticket's version, which the first round's one keeps."""
    first = work_order_id(order.ticket_id, 1)
    if order.work_order_id == first:
        return row
    kept = await dispatch.core.store.get(WORK_ORDERS, str(first))
    version = max(row.version, kept.version if kept else 0)
    return msgspec.structs.replace(row, version=version)


def _place_of(key: str, row: WorkOrderSummary) -> Place:
    return row.rank or 0, row.turn or "", key
