"""Dispatch's routes: parse, build one command, answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.dispatch.bootstrap import Dispatch
from services.dispatch.domain.commands import (
    AcceptWorkOrder,
    ArbitrateWorkOrder,
    CompleteWorkOrder,
    NotifyCustomer,
    RecordContact,
    RefuseWorkOrder,
    ReportProgress,
    TransferWorkOrder,
    VerifyComplaint,
    WorkOrderCommand,
)
from services.dispatch.domain.ticket import find_order
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.models import (
    AcceptRequest,
    AssignRequest,
    CommandBody,
    CompletionRequest,
    ContactAttemptRequest,
    CustomerNoticeRequest,
    ProgressRequest,
    RefuseRequest,
    VerificationRequest,
    WorkOrderQuery,
)
from services.dispatch.queries import find_work_orders, place_of
from services.dispatch.routing import matter_of_order
from services.dispatch.views import full_view, listed_view, own_view, visible_order
from shared import packs
from shared.command_handler import Identity
from shared.http import (
    Caller,
    MalformedError,
    answer,
    at_or_now,
    authorize,
    body_of,
    decode_cursor,
    identity_of,
    if_match,
    page_answer,
    read,
)
from shared.tables import RowChange
from shared.vault import seal, seal_optional

BodyType = TypeVar("BodyType", bound=CommandBody)

router = APIRouter()


async def _dispatch(request: Request) -> Dispatch:
    service: Dispatch = request.app.state.service
    return service


DispatchDep = Annotated[Dispatch, Depends(_dispatch)]


@router.get("/work-orders")
async def list_work_orders(
    request: Request, dispatch: DispatchDep, asked: Annotated[WorkOrderQuery, Query()]
) -> Response:
    """Work orders by tier, then due time, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[int, str, str])
    found = await find_work_orders(dispatch, caller.key, asked, after)
    page = place_of(found[-1]) if len(found) == asked.limit else None
    return page_answer(request, [listed_view(*listed) for listed in found], page)


@router.get("/work-orders/{work_order_id}")
async def show_work_order(work_order_id: UUID, request: Request, dispatch: DispatchDep) -> Response:
    """A work order with all that was done about it."""
    caller = authorize(request, "tickets:read")
    _, row = await visible_order(dispatch, caller, work_order_id)
    view = await full_view(dispatch, caller, row)
    return answer(view, version=view.version)


@dataclass(frozen=True)
class Asked(Generic[BodyType]):
    """A command to one work order: who asks what, about which, and when it happened."""

    caller: Caller
    body: BodyType
    order: WorkOrder
    at: datetime
    identity: Identity | None
    version: int | None


async def _asked(
    request: Request,
    dispatch: Dispatch,
    work_order_id: UUID,
    model: type[BodyType],
    *,
    needs_version: bool = False,
) -> Asked[BodyType]:
    caller = authorize(request, "work:write")
    body = await read(request, model)
    identity = identity_of(request, caller, body)
    order, _ = await visible_order(dispatch, caller, work_order_id, identity)
    at = at_or_now(body.at, dispatch.core.now())
    version = if_match(request, required=needs_version)
    return Asked(caller, body, order, at, identity, version)


async def _carry_out(
    dispatch: Dispatch,
    asked: Asked[Any],
    command: WorkOrderCommand,
    texts: Sequence[RowChange] = (),
) -> Response:
    """200 with the work order as it stood at the version that the command made."""
    handled = await dispatch.tickets.handle(
        asked.order.ticket_id,
        command,
        asked.caller.cause,
        texts=texts,
        identity=asked.identity,
        if_match=asked.version,
    )
    order = find_order(handled.state, asked.order.work_order_id)
    view = own_view(order, handled.version)
    return answer(view, version=handled.version, replayed=handled.replayed)


@router.post("/work-orders/{work_order_id}/acceptance", openapi_extra=body_of(AcceptRequest))
async def accept(work_order_id: UUID, request: Request, dispatch: DispatchDep) -> Response:
    """A handler takes it on; by default the caller."""
    asked = await _asked(request, dispatch, work_order_id, AcceptRequest)
    command = AcceptWorkOrder(
        work_order_id=work_order_id,
        handler=asked.body.handler or asked.caller.key.client,
        promised_until=asked.body.promised_until,
        at=asked.at,
    )
    return await _carry_out(dispatch, asked, command)


@router.post("/work-orders/{work_order_id}/refusal", openapi_extra=body_of(RefuseRequest))
async def refuse(work_order_id: UUID, request: Request, dispatch: DispatchDep) -> Response:
    """Not the department's matter: the centre arbitrates."""
    asked = await _asked(request, dispatch, work_order_id, RefuseRequest)
    if asked.body.proposed_department is not None:
        _check_department(dispatch, asked.body.proposed_department, "/proposed_department")
    reason = seal(asked.body.reason, asked.order.case.customer_ref)
    command = RefuseWorkOrder(
        work_order_id=work_order_id,
        reason=reason.text,
        proposed_department=asked.body.proposed_department,
        at=asked.at,
    )
    return await _carry_out(dispatch, asked, command, [reason.row])


@router.post("/work-orders/{work_order_id}/arbitration", openapi_extra=body_of(AssignRequest))
async def arbitrate(work_order_id: UUID, request: Request, dispatch: DispatchDep) -> Response:
    """The centre says whose matter it is; needs If-Match."""
    asked = await _asked(request, dispatch, work_order_id, AssignRequest, needs_version=True)
    reason = seal(asked.body.reason, asked.order.case.customer_ref)
    command = ArbitrateWorkOrder(
        work_order_id=work_order_id,
        department=asked.body.department,
        handler=_handler_in(dispatch, asked.body.department, asked.order),
        reason=reason.text,
        at=asked.at,
    )
    return await _carry_out(dispatch, asked, command, [reason.row])


@router.post("/work-orders/{work_order_id}/transfer", openapi_extra=body_of(AssignRequest))
async def transfer(work_order_id: UUID, request: Request, dispatch: DispatchDep) -> Response:
    """To another department, with the reason; needs If-Match."""
    asked = await _asked(request, dispatch, work_order_id, AssignRequest, needs_version=True)
    reason = seal(asked.body.reason, asked.order.case.customer_ref)
    command = TransferWorkOrder(
        work_order_id=work_order_id,
        department=asked.body.department,
        handler=_handler_in(dispatch, asked.body.department, asked.order),
        reason=reason.text,
        at=asked.at,
    )
    return await _carry_out(dispatch, asked, command, [reason.row])


def _handler_in(dispatch: Dispatch, department: str, order: WorkOrder) -> str | None:
    _check_department(dispatch, department, "/department")
    return dispatch.directory.handler_in(department, matter_of_order(order))


def _check_department(dispatch: Dispatch, code: str, pointer: str) -> None:
    if dispatch.directory.department(code) is None:
        raise MalformedError((pointer, "the directory has no such department"))


@router.post(
    "/work-orders/{work_order_id}/contact-attempts", openapi_extra=body_of(ContactAttemptRequest)
)
async def record_contact(work_order_id: UUID, request: Request, dispatch: DispatchDep) -> Response:
    """One try to reach the customer."""
    asked = await _asked(request, dispatch, work_order_id, ContactAttemptRequest)
    note, texts = seal_optional(asked.body.note, asked.order.case.customer_ref)
    command = RecordContact(
        work_order_id=work_order_id,
        channel=asked.body.channel,
        outcome=asked.body.outcome,
        note_left=asked.body.note_left,
        promised_until=asked.body.promised_until,
        note=note,
        at=asked.at,
    )
    return await _carry_out(dispatch, asked, command, texts)


@router.post(
    "/work-orders/{work_order_id}/verification", openapi_extra=body_of(VerificationRequest)
)
async def verify(work_order_id: UUID, request: Request, dispatch: DispatchDep) -> Response:
    """The department's finding."""
    asked = await _asked(request, dispatch, work_order_id, VerificationRequest)
    note, texts = seal_optional(asked.body.note, asked.order.case.customer_ref)
    command = VerifyComplaint(
        work_order_id=work_order_id, finding=asked.body.finding, note=note, at=asked.at
    )
    return await _carry_out(dispatch, asked, command, texts)


@router.post("/work-orders/{work_order_id}/progress", openapi_extra=body_of(ProgressRequest))
async def report_progress(work_order_id: UUID, request: Request, dispatch: DispatchDep) -> Response:
    """Done, or not yet and why: a follow-up."""
    asked = await _asked(request, dispatch, work_order_id, ProgressRequest)
    reason, texts = seal_optional(asked.body.reason, asked.order.case.customer_ref)
    command = ReportProgress(
        work_order_id=work_order_id, done=asked.body.done, reason=reason, at=asked.at
    )
    return await _carry_out(dispatch, asked, command, texts)


@router.post("/work-orders/{work_order_id}/completion", openapi_extra=body_of(CompletionRequest))
async def complete(work_order_id: UUID, request: Request, dispatch: DispatchDep) -> Response:
    """The department returns the form."""
    asked = await _asked(request, dispatch, work_order_id, CompletionRequest)
    solution = seal(asked.body.solution, asked.order.case.customer_ref)
    command = CompleteWorkOrder(
        work_order_id=work_order_id, solution=solution.text, solved=asked.body.solved, at=asked.at
    )
    return await _carry_out(dispatch, asked, command, [solution.row])


@router.post(
    "/work-orders/{work_order_id}/customer-notice", openapi_extra=body_of(CustomerNoticeRequest)
)
async def notify(work_order_id: UUID, request: Request, dispatch: DispatchDep) -> Response:
    """The customer was told, or could not be reached."""
    asked = await _asked(request, dispatch, work_order_id, CustomerNoticeRequest)
    note, texts = seal_optional(asked.body.note, asked.order.case.customer_ref)
    command = NotifyCustomer(
        work_order_id=work_order_id,
        about=asked.body.about,
        channel=asked.body.channel,
        outcome=asked.body.outcome,
        before_unreachable=packs.load(asked.order.case.pack).contact.before_unreachable,
        promised_until=asked.body.promised_until,
        note=note,
        at=asked.at,
    )
    return await _carry_out(dispatch, asked, command, texts)
