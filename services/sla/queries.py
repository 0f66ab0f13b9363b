"""Reads of sla's views, of its book and of its packs; nothing here writes."""

import asyncio

from services.sla.book import Book, Watched
from services.sla.bootstrap import Sla
from services.sla.domain.clocks import preview
from services.sla.models import (
    DueQuery,
    DueView,
    EscalationQuery,
    PreviewClock,
    PreviewRequest,
    span,
)
from services.sla.projections import ESCALATIONS, Escalation
from services.sla.views import due_views, preview_view
from shared.http import MalformedError
from shared.keys import ApiKey
from shared.listing import column_time, find, narrowings
from shared.packs import Classification
from shared.tables import Query
from shared.worktime import WorktimeError, epoch_of

Place = tuple[str, str, str]
"""An escalation's place in the list: when it was raised, when it had been due, key."""
DuePlace = tuple[int, str, int]
"""A limit's place in the list: its ticket's earliest limit, the ticket, which of its clocks."""
JUDGED_AT_ONCE = 64
"""Tickets between two turns of everybody else: whoever may see few has many judged."""


async def find_escalations(
    sla: Sla, key: ApiKey, asked: EscalationQuery, after: Place | None
) -> list[Escalation]:
    """The escalations that the key may see, newest first."""
    query = Query(
        ESCALATIONS,
        asked.equal("state", "ticket_id"),
        order=("raised_at", "due_at"),
        after=after,
        descending=True,
        limit=asked.limit,
    )
    found = await find(sla.core.store, query, narrowings(key), lambda _key, row: place_of(row))
    return [row for _, row in found]


def place_of(row: Escalation) -> Place:
    """Where an escalation stands in the list."""
    return column_time(row.raised_at), column_time(row.due_at), str(row.escalation_id)


async def find_due(
    sla: Sla, key: ApiKey, asked: DueQuery, after: DuePlace | None
) -> list[tuple[DuePlace, DueView]]:
    """Limits that pass within that time and that the key may see, missed ones among them.

    A ticket stands where its earliest limit puts it; its later ones follow at once.
    """
    until = epoch_of(sla.core.now() + span(asked.within))
    found: list[tuple[DuePlace, DueView]] = []
    for number, (first, ticket_id, watched) in enumerate(_near(sla.book, until, after), 1):
        for clock, view in _due_of(sla, key, asked.department, watched, until):
            place = first, ticket_id, clock
            if after is None or place > after:
                found.append((place, view))
        if len(found) >= asked.limit:
            break
        if number % JUDGED_AT_ONCE == 0:
            await asyncio.sleep(0)
    return found[: asked.limit]


def _near(book: Book, until: int, after: DuePlace | None) -> list[tuple[int, str, Watched]]:
    near = [
        (one.due_at, one.ticket_id, one)
        for one in book.running()
        if one.due_at is not None and one.due_at <= until
    ]
    left = near if after is None else [one for one in near if one[:2] >= after[:2]]
    return sorted(left, key=lambda one: one[:2])


def _due_of(
    sla: Sla, key: ApiKey, department: str | None, watched: Watched, until: int
) -> list[tuple[int, DueView]]:
    judgement = sla.judge.judge(watched)
    if judgement is None or department not in {None, judgement.department}:
        return []
    if not key.may_see(judgement.case.client, judgement.department):
        return []
    return due_views(watched.ticket_id, judgement, until)


def preview_of(sla: Sla, pack: str, asked: PreviewRequest) -> list[PreviewClock]:
    """What would be promised. Raises MalformedError for an unknown pack or a year too far."""
    regulation = sla.regulations.newest(pack)
    if regulation is None:
        raise MalformedError(("/pack", "there is no such pack"))
    case = Classification(
        kind=asked.kind,
        severity=asked.severity,
        channel=asked.channel,
        tier=asked.tier,
        category=asked.category,
    )
    try:
        promises = [*preview(regulation, case, epoch_of(asked.start))]
    except WorktimeError:
        raise MalformedError(("/start", "lies in a year that no calendar answers for")) from None
    return [preview_view(name, promise) for name, promise in promises]
