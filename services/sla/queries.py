"""Reads of sla's views, of its book and of its packs; nothing here writes."""

import asyncio
from collections.abc import Iterator
from heapq import heapify, heappop
from uuid import UUID

from services.sla.book import Book, Watched
from services.sla.bootstrap import Sla
from services.sla.domain.preview import preview
from services.sla.models import (
    DueQuery,
    DueView,
    EscalationQuery,
    PreviewRequest,
    PreviewView,
    span,
)
from services.sla.projections import ESCALATIONS, Escalation
from services.sla.views import due_views, preview_view
from shared.canary import is_canary
from shared.http import MalformedError, is_about
from shared.keys import ApiKey
from shared.listing import column_time, find, narrowings
from shared.packs import Classification, UnknownPackError
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
) -> tuple[list[Escalation], Place | None]:
    """The escalations that the key may see, newest first, and after which place more follow."""
    query = Query(
        ESCALATIONS,
        asked.equal("state", "ticket_id", "department"),
        order=("raised_at", "due_at"),
        after=after,
        descending=True,
        limit=asked.limit,
    )
    found, following = await find(sla.core.store, query, narrowings(key), _place_of)
    return [row for row in found if not is_about(key, row.against_person)], following


def _place_of(key: str, row: Escalation) -> Place:
    return column_time(row.raised_at), column_time(row.due_at), key


async def find_due(
    sla: Sla, key: ApiKey, asked: DueQuery, after: DuePlace | None
) -> tuple[list[DueView], DuePlace | None]:
    """Limits that pass within that time and that the key may see, missed ones among them.

    A ticket stands where its earliest limit puts it; its later ones follow at once. And after
    which place more follow.
    """
    until = epoch_of(sla.core.now() + span(asked.within))
    found: list[tuple[DuePlace, DueView]] = []
    for number, (first, ticket_id, watched) in enumerate(_near(sla.book, until, after), 1):
        for clock, view in _due_of(sla, key, asked, watched, until):
            place = first, ticket_id, clock
            if after is None or place > after:
                found.append((place, view))
        if len(found) >= asked.limit:
            break
        if number % JUDGED_AT_ONCE == 0:
            await asyncio.sleep(0)
    following = found[asked.limit - 1][0] if len(found) >= asked.limit else None
    return [view for _, view in found[: asked.limit]], following


def _near(book: Book, until: int, after: DuePlace | None) -> Iterator[tuple[int, str, Watched]]:
    """The earliest first, each found as it is asked for: of many near ones a page takes some."""
    first = 0 if after is None else after[0]
    # Ids are in the order of their numbers, and few of a million have to be written out.
    near = [one for one in book.running() if first <= one[0] <= until]
    heapify(near)
    while near:
        due_at, number, shelf = heappop(near)
        place = due_at, str(UUID(int=number))
        if not is_canary(place[1]) and (after is None or place >= after[:2]):
            watched = shelf.tickets.numbered(number)
            if watched is not None:
                yield *place, watched


def _due_of(
    sla: Sla, key: ApiKey, asked: DueQuery, watched: Watched, until: int
) -> list[tuple[int, DueView]]:
    judgement = sla.judge.judge(watched)
    if judgement is None or asked.department not in {None, judgement.department}:
        return []
    if asked.pack not in {None, judgement.case.pack}:
        return []
    if not key.may_see(judgement.case.client, judgement.department):
        return []
    if is_about(key, judgement.case.against_person):
        return []
    return due_views(watched.ticket_id, judgement, until)


def preview_of(sla: Sla, pack: str, asked: PreviewRequest) -> PreviewView:
    """What would be promised. Raises MalformedError for an unknown pack or a year too far."""
    try:
        regulation = sla.regulations.in_force(pack, asked.start)
    except UnknownPackError:
        raise MalformedError(
            ("/pack", ("没有该规章包，或当时还没有。", "there is no such pack, or was none then"))
        ) from None
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
        raise MalformedError(
            ("/start", ("所在年份没有可用的日历。", "lies in a year that no calendar answers for"))
        ) from None
    return preview_view(regulation, promises)
