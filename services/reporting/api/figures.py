"""Figures and what stands behind them, and their rows made anew."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import Path, Query, Request, Response

from services.reporting.api.histories import file_answer
from services.reporting.api.service import reporting_of
from services.reporting.figures.files import XLSX, to_csv, workbook_of
from services.reporting.figures.models import (
    FiguresQuery,
    FiguresView,
    MonthQuery,
    SubjectsQuery,
    SubjectView,
)
from services.reporting.figures.queries import read_figures, today
from services.reporting.figures.registry import figures
from services.reporting.figures.subjects import place_in, read_subjects
from services.reporting.figures.words import Language, Naming
from services.reporting.restating import causes_of, restated_in
from shared.decider import UnknownSubjectError
from shared.http import (
    Body,
    answer,
    answer_of,
    authorize,
    id_for,
    identity_of,
    page_answer,
    service_router,
)
from shared.http.problems import prefers_chinese
from shared.operations import Operation

router = service_router("reporting")

FigureName = Annotated[str, Path(description="as its definition names it", max_length=64)]


@router.get("/figures", openapi_extra=answer_of(FiguresView))
async def show_figures(request: Request, asked: Annotated[FiguresQuery, Query()]) -> Response:
    """Every figure of a month, a week or a day, of what the caller may see."""
    caller = authorize(request, "reports:read")
    core = reporting_of(request).core
    period = asked.period(today(core.now()))
    view = await read_figures(core, caller.key, period, asked.group_by)
    restated = await restated_in(core, caller.key, period, view)
    view = msgspec.structs.replace(view, restated=restated)
    if asked.format == "json":
        return answer(view)
    language: Language = "zh" if prefers_chinese(request) else "en"
    content = to_csv(view, Naming(language, reporting_of(request).directory))
    return file_answer(content, "text/csv; charset=utf-8", f"huiyin-{period.name}.csv")


@router.get("/figures/monthly.xlsx")
async def show_workbook(request: Request, asked: Annotated[MonthQuery, Query()]) -> Response:
    """The month's statistics as a workbook."""
    caller = authorize(request, "reports:read")
    reporting = reporting_of(request)
    period = asked.period(today(reporting.core.now()))
    content = await workbook_of(reporting, caller.key, period)
    return file_answer(content, XLSX, f"huiyin-{period.name}.xlsx")


@router.get("/figures/{figure}/subjects", openapi_extra=answer_of(list[SubjectView]))
async def list_subjects(
    figure: FigureName, request: Request, asked: Annotated[SubjectsQuery, Query()]
) -> Response:
    """The tickets, contacts or tasks behind a number."""
    caller = authorize(request, "reports:read")
    found = figures().get(figure)
    if found is None:
        raise UnknownSubjectError
    after = place_in(asked.cursor)
    reporting = reporting_of(request)
    items, place = await read_subjects(
        reporting.core, caller.key, reporting.directory, found, asked, after
    )
    return page_answer(request, items, place)


@router.get("/figures/{figure}/causes")
async def list_causes(
    figure: FigureName, request: Request, asked: Annotated[FiguresQuery, Query()]
) -> Response:
    """The events since the newest report of the period by which the figure is another one."""
    caller = authorize(request, "reports:read")
    found = figures().get(figure)
    if found is None:
        raise UnknownSubjectError
    core = reporting_of(request).core
    period = asked.period(today(core.now()))
    return answer({"items": await causes_of(core, caller.key, period, found)})


@router.post("/rebuilds", status_code=202, openapi_extra=answer_of(Operation))
async def rebuild(request: Request) -> Response:
    """Makes the figures' rows anew from all records; the live ones answer until it is done."""
    caller = authorize(request, "operations")
    operation_id = id_for("rebuild", identity_of(request, caller, Body()))
    operation, replayed = await reporting_of(request).rebuilds.begin(operation_id)
    place = {"Location": f"/reporting/v1/operations/{operation_id}"}
    return answer(operation, 202, replayed=replayed, headers=place)


@router.get("/operations/{operation_id}", openapi_extra=answer_of(Operation))
async def show_operation(operation_id: UUID, request: Request) -> Response:
    """What a rebuild has come to."""
    authorize(request, "operations")
    operation = await reporting_of(request).rebuilds.find(operation_id)
    if operation is None:
        raise UnknownSubjectError
    return answer(operation)
