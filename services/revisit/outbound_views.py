"""What an outbound task looks like in an answer, and to whom it is there at all."""

from collections.abc import Mapping
from typing import assert_never
from uuid import UUID

import msgspec

from services.revisit.bootstrap import Revisit
from services.revisit.domain.errors import OutboundTaskNotCreatedError
from services.revisit.domain.outbound_stages import (
    Concluded,
    NotCreated,
    Open,
    OutboundTask,
    Suppressed,
)
from services.revisit.outbound_projections import (
    OUTBOUND_TASKS,
    OutboundTaskSummary,
    project_task,
)
from services.revisit.shapes import CallView, OutboundTaskView
from shared.command_handler import Handled, Identity
from shared.contracts.revisit import (
    OutboundTaskAttempted,
    OutboundTaskEvent,
    OutboundTaskHandedOver,
)
from shared.http import Caller, sees
from shared.personal_data import record_reading
from shared.vault import read_texts_of


async def visible_task(
    revisit: Revisit, caller: Caller, task_id: UUID, identity: Identity | None = None
) -> OutboundTaskSummary:
    """The task, if it is there for this caller. Raises OutboundTaskNotCreatedError."""
    store = revisit.core.store
    row = await store.get(OUTBOUND_TASKS, str(task_id))
    if row is None or not await sees(store, caller, row.client, None, identity):
        raise OutboundTaskNotCreatedError
    return row


def listed_task(row: OutboundTaskSummary) -> OutboundTaskView:
    """As a list shows it."""
    return OutboundTaskView(
        task_id=row.task_id,
        customer_ref=row.customer_ref,
        moment=row.moment,
        planned_for=row.planned_for,
        channel=row.channel,
        state=row.state,
        version=row.version,
        passed_to=row.passed_to,
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        handed_over_at=row.handed_over_at,
        appointment_at=row.appointment_at,
        outcome=row.outcome,
        score=row.score,
        information_passed_at=row.information_passed_at,
        filled_fields=row.filled_fields,
        concluded_at=row.concluded_at,
        links={"self": f"/revisit/v1/outbound-tasks/{row.task_id}"},
    )


async def full_task(revisit: Revisit, caller: Caller, task_id: UUID) -> OutboundTaskView:
    """The task now; with what was noted, and the reading recorded, if the key may."""
    task, version = await revisit.outbound_tasks.load(task_id)
    row = _summary_of(task, version)
    noted = [one.note.text_id for one in _noted(task) if one.note is not None]
    texts: Mapping[UUID, str] | None = {}
    if noted and caller.key.may("pii:read"):
        await record_reading(revisit.core, caller, row.customer_ref, task_id, ["note"])
        texts = await read_texts_of(revisit.core.store, row.customer_ref, noted)
    view = _own_task(task, row, texts or {})
    return view if texts is not None else msgspec.structs.replace(view, erased=True)


def task_receipt(handled: Handled[OutboundTask]) -> OutboundTaskView:
    """As a command left it: a replay shows the first answer."""
    return _own_task(handled.state, _summary_of(handled.state, handled.version), {})


def _own_task(
    task: OutboundTask, row: OutboundTaskSummary, texts: Mapping[UUID, str]
) -> OutboundTaskView:
    calls = [
        CallView(
            at=one.at,
            channel=one.channel,
            outcome=one.outcome,
            note=texts.get(one.note.text_id) if one.note else None,
        )
        for one in _attempts_of(task)
    ]
    view = msgspec.structs.replace(listed_task(row), calls=tuple(calls))
    handed_over = _handed_over(task)
    if handed_over is None or handed_over.note is None:
        return view
    return msgspec.structs.replace(view, handed_over_note=texts.get(handed_over.note.text_id))


def _summary_of(task: OutboundTask, version: int) -> OutboundTaskSummary:
    summary: OutboundTaskSummary | None = None
    for event in _events_of(task):
        summary = project_task(summary, event, version)
    if summary is None:
        raise OutboundTaskNotCreatedError
    return summary


def _attempts_of(task: OutboundTask) -> tuple[OutboundTaskAttempted, ...]:
    return task.attempts if isinstance(task, Open | Concluded) else ()


def _handed_over(task: OutboundTask) -> OutboundTaskHandedOver | None:
    return task.handed_over if isinstance(task, Open | Concluded) else None


def _noted(task: OutboundTask) -> list[OutboundTaskAttempted | OutboundTaskHandedOver]:
    handed_over = _handed_over(task)
    return [*_attempts_of(task), *([handed_over] if handed_over else [])]


def _events_of(task: OutboundTask) -> list[OutboundTaskEvent]:
    match task:
        case NotCreated():
            return []
        case Suppressed(suppressed):
            return [suppressed]
        case Open(created):
            return [created, *_noted(task)]
        case Concluded(created, _, result):
            return [created, *_noted(task), result]
        case _:
            assert_never(task)
