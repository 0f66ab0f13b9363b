"""What a revisit looks like in an answer, and to whom it is there at all."""

from collections.abc import Iterator, Mapping
from typing import assert_never
from uuid import UUID

import msgspec

from services.revisit.bootstrap import Revisit
from services.revisit.domain.errors import RevisitNotScheduledError
from services.revisit.domain.stages import (
    CallBack,
    CallBacks,
    Cancelled,
    Concluded,
    Due,
    InProgress,
)
from services.revisit.projections import COMPLAINTS, REVISITS, RevisitSummary, project_summary
from services.revisit.shapes import CallView, RevisitView
from shared.command_handler import Handled, Identity
from shared.contracts.revisit import CallBackEvent, RevisitScheduled
from shared.contracts.terms import Text
from shared.http import Caller, is_about, sees
from shared.personal_data import record_reading
from shared.vault import read_texts_of

Texts = Mapping[UUID, str]


async def visible_revisit(
    revisit: Revisit, caller: Caller, revisit_id: UUID, identity: Identity | None = None
) -> tuple[RevisitScheduled, RevisitSummary]:
    """The revisit, if it is there for this caller. Raises RevisitNotScheduledError."""
    store = revisit.core.store
    row = await store.get(REVISITS, str(revisit_id))
    if row is None or row.scheduled is None:
        raise RevisitNotScheduledError
    scheduled = row.scheduled
    complaint = await store.get(COMPLAINTS, str(row.ticket_id))
    if complaint and is_about(caller.key, complaint.against_person):
        raise RevisitNotScheduledError
    if not await sees(store, caller, scheduled.case.client, scheduled.department, identity):
        raise RevisitNotScheduledError
    return scheduled, row


def listed_view(scheduled: RevisitScheduled, row: RevisitSummary) -> RevisitView:
    """As a list shows it."""
    return msgspec.structs.replace(_counted(scheduled, row), due_at=row.due_at)


async def full_view(
    revisit: Revisit, caller: Caller, scheduled: RevisitScheduled, row: RevisitSummary
) -> RevisitView:
    """The revisit now; with what was said, and the reading recorded, if the key may."""
    call_backs, version = await revisit.call_backs.load(scheduled.ticket_id)
    call_back = call_backs[scheduled.round]
    said = dict(_said(call_back))
    texts: Texts | None = {}
    if said and caller.key.may("pii:read"):
        ref, fields = scheduled.case.customer_ref, sorted(set(said.values()))
        await record_reading(revisit.core, caller, ref, scheduled.ticket_id, fields)
        texts = await read_texts_of(revisit.core.store, ref, said)
    view = msgspec.structs.replace(_own_view(call_back, version, texts or {}), due_at=row.due_at)
    return view if texts is not None else msgspec.structs.replace(view, erased=True)


def _said(call_back: CallBack) -> Iterator[tuple[UUID, str]]:
    """The texts of a revisit, each with the field that it stands in."""
    texts: list[tuple[Text | None, str]] = [(one.note, "note") for one in call_back.attempts]
    if isinstance(call_back, Concluded):
        texts.append((call_back.result.remarks, "remarks"))
        texts.append((call_back.result.new_complaint, "new_complaint"))
    return ((text.text_id, field) for text, field in texts if text is not None)


def receipt(handled: Handled[CallBacks], in_round: int) -> RevisitView:
    """As a command left it, by revisit's own word alone: a replay shows the first answer."""
    return _own_view(handled.state[in_round], handled.version, {})


def _own_view(call_back: CallBack, version: int, texts: Texts) -> RevisitView:
    result = call_back.result if isinstance(call_back, Concluded) else None
    calls = [
        CallView(at=one.at, channel=one.channel, outcome=one.outcome, note=_shown(one.note, texts))
        for one in call_back.attempts
    ]
    return msgspec.structs.replace(
        _counted(call_back.scheduled, _summary_of(call_back, version)),
        calls=tuple(calls),
        remarks=_shown(result.remarks if result else None, texts),
        new_complaint=_shown(result.new_complaint if result else None, texts),
    )


def _shown(text: Text | None, texts: Texts) -> str | None:
    return texts.get(text.text_id) if text else None


def _summary_of(call_back: CallBack, version: int) -> RevisitSummary:
    """The view's row, made from the stream: a replay shows the version of its first answer."""
    summary: RevisitSummary | None = None
    for event in _events_of(call_back):
        summary = project_summary(summary, event, version)
    assert summary is not None  # noqa: S101 - every call-back begins with its scheduling
    return summary


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


def _counted(scheduled: RevisitScheduled, row: RevisitSummary) -> RevisitView:
    return RevisitView(
        revisit_id=row.revisit_id,
        ticket_id=row.ticket_id,
        number=scheduled.number,
        round=row.round,
        state=row.state or "due",
        version=row.version,
        tier=scheduled.case.tier,
        department=scheduled.department,
        scheduled_at=scheduled.at,
        attempts=row.attempts,
        solved=row.solved,
        unreachable=row.state == "concluded" and row.solved is None,
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
