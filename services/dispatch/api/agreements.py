"""The commands that record what was agreed with the customer."""

from uuid import UUID

from fastapi import Request, Response

from services.dispatch.api.asking import AT_ORDER, answer_with, ask, dispatch_of
from services.dispatch.domain.commands import ExtendTime
from services.dispatch.models import ExtensionRequest
from shared.http import at_or_now, body_of, service_router

router = service_router("dispatch")


@router.post(f"{AT_ORDER}/extension", openapi_extra=body_of(ExtensionRequest))
async def extend(work_order_id: UUID, request: Request) -> Response:
    """A longer time, with the customer's consent; needs If-Match."""
    asked = await ask(request, work_order_id, ExtensionRequest, needs_version=True)
    consent = asked.body.consent
    command = ExtendTime(
        work_order_id=work_order_id,
        until=asked.body.until,
        reason=asked.texts.seal(asked.body.reason),
        consent_by=asked.texts.seal(consent.by),
        consent_at=at_or_now(consent.at, dispatch_of(request).core.now(), "/consent/at"),
        consent_means=consent.means,
        at=asked.at,
    )
    return await answer_with(request, asked, command)
