"""The command by which the nation level answers an appeal."""

from uuid import UUID

from fastapi import Request, Response

from services.dispatch.api.asking import AT_ORDER, answer_with, ask
from services.dispatch.api.service import dispatch_of
from services.dispatch.domain.commands import AnswerAppeal
from services.dispatch.models import AppealAnswerRequest
from services.dispatch.shapes import WorkOrderView
from shared.http import body_of, service_router

router = service_router("dispatch")


@router.post(f"{AT_ORDER}/appeal-answer", openapi_extra=body_of(AppealAnswerRequest, WorkOrderView))
async def answer_appeal(work_order_id: UUID, request: Request) -> Response:
    """The nation level's answer, which completes the appeal's work order."""
    asked = await ask(request, work_order_id, AppealAnswerRequest)
    command = AnswerAppeal(
        work_order_id=work_order_id,
        answering=dispatch_of(request).directory.appeal_departments,
        outcome=asked.body.outcome,
        text=asked.texts.seal(asked.body.text),
        at=asked.at,
    )
    return await answer_with(request, asked, command)
