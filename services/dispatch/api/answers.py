"""The commands by which the department answers, and somebody stands for it."""

from uuid import UUID

from fastapi import Request, Response

from services.dispatch.api.asking import AT_ORDER, answer_with, ask, dispatch_of
from services.dispatch.domain.commands import ProposeSolution
from services.dispatch.models import ProposalRequest
from services.dispatch.routing import level_of
from shared import packs
from shared.http import body_of, service_router

router = service_router("dispatch")


@router.post(f"{AT_ORDER}/proposal", openapi_extra=body_of(ProposalRequest))
async def propose(work_order_id: UUID, request: Request) -> Response:
    """What the customer was offered, within the caller's authority."""
    asked = await ask(request, work_order_id, ProposalRequest)
    order, directory = asked.subject, dispatch_of(request).directory
    command = ProposeSolution(
        work_order_id=work_order_id,
        solution=asked.texts.seal(asked.body.solution),
        level=level_of(directory, order.department, asked.caller.key.client),
        accepted_by_customer=asked.body.accepted_by_customer,
        authority=packs.load(order.case.pack).authority,
        remedy=asked.body.remedy,
        at=asked.at,
    )
    return await answer_with(request, asked, command)
