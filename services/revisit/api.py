"""Revisit's routes: parse, build one command, answer."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from services.revisit.bootstrap import Revisit
from services.revisit.domain.commands import (
    AttemptOutboundTask,
    AttemptRevisit,
    ConcludeOutboundTask,
    ConcludeRevisit,
    CreateOutboundTask,
    RevisitCommand,
)
from services.revisit.domain.errors import OutboundNotOfferedError
from services.revisit.models import (
    AttemptRequest,
    OutboundResultRequest,
    OutboundTaskQuery,
    OutboundTaskRequest,
    ResultRequest,
    RevisitQuery,
)
from services.revisit.outbound_projections import OutboundTaskSummary, unless_called_too_often
from services.revisit.outbound_views import full_task, listed_task, task_receipt, visible_task
from services.revisit.queries import find_revisits, find_tasks, place_of, place_of_task
from services.revisit.views import full_view, listed_view, receipt, visible_revisit
from shared.contracts.revisit import RevisitScheduled
from shared.http import (
    Asked,
    BodyType,
    Problem,
    Sent,
    answer,
    at_or_now,
    authorize,
    body_of,
    carry_out,
    carry_out_on,
    decode_cursor,
    page_answer,
    read_command,
    service_router,
    since_earliest,
)
from shared.ids import new_id
from shared.packs import Revisit as RevisitRules
from shared.vault import Deposit

router = service_router("revisit")


def _revisit(request: Request) -> Revisit:
    service: Revisit = request.app.state.service
    return service


@router.get("/revisits")
async def list_revisits(request: Request, asked: Annotated[RevisitQuery, Query()]) -> Response:
    """Revisits in the order of calling, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[int, str, str])
    rows = await find_revisits(_revisit(request), caller.key, asked, after)
    page = place_of(rows[-1][1]) if len(rows) == asked.limit else None
    return page_answer(request, [listed_view(*row) for row in rows], page)


@router.get("/revisits/{revisit_id}")
async def show_revisit(revisit_id: UUID, request: Request) -> Response:
    """A revisit with its attempts."""
    caller = authorize(request, "tickets:read")
    scheduled, row = await visible_revisit(_revisit(request), caller, revisit_id)
    view = await full_view(_revisit(request), caller, scheduled, row)
    return answer(view, version=view.version)


async def _asked(
    request: Request, revisit_id: UUID, model: type[BodyType]
) -> Asked[BodyType, RevisitScheduled]:
    revisit = _revisit(request)
    sent = await read_command(request, revisit.core, "revisits:write", model)
    scheduled, _ = await visible_revisit(revisit, sent.caller, revisit_id, sent.identity)
    return sent.about(scheduled)


def _rules_of(request: Request, asked: Asked[Any, RevisitScheduled]) -> RevisitRules:
    return _revisit(request).regulations.pack(asked.subject.case.pack).revisit


async def _carry_out(
    request: Request, asked: Asked[Any, RevisitScheduled], command: RevisitCommand
) -> Response:
    """200 with the revisit as the command left it, or had left it when it first came."""
    handled = await carry_out(_revisit(request).call_backs, asked, command)
    view = receipt(handled, asked.subject.round)
    return answer(view, version=handled.version, replayed=handled.replayed)


@router.post("/revisits/{revisit_id}/attempts", openapi_extra=body_of(AttemptRequest))
async def attempt(revisit_id: UUID, request: Request) -> Response:
    """One try to call back."""
    asked = await _asked(request, revisit_id, AttemptRequest)
    command = AttemptRevisit(
        ticket_id=asked.subject.ticket_id,
        round=asked.subject.round,
        channel=asked.body.channel,
        outcome=asked.body.outcome,
        note=asked.texts.seal(asked.body.note),
        retry=_rules_of(request, asked).retry,
        at=asked.at,
    )
    return await _carry_out(request, asked, command)


@router.post("/revisits/{revisit_id}/result", openapi_extra=body_of(ResultRequest))
async def conclude(revisit_id: UUID, request: Request) -> Response:
    """What the customer said: unsolved is rectification, anything else closes the ticket."""
    asked = await _asked(request, revisit_id, ResultRequest)
    rules = _rules_of(request, asked)
    command = ConcludeRevisit(
        ticket_id=asked.subject.ticket_id,
        round=asked.subject.round,
        solved=asked.body.solved,
        before_unreachable=rules.before_unreachable,
        retry=rules.retry,
        score=asked.body.score,
        remarks=asked.texts.seal(asked.body.remarks),
        new_complaint=asked.texts.seal(asked.body.new_complaint),
        at=asked.at,
    )
    return await _carry_out(request, asked, command)


@router.get("/outbound-tasks")
async def list_outbound_tasks(
    request: Request, asked: Annotated[OutboundTaskQuery, Query()]
) -> Response:
    """Outbound tasks by when they are due, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    rows = await find_tasks(_revisit(request), caller.key, asked, after)
    page = place_of_task(rows[-1]) if len(rows) == asked.limit else None
    return page_answer(request, [listed_task(row) for row in rows], page)


@router.get("/outbound-tasks/{task_id}")
async def show_outbound_task(task_id: UUID, request: Request) -> Response:
    """An outbound task with its attempts."""
    caller = authorize(request, "tickets:read")
    await visible_task(_revisit(request), caller, task_id)
    view = await full_task(_revisit(request), caller, task_id)
    return answer(view, version=view.version)


@router.post("/outbound-tasks", status_code=201, openapi_extra=body_of(OutboundTaskRequest))
async def create_outbound_task(request: Request) -> Response:
    """A key moment: a call that is due, or none where it is exempt; needs an Idempotency-Key."""
    revisit = _revisit(request)
    sent = await read_command(request, revisit.core, "revisits:write", OutboundTaskRequest)
    if sent.identity is None:
        raise Problem(400, "idempotency-key-required")
    command = CreateOutboundTask(
        task_id=new_id(),
        client=sent.caller.key.client,
        customer_ref=sent.body.customer_ref,
        moment=sent.body.moment,
        exempt=sent.body.exempt,
        due_at=sent.body.due,
        passed_to=sent.body.passed_to,
        rules=revisit.regulations.outbound(sent.caller.key.pack),
        at=since_earliest(sent.at),
    )
    handled = await revisit.outbound_tasks.handle(
        command.task_id, command, sent.caller.cause, identity=sent.identity
    )
    view = task_receipt(handled)
    headers = {"Location": view.links["self"]}
    return answer(view, 201, version=handled.version, replayed=handled.replayed, headers=headers)


async def _asked_of_task(
    request: Request, task_id: UUID, model: type[BodyType]
) -> tuple[Sent[BodyType], OutboundTaskSummary]:
    revisit = _revisit(request)
    sent = await read_command(request, revisit.core, "revisits:write", model)
    return sent, await visible_task(revisit, sent.caller, task_id, sent.identity)


@router.post("/outbound-tasks/{task_id}/attempts", openapi_extra=body_of(AttemptRequest))
async def attempt_outbound_task(task_id: UUID, request: Request) -> Response:
    """One try to reach the customer, at a time and as often as the pack allows."""
    revisit = _revisit(request)
    sent, task = await _asked_of_task(request, task_id, AttemptRequest)
    rules = revisit.regulations.outbound(task.pack)
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
    admitted = unless_called_too_often(task.client, task.customer_ref, rules, sent.at)
    handled = await carry_out_on(
        revisit.outbound_tasks, task_id, sent, command, texts=[*texts.rows, admitted]
    )
    return answer(task_receipt(handled), version=handled.version, replayed=handled.replayed)


@router.post("/outbound-tasks/{task_id}/result", openapi_extra=body_of(OutboundResultRequest))
async def conclude_outbound_task(task_id: UUID, request: Request) -> Response:
    """What came of it; of a task that was passed on, also when the information was."""
    revisit = _revisit(request)
    sent, _ = await _asked_of_task(request, task_id, OutboundResultRequest)
    passed_at = sent.body.information_passed_at
    if passed_at is not None:
        passed_at = at_or_now(passed_at, revisit.core.now(), "/information_passed_at")
    command = ConcludeOutboundTask(
        task_id=task_id,
        outcome=sent.body.outcome,
        score=sent.body.score,
        information_passed_at=passed_at,
        filled_fields=sent.body.filled_fields,
        at=sent.at,
    )
    handled = await carry_out_on(revisit.outbound_tasks, task_id, sent, command)
    return answer(task_receipt(handled), version=handled.version, replayed=handled.replayed)
