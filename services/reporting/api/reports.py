"""Reports to the superior, each day, week and month: built, sent, archived (H-31, T-10)."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.reporting.api.histories import file_answer
from services.reporting.api.service import reporting_of
from services.reporting.archiving import built, names_own, period_named
from services.reporting.bootstrap import Reporting
from services.reporting.domain.reports import ArchiveReport
from services.reporting.figures.files import XLSX
from services.reporting.inspecting import is_in_scope, made_for
from services.reporting.own_models import BuildReportRequest, ReportView
from services.reporting.own_projections import REPORTS, ReportRow
from shared.contracts.reporting import ReportUnit
from shared.decider import UnknownSubjectError
from shared.http import (
    Caller,
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
from shared.tables import Put
from shared.tables import Query as RowQuery

router = service_router("reporting")


@router.post(
    "/reports/{unit}",
    openapi_extra=body_of(BuildReportRequest, ReportView, required=False),
    status_code=201,
)
async def build_report(unit: ReportUnit, request: Request) -> Response:
    """Of the last day, week or month that is over, or of the one named."""
    reporting = reporting_of(request)
    sent = await read_command(
        request, reporting.core, "reports:read", BuildReportRequest, may_say_nothing=True
    )
    period = period_named(unit, sent.body.period, reporting)
    report_id = id_for("report", sent.identity)
    event, row = await built(reporting, sent.caller.key, period, report_id)
    handled = await carry_out_on(
        reporting.reports,
        report_id,
        sent,
        ArchiveReport(event),
        rows=[Put(REPORTS, str(report_id), row)],
    )
    kept = await reporting.core.store.get(REPORTS, str(report_id)) or row
    return answer(_view(kept), 201, version=handled.version, replayed=handled.replayed)


@router.get("/reports", openapi_extra=answer_of(list[ReportView]))
async def list_reports(request: Request, asked: Annotated[ListQuery, Query()]) -> Response:
    """By when they were built."""
    caller = authorize(request, "reports:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    query = RowQuery(REPORTS, order=("built_at",), after=after, limit=asked.limit)
    store = reporting_of(request).core.store
    found, following = await find(store, query, [made_for(caller.key)], _place_of)
    shown = [_view(row) for row in found if not names_own(caller.key, row)]
    return page_answer(request, shown, following)


def _place_of(key: str, row: ReportRow) -> tuple[str, str]:
    return column_time(row.built_at), key


@router.get("/reports/{report_id}", openapi_extra=answer_of(ReportView))
async def show_report(report_id: UUID, request: Request) -> Response:
    """What went out, to whom, and the SHA-256 of its bytes."""
    caller = authorize(request, "reports:read")
    return answer(_view(await _visible(reporting_of(request), caller, report_id)))


@router.get("/reports/{report_id}/file")
async def show_report_file(report_id: UUID, request: Request) -> Response:
    """The very bytes that went out: a workbook."""
    caller = authorize(request, "reports:read")
    row = await _visible(reporting_of(request), caller, report_id)
    return file_answer(row.content, XLSX, f"huiyin-{row.period}.xlsx")


async def _visible(reporting: Reporting, caller: Caller, report_id: UUID) -> ReportRow:
    row = await reporting.core.store.get(REPORTS, str(report_id))
    if row is None or not await is_in_scope(reporting, caller.key, row.scope):
        raise UnknownSubjectError
    if names_own(caller.key, row):
        raise UnknownSubjectError
    return row


def _view(row: ReportRow) -> ReportView:
    return ReportView(
        report_id=row.report_id,
        unit=row.unit,
        period=row.period,
        scope=row.scope,
        sha256=row.sha256,
        sent_to=row.sent_to,
        built_by=row.built_by,
        built_at=row.built_at,
        file=f"/reporting/v1/reports/{row.report_id}/file",
    )
