"""A client's customers."""

from uuid import UUID

from fastapi import Request, Response

from services.intake.api.service import intake_of
from services.intake.customer_models import (
    CustomerFile,
    CustomerReceipt,
    ErasureView,
    RecordCustomerRequest,
)
from services.intake.customers import erase_customer, link_to, read_customer, record_customer
from shared.http import (
    answer,
    answer_of,
    authorize,
    body_of,
    needed_identity_of,
    read,
    service_router,
)

router = service_router("intake")
AT_CUSTOMER = "/customers/{customer_ref}"


@router.post(
    "/customers",
    status_code=201,
    openapi_extra=body_of(RecordCustomerRequest, CustomerReceipt, needs="Idempotency-Key"),
)
async def keep_customer(request: Request) -> Response:
    """The client's own reference for a person; needs an Idempotency-Key and both scopes.

    The reference of a guessed number would tell whose the masked ones are.
    """
    authorize(request, "tickets:write")
    caller = authorize(request, "pii:read")
    body = await read(request, RecordCustomerRequest)
    identity = needed_identity_of(request, caller, body)
    known = await record_customer(intake_of(request), caller, body, identity)
    link = link_to(known.customer_ref)
    view = CustomerReceipt(known.customer_ref, {"self": link})
    return answer(view, 201, replayed=known.replayed, headers={"Location": link})


@router.get(AT_CUSTOMER, openapi_extra=answer_of(CustomerFile))
async def show_customer(customer_ref: UUID, request: Request) -> Response:
    """Who the person said to be; 410 once they are erased."""
    caller = authorize(request, "pii:read")
    return answer(await read_customer(intake_of(request), caller, customer_ref))


@router.delete(AT_CUSTOMER, openapi_extra=answer_of(ErasureView))
async def delete_customer(customer_ref: UUID, request: Request) -> Response:
    """Erases the person for good: 202 until every service has done it, then 200."""
    caller = authorize(request, "admin")
    erasure = await erase_customer(intake_of(request), caller, customer_ref)
    view = ErasureView(customer_ref, erasure.erased_at, erasure.erased_by, erasure.is_complete)
    return answer(view, 200 if erasure.is_complete else 202)
