"""Contacts, with or without a ticket."""

from uuid import UUID

from fastapi import Request, Response

from services.intake.api.service import intake_of
from services.intake.contact_models import ContactView, RecordContactRequest
from services.intake.contacts import (
    contact_view,
    full_contact_view,
    record_contact,
    visible_contact,
)
from shared.http import answer, answer_of, authorize, body_of, identity_of, read, service_router

router = service_router("intake")


@router.post("/contacts", status_code=201, openapi_extra=body_of(RecordContactRequest, ContactView))
async def record(request: Request) -> Response:
    """Somebody got in touch; it may be written up later."""
    caller = authorize(request, "tickets:write")
    body = await read(request, RecordContactRequest)
    identity = identity_of(request, caller, body)
    handled = await record_contact(intake_of(request), caller, body, identity)
    view = contact_view(handled.state[-1], caller.key)
    headers = {"Location": view.links["self"]}
    return answer(view, 201, version=handled.version, replayed=handled.replayed, headers=headers)


@router.get("/contacts/{contact_id}", openapi_extra=answer_of(ContactView))
async def show_contact(contact_id: UUID, request: Request) -> Response:
    """One contact."""
    caller = authorize(request, "tickets:read")
    _, contact = await visible_contact(intake_of(request), caller, contact_id)
    return answer(await full_contact_view(intake_of(request), caller, contact))
