"""Reads of sla's views, of its book and of its packs; nothing here writes."""

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
from services.sla.views import due_views, may_see, preview_view
from shared.http import Caller, MalformedError
from shared.keys import ApiKey
from shared.listing import column_time, find, narrowings
from shared.packs import Classification
from shared.tables import Query
from shared.worktime import WorktimeError, epoch_of

Place = tuple[str, str]
"""An escalation's place in the list: when it was raised, key."""


async def find_escalations(
    sla: Sla, key: ApiKey, asked: EscalationQuery, after: Place | None
) -> list[Escalation]:
    """The escalations that the key may see, newest first."""
    query = Query(
        ESCALATIONS,
        asked.equal("state", "ticket_id"),
        order=("raised_at",),
        after=after,
        descending=True,
        limit=asked.limit,
    )
    found = await find(sla.core.store, query, narrowings(key), lambda _key, row: place_of(row))
    return [row for _, row in found]


def place_of(row: Escalation) -> Place:
    """Where an escalation stands in the list."""
    return column_time(row.raised_at), str(row.escalation_id)


def find_due(sla: Sla, caller: Caller, asked: DueQuery) -> list[DueView]:
    """Limits that pass within that time, missed ones among them; the earliest first."""
    until = epoch_of(sla.core.now() + span(asked.within))
    near = [one for one in sla.book.running() if one.due_at is not None and one.due_at <= until]
    near.sort(key=lambda watched: (watched.due_at or 0, watched.ticket_id))
    found: list[DueView] = []
    for watched in near:
        judgement = sla.judge.judge(watched)
        if judgement is not None and may_see(caller, judgement):
            views = due_views(watched.ticket_id, judgement)
            found += [view for view in views if asked.department in {None, view.department}]
        if len(found) >= asked.limit:
            break
    return found[: asked.limit]


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
