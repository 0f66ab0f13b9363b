"""The reads, and the commands by which every work order goes its way."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.dispatch.api.asking import (
    AT_ORDER,
    answer_with,
    ask,
    limit_of_promise,
    pack_of,
)
from services.dispatch.api.service import dispatch_of
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
)
from services.dispatch.models import (
    AcceptRequest,
    AssignRequest,
    CompletionRequest,
    ContactAttemptRequest,
    CustomerNoticeRequest,
    ProgressRequest,
    RefuseRequest,
    VerificationRequest,
    WorkOrderQuery,
)
from services.dispatch.queries import find_work_orders
from services.dispatch.routing import handler_in, leaves_to_manager, tells_result
from services.dispatch.shapes import WorkOrderView
from services.dispatch.views import full_view, listed_view, visible_order
from shared.http import (
    answer,
    answer_of,
    authorize,
    body_of,
    decode_cursor,
    page_answer,
    service_router,
)
from shared.http.known import check_department, check_narrowed

router = service_router("dispatch")


@router.get("/work-orders", openapi_extra=answer_of(list[WorkOrderView]))
async def list_work_orders(request: Request, asked: Annotated[WorkOrderQuery, Query()]) -> Response:
    """Work orders by tier, then due time, narrowed by any of the parameters."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[int, str, str])
    dispatch = dispatch_of(request)
    rows, page = await find_work_orders(dispatch, caller.key, asked, after)
    check_narrowed(asked, rows, dispatch)
    return page_answer(request, [listed_view(dispatch, *row) for row in rows], page)


@router.get(AT_ORDER, openapi_extra=answer_of(WorkOrderView))
async def show_work_order(work_order_id: UUID, request: Request) -> Response:
    """A work order with all that was done about it."""
    caller = authorize(request, "tickets:read")
    order, row = await visible_order(dispatch_of(request), caller, work_order_id)
    view = await full_view(dispatch_of(request), caller, order, row)
    return answer(view, version=view.version)


@router.post(f"{AT_ORDER}/acceptance", openapi_extra=body_of(AcceptRequest, WorkOrderView))
async def accept(work_order_id: UUID, request: Request) -> Response:
    """A handler takes it on; by default the caller."""
    asked = await ask(request, work_order_id, AcceptRequest)
    handler = asked.body.handler or asked.caller.key.client
    directory = dispatch_of(request).directory
    command = AcceptWorkOrder(
        work_order_id=work_order_id,
        handler=handler,
        promised_until=asked.body.promised_until,
        limit=await limit_of_promise(request, asked, handler),
        plan=asked.texts.seal(asked.body.plan),
        is_managers=leaves_to_manager(directory, asked.subject, handler, asked.at),
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/refusal", openapi_extra=body_of(RefuseRequest, WorkOrderView))
async def refuse(work_order_id: UUID, request: Request) -> Response:
    """Not the department's matter: the centre arbitrates."""
    asked = await ask(request, work_order_id, RefuseRequest)
    directory, proposed = dispatch_of(request).directory, asked.body.proposed_department
    check_department(directory, proposed, "/proposed_department")
    command = RefuseWorkOrder(
        work_order_id=work_order_id,
        reason=asked.texts.seal(asked.body.reason),
        proposed_department=proposed,
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(
    f"{AT_ORDER}/arbitration", openapi_extra=body_of(AssignRequest, WorkOrderView, needs="If-Match")
)
async def arbitrate(work_order_id: UUID, request: Request) -> Response:
    """The centre says whose matter it is; needs If-Match."""
    return await _assign(request, work_order_id, ArbitrateWorkOrder)


@router.post(
    f"{AT_ORDER}/transfer", openapi_extra=body_of(AssignRequest, WorkOrderView, needs="If-Match")
)
async def transfer(work_order_id: UUID, request: Request) -> Response:
    """To another department, with the reason; needs If-Match."""
    return await _assign(request, work_order_id, TransferWorkOrder)


async def _assign(
    request: Request,
    work_order_id: UUID,
    kind: type[ArbitrateWorkOrder | TransferWorkOrder],
) -> Response:
    asked = await ask(request, work_order_id, AssignRequest, needs_version=True)
    directory = dispatch_of(request).directory
    command = kind(
        work_order_id=work_order_id,
        department=asked.body.department,
        department_level=directory.level_of(asked.body.department),
        handler=handler_in(directory, asked.body.department, asked.subject, asked.at),
        reason=asked.texts.seal(asked.body.reason),
        by_centre=asked.caller.key.may_see(asked.subject.case.client, None),
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(
    f"{AT_ORDER}/contact-attempts", openapi_extra=body_of(ContactAttemptRequest, WorkOrderView)
)
async def record_contact(work_order_id: UUID, request: Request) -> Response:
    """One try to reach the customer."""
    asked = await ask(request, work_order_id, ContactAttemptRequest)
    command = RecordContact(
        work_order_id=work_order_id,
        channel=asked.body.channel,
        outcome=asked.body.outcome,
        note_left=asked.body.note_left,
        promised_until=asked.body.promised_until,
        limit=await limit_of_promise(request, asked, asked.subject.handler),
        note=asked.texts.seal(asked.body.note),
        guidance=asked.body.guidance,
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/verification", openapi_extra=body_of(VerificationRequest, WorkOrderView))
async def verify(work_order_id: UUID, request: Request) -> Response:
    """The department's finding."""
    asked = await ask(request, work_order_id, VerificationRequest)
    command = VerifyComplaint(
        work_order_id=work_order_id,
        finding=asked.body.finding,
        note=asked.texts.seal(asked.body.note),
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/progress", openapi_extra=body_of(ProgressRequest, WorkOrderView))
async def report_progress(work_order_id: UUID, request: Request) -> Response:
    """Done, or not yet and why: a follow-up."""
    asked = await ask(request, work_order_id, ProgressRequest)
    command = ReportProgress(
        work_order_id=work_order_id,
        done=asked.body.done,
        reason=asked.texts.seal(asked.body.reason),
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/completion", openapi_extra=body_of(CompletionRequest, WorkOrderView))
async def complete(work_order_id: UUID, request: Request) -> Response:
    """The department returns the form."""
    asked = await ask(request, work_order_id, CompletionRequest)
    pack = pack_of(request, asked)
    rules = pack.contact
    command = CompleteWorkOrder(
        work_order_id=work_order_id,
        solution=asked.texts.seal(asked.body.solution),
        before_unsolved=rules.follow_ups,
        follow_up_zone=pack.zone if rules.follow_ups_weekly else None,
        visit_after_guidance=rules.visit_after_guidance,
        messages=dispatch_of(request).messages,
        solved=asked.body.solved,
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(
    f"{AT_ORDER}/customer-notice", openapi_extra=body_of(CustomerNoticeRequest, WorkOrderView)
)
async def notify(work_order_id: UUID, request: Request) -> Response:
    """The customer was told, or could not be reached."""
    asked = await ask(request, work_order_id, CustomerNoticeRequest)
    rules, caller = pack_of(request, asked).contact, asked.caller.key
    directory = dispatch_of(request).directory
    command = NotifyCustomer(
        work_order_id=work_order_id,
        about=asked.body.about,
        channel=asked.body.channel,
        outcome=asked.body.outcome,
        before_unreachable=rules.before_unreachable,
        is_told_by_another=rules.result_from_centre
        and not tells_result(directory, asked.subject, caller, asked.at),
        promised_until=asked.body.promised_until,
        limit=await limit_of_promise(request, asked, asked.subject.handler),
        note=asked.texts.seal(asked.body.note),
        at=asked.at,
    )
    return await answer_with(request, asked, command)
