"""Calling customers at key moments."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Query, Request, Response

from services.revisit.api.service import revisit_of
from services.revisit.bootstrap import Revisit
from services.revisit.domain.commands import (
    AttemptOutboundTask,
    ConcludeOutboundTask,
    CreateOutboundTask,
    HandOverOutboundTask,
    OutboundTaskCommand,
)
from services.revisit.domain.errors import OutboundNotOfferedError
from services.revisit.domain.outbound_plan import others, steps
from services.revisit.domain.outbound_rules import is_call
from services.revisit.models import (
    AttemptRequest,
    HandOverRequest,
    OutboundResultRequest,
    OutboundTaskQuery,
    OutboundTaskRequest,
)
from services.revisit.outbound_projections import OutboundTaskSummary, unless_called_too_often
from services.revisit.outbound_views import full_task, listed_task, task_receipt, visible_task
from services.revisit.queries import find_tasks
from services.revisit.served_projections import is_served
from services.revisit.shapes import OutboundTaskView
from shared.command_handler import Handled
from shared.http import (
    BodyType,
    Sent,
    answer,
    answer_of,
    at_or_now,
    authorize,
    body_of,
    carry_out_on,
    decode_cursor,
    page_answer,
    read_command,
    service_router,
    since_earliest,
)
from shared.ids import new_id
from shared.tables import RowChange
from shared.vault import Deposit

router = service_router("revisit")
AT_TASK = "/outbound-tasks/{task_id}"


@router.get("/outbound-tasks", openapi_extra=answer_of(list[OutboundTaskView]))
async def list_outbound_tasks(
    request: Request, asked: Annotated[OutboundTaskQuery, Query()]
) -> Response:
    """Outbound tasks by when they are due, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    rows, page = await find_tasks(revisit_of(request), caller.key, asked, after)
    return page_answer(request, [listed_task(row) for row in rows], page)


@router.get(AT_TASK, openapi_extra=answer_of(OutboundTaskView))
async def show_outbound_task(task_id: UUID, request: Request) -> Response:
    """An outbound task with its attempts."""
    caller = authorize(request, "tickets:read")
    await visible_task(revisit_of(request), caller, task_id)
    view = await full_task(revisit_of(request), caller, task_id)
    return answer(view, version=view.version)


@router.post(
    "/outbound-tasks",
    status_code=201,
    openapi_extra=body_of(OutboundTaskRequest, OutboundTaskView, needs="Idempotency-Key"),
)
async def create_outbound_task(request: Request) -> Response:
    """A key moment: a call that is due, several, or none where it is exempt.

    Needs an Idempotency-Key.
    """
    revisit = revisit_of(request)
    sent = await read_command(
        request, revisit.core, "revisits:write", OutboundTaskRequest, needs_key=True
    )
    command = await _creation(revisit, sent)
    first = steps(command)[0]
    handled = await revisit.outbound_tasks.handle(
        first.task_id, first, sent.caller.cause, identity=sent.identity
    )
    view = task_receipt(handled)
    if first.step is not None:
        planned = [await _create(revisit, sent, one) for one in others(command, handled.state)]
        view = msgspec.structs.replace(view, planned=(view, *planned))
    headers = {"Location": view.links["self"]}
    return answer(view, 201, version=handled.version, replayed=handled.replayed, headers=headers)


async def _creation(revisit: Revisit, sent: Sent[OutboundTaskRequest]) -> CreateOutboundTask:
    key, body, at = sent.caller.key, sent.body, since_earliest(sent.at)
    rules = revisit.regulations.in_force(key.pack, at)
    served = True
    if rules is not None and rules.outbound.served_group_only:
        store, month = revisit.core.store, rules.month_of(at)
        served = await is_served(store, key.client, month, body.customer_ref)
    return CreateOutboundTask(
        task_id=new_id(),
        client=key.client,
        customer_ref=body.customer_ref,
        moment=body.moment,
        exempt=body.exempt,
        due_at=body.due,
        passed_to=body.passed_to,
        rules=rules,
        served=served,
        at=at,
    )


async def _create(
    revisit: Revisit, sent: Sent[OutboundTaskRequest], command: CreateOutboundTask
) -> OutboundTaskView:
    """Another task of the same moment, as it began: whoever asks again gets the same answer."""
    await revisit.outbound_tasks.handle(command.task_id, command, sent.caller.cause)
    state, version = await revisit.outbound_tasks.load(command.task_id, 1)
    return task_receipt(Handled(command.task_id, state, version))


async def _ask(
    request: Request, task_id: UUID, model: type[BodyType]
) -> tuple[Sent[BodyType], OutboundTaskSummary]:
    revisit = revisit_of(request)
    sent = await read_command(request, revisit.core, "revisits:write", model)
    return sent, await visible_task(revisit, sent.caller, task_id, sent.identity)


async def _answer_with(
    request: Request, sent: Sent[Any], command: OutboundTaskCommand, rows: Sequence[RowChange] = ()
) -> Response:
    """200 with the task as the command left it, or had left it when it first came."""
    tasks = revisit_of(request).outbound_tasks
    handled = await carry_out_on(tasks, command.task_id, sent, command, rows=rows)
    return answer(task_receipt(handled), version=handled.version, replayed=handled.replayed)


@router.post(f"{AT_TASK}/attempts", openapi_extra=body_of(AttemptRequest, OutboundTaskView))
async def attempt_outbound_task(task_id: UUID, request: Request) -> Response:
    """One try to reach the customer, at a time and as often as the pack allows."""
    sent, task = await _ask(request, task_id, AttemptRequest)
    rules = revisit_of(request).regulations.of(task)
    if rules is None:
        raise OutboundNotOfferedError
    texts = Deposit(task.customer_ref)
    command = AttemptOutboundTask(
        task_id=task_id,
        channel=sent.body.channel,
        outcome=sent.body.outcome,
        note=texts.seal(sent.body.note),
        rules=rules,
        at=sent.at,
    )
    rows = list(texts.rows)
    if is_call(sent.body.channel):
        rows.append(unless_called_too_often(task.client, task.customer_ref, rules, sent.at))
    return await _answer_with(request, sent, command, rows)


@router.post(f"{AT_TASK}/hand-over", openapi_extra=body_of(HandOverRequest, OutboundTaskView))
async def hand_over_outbound_task(task_id: UUID, request: Request) -> Response:
    """It can't be solved on the phone: somebody else takes it on, and its result comes back."""
    sent, task = await _ask(request, task_id, HandOverRequest)
    texts = Deposit(task.customer_ref)
    command = HandOverOutboundTask(
        task_id=task_id,
        passed_to=sent.body.passed_to,
        appointment_at=sent.body.appointment_at,
        note=texts.seal(sent.body.note),
        at=sent.at,
    )
    return await _answer_with(request, sent, command, texts.rows)


@router.post(f"{AT_TASK}/result", openapi_extra=body_of(OutboundResultRequest, OutboundTaskView))
async def conclude_outbound_task(task_id: UUID, request: Request) -> Response:
    """What came of it; of a task that was passed on, also when the information was."""
    sent, _ = await _ask(request, task_id, OutboundResultRequest)
    passed_at = sent.body.information_passed_at
    if passed_at is not None:
        passed_at = at_or_now(passed_at, revisit_of(request).core.now(), "/information_passed_at")
    command = ConcludeOutboundTask(
        task_id=task_id,
        outcome=sent.body.outcome,
        score=sent.body.score,
        information_passed_at=passed_at,
        filled_fields=sent.body.filled_fields,
        at=sent.at,
    )
    return await _answer_with(request, sent, command)
