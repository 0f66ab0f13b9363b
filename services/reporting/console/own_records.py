"""What reporting itself keeps for the superior: archived reports, and inspections with findings."""

from uuid import UUID

from fastapi import Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.archiving import names_own
from services.reporting.console.pages import console_router
from services.reporting.console.rendering import page
from services.reporting.inspecting import made_for, shown_inspection, visible_inspection
from services.reporting.own_projections import INSPECTIONS, REPORTS
from services.reporting.queries import numbers_of
from shared.http import authorize
from shared.keys import ApiKey
from shared.service import Core
from shared.tables import Query, Row, Table

router = console_router()

SHOWN = 50


@router.get("/reports")
async def show_reports(request: Request) -> Response:
    """The newest reports that went out, and the newest inspections."""
    key, core = authorize(request, "reports:read").key, reporting_of(request).core
    reports = await _newest(core, key, REPORTS, "built_at")
    return page(
        request,
        "reports.html",
        shown=SHOWN,
        reports=[one for one in reports if not names_own(key, one)],
        inspections=await _newest(core, key, INSPECTIONS, "drawn_at"),
    )


@router.get("/inspections/{inspection_id}")
async def show_inspection(inspection_id: UUID, request: Request) -> Response:
    """The tickets that were drawn, with what was found of each (H-23)."""
    caller, reporting = authorize(request, "reports:read"), reporting_of(request)
    _, inspection, version = await visible_inspection(reporting, caller, inspection_id)
    view = await shown_inspection(reporting, caller.key, inspection, version)
    return page(
        request,
        "inspection.html",
        view=view,
        numbers=dict.fromkeys(view.drawn) | await numbers_of(reporting, view.drawn),
        findings={one.ticket_id: one for one in view.findings},
    )


async def _newest(core: Core, key: ApiKey, table: Table[Row], by: str) -> list[Row]:
    """Those that were made for whom the key stands for."""
    query = Query(table, made_for(key), order=(by,), descending=True, limit=SHOWN)
    return [row for _, row in await core.store.query(query)]
