"""The commands that record what was agreed with the customer."""

from uuid import UUID

from fastapi import Request, Response

from services.dispatch.api.asking import AT_ORDER, answer_with, ask, limit_of, pack_of
from services.dispatch.api.service import dispatch_of
from services.dispatch.domain.commands import (
    AgreeAppointment,
    ExtendTime,
    RecordNoShow,
    ResumeHandling,
    SuspendHandling,
)
from services.dispatch.models import (
    AppointmentRequest,
    ExtensionRequest,
    NoShowRequest,
    ResumptionRequest,
    SuspensionRequest,
)
from services.dispatch.shapes import WorkOrderView
from shared.http import at_or_now, body_of, service_router

router = service_router("dispatch")


@router.post(
    f"{AT_ORDER}/extension",
    openapi_extra=body_of(ExtensionRequest, WorkOrderView, needs="If-Match"),
)
async def extend(work_order_id: UUID, request: Request) -> Response:
    """A longer time, with the customer's consent; needs If-Match."""
    asked = await ask(request, work_order_id, ExtensionRequest, needs_version=True)
    consent = asked.body.consent
    command = ExtendTime(
        work_order_id=work_order_id,
        offered=pack_of(request, asked).extension == "consent",
        until=asked.body.until,
        reason=asked.texts.seal(asked.body.reason),
        consent_by=asked.texts.seal(consent.by),
        consent_at=at_or_now(consent.at, dispatch_of(request).core.now(), "/consent/at"),
        consent_means=consent.means,
        limit=await limit_of(request, asked),
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/suspension", openapi_extra=body_of(SuspensionRequest, WorkOrderView))
async def suspend(work_order_id: UUID, request: Request) -> Response:
    """Work rests, for a reason that pauses a clock of the ticket's pack."""
    asked = await ask(request, work_order_id, SuspensionRequest)
    command = SuspendHandling(
        work_order_id=work_order_id,
        reason=asked.body.reason,
        offered=pack_of(request, asked).pauses_for(asked.body.reason),
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(
    f"{AT_ORDER}/resumption",
    openapi_extra=body_of(ResumptionRequest, WorkOrderView, required=False),
)
async def resume(work_order_id: UUID, request: Request) -> Response:
    """Work goes on; needs no body."""
    asked = await ask(request, work_order_id, ResumptionRequest, may_say_nothing=True)
    command = ResumeHandling(work_order_id=work_order_id, at=asked.at)
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/appointments", openapi_extra=body_of(AppointmentRequest, WorkOrderView))
async def agree_appointment(work_order_id: UUID, request: Request) -> Response:
    """When the handler comes; another time than one that stands needs why and the consent."""
    asked = await ask(request, work_order_id, AppointmentRequest)
    command = AgreeAppointment(
        work_order_id=work_order_id,
        from_at=asked.body.from_at,
        until=asked.body.until,
        reason=asked.texts.seal(asked.body.reason),
        customer_agreed=asked.body.customer_agreed,
        note=asked.texts.seal(asked.body.note),
        at=asked.at,
    )
    return await answer_with(request, asked, command)


@router.post(f"{AT_ORDER}/no-show", openapi_extra=body_of(NoShowRequest, WorkOrderView))
async def record_no_show(work_order_id: UUID, request: Request) -> Response:
    """The customer did not keep the appointment, and a note was left."""
    asked = await ask(request, work_order_id, NoShowRequest)
    command = RecordNoShow(work_order_id=work_order_id, note_left=asked.body.note_left, at=asked.at)
    return await answer_with(request, asked, command)
