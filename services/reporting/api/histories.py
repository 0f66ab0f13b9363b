"""A ticket's history, as auditors ask for it, and who has asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from fastapi import Path, Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.dossier import open_dossier
from services.reporting.exports import attached, to_csv, to_jsonl
from services.reporting.models import (
    DiffQuery,
    DiffView,
    History,
    HistoryQuery,
    ReadingsQuery,
    ReadingView,
    StateQuery,
    StateView,
)
from services.reporting.queries import find_readings
from shared.http import (
    MalformedError,
    answer,
    answer_of,
    authorize,
    decode_cursor,
    page_answer,
    service_router,
)

if TYPE_CHECKING:
    from services.reporting.readings import Look

router = service_router("reporting")

TicketName = Annotated[str, Path(description="id or number", max_length=64)]


@router.get("/tickets/{ticket}/history", openapi_extra=answer_of(History))
async def show_history(
    ticket: TicketName, request: Request, asked: Annotated[HistoryQuery, Query()]
) -> Response:
    """Every event of every service about a ticket, causes before what they caused."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    what: Look = "history" if asked.format == "json" else "export"
    dossier = await open_dossier(reporting, caller, ticket, asked.by, what)
    history = dossier.history(asked.at)
    name = history.number or str(history.ticket_id)
    match asked.format:
        case "jsonl":
            return file_answer(to_jsonl(history.items), "application/jsonl", f"{name}.jsonl")
        case "csv":
            return file_answer(to_csv(history.items), "text/csv; charset=utf-8", f"{name}.csv")
        case "json":
            return answer(history)


@router.get("/tickets/{ticket}/state", openapi_extra=answer_of(StateView))
async def show_state(
    ticket: TicketName, request: Request, asked: Annotated[StateQuery, Query()]
) -> Response:
    """The ticket, its work orders, clocks and regulation, as they were known at a time."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    dossier = await open_dossier(reporting, caller, ticket, asked.by, "state")
    return answer(dossier.state(asked.at))


@router.get("/tickets/{ticket}/diff", openapi_extra=answer_of(DiffView))
async def show_diff(
    ticket: TicketName, request: Request, asked: Annotated[DiffQuery, Query()]
) -> Response:
    """What became different between two times, field by field, and what happened in between."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    if asked.from_at and asked.to and asked.to < asked.from_at:
        raise MalformedError(("/to", ("早于 `from`。", "lies before `from`")))
    dossier = await open_dossier(reporting, caller, ticket, asked.by, "diff")
    return answer(dossier.diff(asked.from_at, asked.to))


@router.get("/readings", openapi_extra=answer_of(list[ReadingView]))
async def list_readings(request: Request, asked: Annotated[ReadingsQuery, Query()]) -> Response:
    """Who looked at which ticket, newest first."""
    caller = authorize(request, "audit:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    items, following = await find_readings(reporting_of(request), caller, asked, after)
    return page_answer(request, items, following)


def file_answer(
    content: bytes, media_type: str, name: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The content as a download of that name."""
    return Response(content, headers={**attached(name), **(headers or {})}, media_type=media_type)
