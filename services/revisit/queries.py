"""Reads of revisit's views; nothing here writes."""

from services.revisit.bootstrap import Revisit
from services.revisit.models import OutboundTaskQuery, RevisitQuery
from services.revisit.outbound_projections import OUTBOUND_TASKS, OutboundTaskSummary
from services.revisit.projections import REVISITS, RevisitSummary
from shared.contracts.revisit import RevisitScheduled
from shared.keys import ApiKey
from shared.listing import before, find, narrowings
from shared.tables import Query

Place = tuple[int, str, str]
"""A revisit's place in the order of calling: rank of its tier, turn, key."""
TaskPlace = tuple[str, str]
"""An outbound task's place in the list: turn, key."""


async def find_revisits(
    revisit: Revisit, key: ApiKey, asked: RevisitQuery, after: Place | None
) -> list[tuple[RevisitScheduled, RevisitSummary]]:
    """The revisits that the key may see, highest tier first (U-09), then by when they are due."""
    query = Query(
        REVISITS,
        asked.equal("ticket_id", "state", "tier"),
        at_least={"rank": 0},  # leaves out what is not scheduled yet
        at_most=before("due_at", asked.due_before),
        order=("rank", "turn"),
        after=after,
        limit=asked.limit,
    )
    scopes = narrowings(key)
    found = await find(revisit.core.store, query, scopes, lambda _key, row: place_of(row))
    return [(row.scheduled, row) for _, row in found if row.scheduled]


def place_of(row: RevisitSummary) -> Place:
    """Where a scheduled revisit stands in the list."""
    return row.rank or 0, row.turn or "", str(row.revisit_id)


async def find_tasks(
    revisit: Revisit, key: ApiKey, asked: OutboundTaskQuery, after: TaskPlace | None
) -> list[OutboundTaskSummary]:
    """The outbound tasks that the key may see, by when they are due."""
    query = Query(
        OUTBOUND_TASKS,
        asked.equal("customer_ref", "state"),
        order=("turn",),
        after=after,
        limit=asked.limit,
    )
    scopes = narrowings(key)
    found = await find(revisit.core.store, query, scopes, lambda _key, row: place_of_task(row))
    return [row for _, row in found]


def place_of_task(row: OutboundTaskSummary) -> TaskPlace:
    """Where an outbound task stands in the list."""
    return row.turn, str(row.task_id)
