"""Whom phone managers serve, imported month by month (M-01)."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.revisit.api.service import revisit_of
from services.revisit.domain.commands import ImportServedGroup
from services.revisit.domain.served_group import ServedGroup, group_id_of
from services.revisit.models import ServedGroupQuery, ServedGroupRequest
from services.revisit.queries import find_groups
from services.revisit.served_projections import ServedGroupRow
from services.revisit.shapes import ServedGroupView
from shared.command_handler import Handled
from shared.http import (
    answer,
    answer_of,
    authorize,
    body_of,
    decode_cursor,
    page_answer,
    read_command,
    service_router,
)

router = service_router("revisit")
AT = "/revisit/v1/served-groups"


@router.get("/served-groups", openapi_extra=answer_of(list[ServedGroupView]))
async def list_served_groups(
    request: Request, asked: Annotated[ServedGroupQuery, Query()]
) -> Response:
    """How many customers each month's group holds, the newest month first."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    rows, page = await find_groups(revisit_of(request), caller.key, asked, after)
    return page_answer(request, [_view(row) for row in rows], page)


def _view(row: ServedGroupRow) -> ServedGroupView:
    return ServedGroupView(
        client=row.client,
        month=row.month,
        customers=row.customers,
        start_count=row.start_count,
        end_count=row.end_count,
        version=row.version,
    )


def _receipt(command: ImportServedGroup, handled: Handled[ServedGroup]) -> ServedGroupView:
    """As the command left it: a replay shows the first answer."""
    return ServedGroupView(
        client=command.client,
        month=command.month,
        customers=len(handled.state.customer_refs),
        start_count=handled.state.start_count,
        end_count=handled.state.end_count,
        version=handled.version,
    )


@router.post(
    "/served-groups",
    status_code=201,
    openapi_extra=body_of(ServedGroupRequest, ServedGroupView, needs="Idempotency-Key"),
)
async def import_served_group(request: Request) -> Response:
    """More of a month's group; needs an Idempotency-Key."""
    revisit = revisit_of(request)
    sent = await read_command(
        request, revisit.core, "revisits:write", ServedGroupRequest, needs_key=True
    )
    client, month = sent.caller.key.client, sent.body.month
    command = ImportServedGroup(
        client=client,
        month=month,
        customer_refs=sent.body.customer_refs,
        start_count=sent.body.start_count,
        end_count=sent.body.end_count,
        at=sent.at,
    )
    handled = await revisit.served_groups.handle(
        group_id_of(client, month), command, sent.caller.cause, identity=sent.identity
    )
    view = _receipt(command, handled)
    headers = {"Location": f"{AT}?month={month}"}
    return answer(view, 201, version=handled.version, replayed=handled.replayed, headers=headers)
