"""Reads of revisit's views; nothing here writes."""

from services.revisit.bootstrap import Revisit
from services.revisit.models import OutboundTaskQuery, RevisitQuery, ServedGroupQuery
from services.revisit.outbound_projections import OUTBOUND_TASKS, OutboundTaskSummary
from services.revisit.projections import COMPLAINTS, REVISITS, RevisitSummary
from services.revisit.served_projections import SERVED_GROUPS, ServedGroupRow
from shared.contracts.revisit import RevisitScheduled
from shared.event_store import Backend
from shared.http import is_about
from shared.keys import ApiKey
from shared.listing import before, find, narrowings
from shared.tables import Query

Place = tuple[int, str, str]
"""A revisit's place in the order of calling: rank of its tier, turn, key."""
GroupPlace = tuple[str, str]
"""A served group's place in the list: month, key."""
TaskPlace = tuple[str, str]
"""An outbound task's place in the list: turn, key."""


async def find_revisits(
    revisit: Revisit, key: ApiKey, asked: RevisitQuery, after: Place | None
) -> tuple[list[tuple[RevisitScheduled, RevisitSummary]], Place | None]:
    """The revisits that the key may see, highest tier first (U-09), then by when they are due.

    And after which place more follow.
    """
    query = Query(
        REVISITS,
        asked.equal("ticket_id", "state", "tier"),
        at_least={"rank": 0},  # leaves out what is not scheduled yet
        at_most=before("due_at", asked.due_before),
        order=("rank", "turn"),
        after=after,
        limit=asked.limit,
    )
    found, following = await find(revisit.core.store, query, narrowings(key), _place_of)
    shown = await revisit.core.store.run(lambda backend: _not_about(backend, key, found))
    return [(row.scheduled, row) for row in shown if row.scheduled], following


def _not_about(backend: Backend, key: ApiKey, rows: list[RevisitSummary]) -> list[RevisitSummary]:
    """Without those of tickets about the key's own person (C-10)."""
    found = ((row, backend.read_row(COMPLAINTS, str(row.ticket_id))) for row in rows)
    return [row for row, one in found if not (one and is_about(key, one.against_person))]


def _place_of(key: str, row: RevisitSummary) -> Place:
    return row.rank or 0, row.turn or "", key


async def find_tasks(
    revisit: Revisit, key: ApiKey, asked: OutboundTaskQuery, after: TaskPlace | None
) -> tuple[list[OutboundTaskSummary], TaskPlace | None]:
    """The outbound tasks that the key may see, by when they are due.

    And after which place more follow.
    """
    query = Query(
        OUTBOUND_TASKS,
        asked.equal("customer_ref", "state"),
        order=("turn",),
        after=after,
        limit=asked.limit,
    )
    return await find(revisit.core.store, query, narrowings(key), _place_of_task)


def _place_of_task(key: str, row: OutboundTaskSummary) -> TaskPlace:
    return row.turn, key


async def find_groups(
    revisit: Revisit, key: ApiKey, asked: ServedGroupQuery, after: GroupPlace | None
) -> tuple[list[ServedGroupRow], GroupPlace | None]:
    """The served groups that the key may see, the newest month first.

    And after which place more follow.
    """
    query = Query(
        SERVED_GROUPS,
        asked.equal("month"),
        order=("month",),
        after=after,
        descending=True,
        limit=asked.limit,
    )
    return await find(revisit.core.store, query, narrowings(key), _place_of_group)


def _place_of_group(key: str, row: ServedGroupRow) -> GroupPlace:
    return row.month, key
