"""What auditors take away and check: proofs, exports, public keys, the verification."""

from asyncio import to_thread
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from services.reporting.api.histories import TicketName, file_answer
from services.reporting.api.service import forwarded, reporting_of
from services.reporting.case_workbook import case_workbook
from services.reporting.casefile import open_case
from services.reporting.evidence_tables import case_csv
from services.reporting.exports import attached
from services.reporting.figures.counting import DEFAULT_ZONE
from services.reporting.figures.files import XLSX
from services.reporting.models import ExportQuery, ProofQuery, VerificationQuery
from services.reporting.period import as_csv, as_jsonl, open_period
from services.reporting.retention import Retention, retention_of
from services.reporting.signings import signings_now
from services.reporting.verifications import Verification
from shared.decider import UnknownSubjectError
from shared.evidence.keys import ALGORITHM, lines_of
from shared.http import (
    ListQuery,
    answer,
    answer_of,
    authorize,
    authorize_for_all,
    decode_cursor,
    page_answer,
    service_router,
)

CSV = "text/csv; charset=utf-8"

router = service_router("reporting", "audit")


@router.get("/tickets/{ticket}/proof")
async def show_proof(
    ticket: TicketName, request: Request, asked: Annotated[ProofQuery, Query()]
) -> Response:
    """Every event of the ticket with its path to a signed checkpoint; `jsonl` is the file."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    found = await open_case(reporting, caller, ticket, forwarded(request), asked.format)
    name = f"{found.name}-proof.{asked.format}"
    match asked.format:
        case "json":
            return answer(found.proof)
        case "jsonl":
            return file_answer(found.proof.lines(), "application/jsonl", name)
        case "csv":
            return file_answer(case_csv(found), CSV, name)
        case "xlsx":
            content = await to_thread(case_workbook, found, DEFAULT_ZONE)
            return file_answer(content, XLSX, name)


@router.get("/audit/export")
async def show_export(request: Request, asked: Annotated[ExportQuery, Query()]) -> Response:
    """Every event of all services in a period, with its proof, as JSON lines or as a table.

    For keys that see every ticket: an event left out would look like one removed.
    """
    caller, reporting = authorize_for_all(request, "audit:read"), reporting_of(request)
    manifest = await open_period(reporting, caller, asked, asked.format)
    store, until = reporting.core.store, f"{manifest.query['to']:.10}".replace("-", "")
    parts = as_csv(store, manifest) if asked.format == "csv" else as_jsonl(store, manifest)
    name = f"huiyin-{until}-proof.{asked.format}"
    media_type = CSV if asked.format == "csv" else "application/jsonl"
    return StreamingResponse(parts, headers=attached(name), media_type=media_type)


@router.get("/audit/signing")
async def show_signings(request: Request) -> Response:
    """How far each service signed for its log, and whether that has stopped."""
    authorize(request, "audit:read")
    return answer({"items": await signings_now(reporting_of(request), forwarded(request))})


@router.get("/audit/retention", openapi_extra=answer_of(Retention))
async def show_retention(request: Request) -> Response:
    """What is kept how long."""
    authorize(request, "audit:read")
    return answer(retention_of(reporting_of(request).core.settings))


@router.get("/audit/keys")
async def list_public_keys(request: Request) -> Response:
    """The public keys, as a list and as the file that `huiyin verify --key` reads."""
    authorize(request, "audit:read")
    keys = list(reporting_of(request).keys.values())
    items = [
        {
            "service": key.service,
            "key_id": key.key_id,
            "algorithm": ALGORITHM,
            "public_key": key.line.split()[-1],
        }
        for key in keys
    ]
    return answer({"items": items, "file": lines_of(keys)})


@router.get("/audit/verification", openapi_extra=answer_of(Verification))
async def verify(request: Request, asked: Annotated[VerificationQuery, Query()]) -> Response:
    """Compares every log, and what is kept of it here, with its signed checkpoints.

    200 with what was found, or 202 with where to ask for it, if that takes longer.
    """
    caller = authorize(request, "audit:read")
    verifications = reporting_of(request).verifications
    if asked.verification_id is None:
        return _told(await verifications.ask(forwarded(request), caller.key.client))
    found = await verifications.seen(asked.verification_id)
    if found is None:
        raise UnknownSubjectError
    return _told(found)


@router.get("/audit/verifications", openapi_extra=answer_of(list[Verification]))
async def list_verifications(request: Request, asked: Annotated[ListQuery, Query()]) -> Response:
    """Those that were made, by whom and what they found; the newest first."""
    authorize(request, "audit:read")
    after = decode_cursor(asked.cursor, tuple[str, str, str])
    verifications = reporting_of(request).verifications
    items, following = await verifications.past(asked.limit, after)
    return page_answer(request, items, following)


def _told(found: Verification) -> Response:
    if found.state != "running":
        return answer(found)
    place = f"/reporting/v1/audit/verification?verification_id={found.verification_id}"
    return answer(found, 202, headers={"Location": place})
