"""What a revisit looks like in an answer, and to whom it is there at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

import msgspec

from services.revisit.bootstrap import Revisit
from services.revisit.domain.call_back import CallBack, Cancelled, Concluded, Due, InProgress
from services.revisit.domain.errors import RevisitNotScheduledError
from services.revisit.models import CallView, RevisitView
from services.revisit.projections import REVISITS, RevisitSummary, project_summary
from shared.contracts.revisit import CallBackEvent, RevisitScheduled
from shared.contracts.terms import Case, Text
from shared.event_store import Backend
from shared.http import Caller
from shared.personal_data import record_reading
from shared.vault import TEXTS

Texts = Mapping[UUID, str]


@dataclass(frozen=True)
class Visible:
    """A revisit that is there for the caller, as the views show it."""

    revisit_id: UUID
    ticket_id: UUID
    round: int
    case: Case
    due_at: datetime | None


async def visible_revisit(revisit: Revisit, caller: Caller, revisit_id: UUID) -> Visible:
    """The revisit, if it is there for this caller. Raises RevisitNotScheduledError."""
    row = await revisit.core.store.get(REVISITS, str(revisit_id))
    if row is None or row.scheduled is None:
        raise RevisitNotScheduledError
    case = row.scheduled.case
    if not caller.key.may_see(case.client, row.scheduled.department):
        raise RevisitNotScheduledError
    return Visible(revisit_id, row.ticket_id, row.round, case, row.due_at)


async def full_view(revisit: Revisit, caller: Caller, visible: Visible) -> RevisitView:
    """The revisit now; with what was said, and the reading recorded, if the key may read that."""
    call_backs, version = await revisit.call_backs.load(visible.ticket_id)
    call_back = call_backs[visible.round]
    said = dict(_said(call_back))
    if not said or not caller.key.may("pii:read"):
        return masked_view(call_back, version, visible.due_at)
    fields = sorted(set(said.values()))
    ref = visible.case.customer_ref
    await record_reading(revisit.core, caller, ref, visible.ticket_id, fields)
    texts = await revisit.core.store.run(lambda backend: _read(backend, said))
    return masked_view(call_back, version, visible.due_at, texts)


def _said(call_back: CallBack) -> Iterator[tuple[UUID, str]]:
    """The texts of a revisit, each with the field that it stands in."""
    texts: list[tuple[Text | None, str]] = [(one.note, "note") for one in call_back.attempts]
    if isinstance(call_back, Concluded):
        texts.append((call_back.result.remarks, "remarks"))
        texts.append((call_back.result.new_complaint, "new_complaint"))
    return ((text.text_id, field) for text, field in texts if text is not None)


def _read(backend: Backend, said: Mapping[UUID, str]) -> Texts:
    rows = {text_id: backend.read_row(TEXTS, str(text_id)) for text_id in said}
    return {text_id: row.text for text_id, row in rows.items() if row is not None}


def masked_view(
    call_back: CallBack, version: int, due_at: datetime | None, texts: Texts | None = None
) -> RevisitView:
    """The revisit as its stream tells it, without what was said, unless given."""
    texts = texts or {}
    result = call_back.result if isinstance(call_back, Concluded) else None
    calls = [
        CallView(at=one.at, channel=one.channel, outcome=one.outcome, note=_shown(one.note, texts))
        for one in call_back.attempts
    ]
    return msgspec.structs.replace(
        listed(_summary_of(call_back, version, due_at)),
        calls=tuple(calls),
        remarks=_shown(result.remarks if result else None, texts),
        new_complaint=_shown(result.new_complaint if result else None, texts),
    )


def _shown(text: Text | None, texts: Texts) -> str | None:
    return texts.get(text.text_id) if text else None


def _summary_of(call_back: CallBack, version: int, due_at: datetime | None) -> RevisitSummary:
    """The view's row, made from the stream: a replay shows the version of its first answer."""
    summary: RevisitSummary | None = None
    for event in _events_of(call_back):
        summary = project_summary(summary, event, version)
    assert summary is not None  # noqa: S101 - every call-back begins with its scheduling
    return msgspec.structs.replace(summary, due_at=due_at)


def _events_of(call_back: CallBack) -> list[CallBackEvent]:
    match call_back:
        case Due() | InProgress():
            return [call_back.scheduled, *call_back.attempts]
        case Concluded(scheduled, attempts, result):
            return [scheduled, *attempts, result]
        case Cancelled(scheduled, attempts, cancelled):
            return [scheduled, *attempts, cancelled]
        case _:
            assert_never(call_back)


def listed(row: RevisitSummary) -> RevisitView:
    """A scheduled revisit as a list shows it."""
    scheduled, state = row.scheduled, row.state
    assert scheduled is not None  # noqa: S101 - callers have it from a list or a stream
    assert state is not None  # noqa: S101 - both come with the scheduling
    return RevisitView(
        revisit_id=row.revisit_id,
        ticket_id=row.ticket_id,
        number=scheduled.number,
        round=row.round,
        state=state,
        version=row.version,
        tier=scheduled.case.tier,
        department=scheduled.department,
        scheduled_at=scheduled.at,
        due_at=row.due_at,
        attempts=row.attempts,
        solved=row.solved,
        unreachable=state == "concluded" and row.solved is None,
        score=row.score,
        concluded_at=row.concluded_at,
        links=_links(scheduled),
    )


def _links(scheduled: RevisitScheduled) -> dict[str, str]:
    return {
        "self": f"/revisit/v1/revisits/{scheduled.revisit_id}",
        "ticket": f"/intake/v1/tickets/{scheduled.ticket_id}",
        "history": f"/reporting/v1/tickets/{scheduled.ticket_id}/history",
    }
