"""Unannounced inspections of a random sample, and their findings (H-23)."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.domain.inspections import DrawInspection, PublishFinding
from services.reporting.figures.queries import facts_of
from services.reporting.inspecting import (
    about_reader,
    drawn,
    made_for,
    shown_inspection,
    visible_inspection,
)
from services.reporting.noticing import texts_for
from services.reporting.own_models import DrawRequest, FindingRequest, InspectionView
from services.reporting.own_projections import INSPECTIONS, InspectionRow
from shared.decider import UnknownSubjectError
from shared.http import (
    ListQuery,
    answer,
    answer_of,
    authorize,
    body_of,
    carry_out_on,
    decode_cursor,
    id_for,
    page_answer,
    read_command,
    service_router,
)
from shared.listing import column_time, find
from shared.tables import Query as RowQuery
from shared.vault import Deposit

router = service_router("reporting")
INSPECTION = "/inspections/{inspection_id}"


@router.post("/inspections", openapi_extra=body_of(DrawRequest, InspectionView), status_code=201)
async def draw_inspection(request: Request) -> Response:
    """Draws a sample of what the caller may see; the seed is kept, so it can be drawn again."""
    reporting = reporting_of(request)
    sent = await read_command(request, reporting.core, "reports:read", DrawRequest)
    inspection_id = id_for("inspection", sent.identity)
    command = DrawInspection(await drawn(reporting, sent, inspection_id))
    handled = await carry_out_on(reporting.inspections, inspection_id, sent, command)
    view = await shown_inspection(reporting, sent.caller.key, handled.state, handled.version)
    return answer(view, 201, version=handled.version, replayed=handled.replayed)


@router.get("/inspections")
async def list_inspections(request: Request, asked: Annotated[ListQuery, Query()]) -> Response:
    """By when they were drawn."""
    caller = authorize(request, "reports:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    query = RowQuery(INSPECTIONS, order=("drawn_at",), after=after, limit=asked.limit)
    store = reporting_of(request).core.store
    found, following = await find(store, query, [made_for(caller.key)], _place_of)
    return page_answer(request, found, following)


def _place_of(key: str, row: InspectionRow) -> tuple[str, str]:
    return column_time(row.drawn_at), key


@router.get(INSPECTION, openapi_extra=answer_of(InspectionView))
async def show_inspection(inspection_id: UUID, request: Request) -> Response:
    """The sample and its findings; what they say to who may read personal data."""
    caller = authorize(request, "reports:read")
    reporting = reporting_of(request)
    _, inspection, version = await visible_inspection(reporting, caller, inspection_id)
    texts: dict[UUID, str | None] = {}
    hidden = await about_reader(reporting, caller.key, inspection.findings)
    for ticket_id, one in inspection.findings.items():
        facts = await facts_of(reporting.core, ticket_id)
        ticket = facts.intake.ticket if facts else None
        if ticket is not None and ticket_id not in hidden:
            ref, sealed = ticket.case.customer_ref, {"finding": one.finding}
            texts[ticket_id] = (await texts_for(reporting, caller, ref, ticket_id, sealed))[
                "finding"
            ]
    view = await shown_inspection(reporting, caller.key, inspection, version, texts)
    return answer(view, version=version)


@router.post(f"{INSPECTION}/findings", openapi_extra=body_of(FindingRequest, InspectionView))
async def publish_finding(inspection_id: UUID, request: Request) -> Response:
    """What was found of one ticket of the sample."""
    reporting = reporting_of(request)
    sent = await read_command(request, reporting.core, "work:write", FindingRequest)
    await visible_inspection(reporting, sent.caller, inspection_id, sent.identity)
    if await about_reader(reporting, sent.caller.key, [sent.body.ticket_id]):
        raise UnknownSubjectError
    facts = await facts_of(reporting.core, sent.body.ticket_id)
    ticket = facts.intake.ticket if facts else None
    # Of a ticket that nobody registered nothing was drawn: the decision says so.
    texts = Deposit(ticket.case.customer_ref if ticket else sent.body.ticket_id)
    command = PublishFinding(
        ticket_id=sent.body.ticket_id,
        verdict=sent.body.verdict,
        finding=texts.seal(sent.body.finding),
        found_by=sent.caller.key.client,
        at=sent.at,
    )
    handled = await carry_out_on(
        reporting.inspections, inspection_id, sent, command, rows=texts.rows
    )
    view = await shown_inspection(reporting, sent.caller.key, handled.state, handled.version)
    return answer(view, version=handled.version, replayed=handled.replayed)
