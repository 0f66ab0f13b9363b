"""What auditors take away and check: proofs, exports, public keys, the verification."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from services.reporting.api.histories import TicketName, file_answer
from services.reporting.api.service import forwarded, reporting_of
from services.reporting.models import ExportQuery, ProofQuery, VerificationQuery
from services.reporting.period import export_period
from services.reporting.proofs import Asked, Subject, prove
from services.reporting.queries import visible_ticket
from services.reporting.readings import record_export, record_look
from services.reporting.statements import awaited_records, statements_of
from services.reporting.verifications import Verification
from shared.decider import UnknownSubjectError
from shared.evidence.keys import ALGORITHM, Signer, lines_of
from shared.http import (
    Caller,
    ListQuery,
    MalformedError,
    answer,
    authorize,
    authorize_for_all,
    decode_cursor,
    page_answer,
    service_router,
)

router = service_router("reporting", "audit")


@router.get("/tickets/{ticket}/proof")
async def show_proof(
    ticket: TicketName, request: Request, asked: Annotated[ProofQuery, Query()]
) -> Response:
    """Every event of the ticket with its path to a signed checkpoint; `jsonl` is the file."""
    caller = authorize(request, "audit:read")
    reporting = reporting_of(request)
    ticket_id, card = await visible_ticket(reporting, caller, ticket)
    await record_look(reporting.core, caller, ticket_id, card, "proof")
    statements = await statements_of(reporting.peers, ticket_id, forwarded(request))
    rows = await awaited_records(reporting, ticket_id, statements)
    made = _asked(request, caller, ticket=str(ticket_id))
    signer = Signer("reporting", reporting.core.secret)
    subject = Subject(ticket_id, statements)
    proof = await reporting.core.store.run(
        lambda backend: prove(backend, subject, rows, made, signer)
    )
    if asked.format == "json":
        return answer(proof)
    name = f"{card.number or ticket_id}-proof.jsonl"
    return file_answer(proof.lines(), "application/jsonl", name)


@router.get("/audit/export")
async def show_export(request: Request, asked: Annotated[ExportQuery, Query()]) -> Response:
    """Every event of all services in a period, with its proof, as JSON lines.

    For keys that see every ticket: an event left out would look like one removed.
    """
    caller = authorize_for_all(request, "audit:read")
    reporting = reporting_of(request)
    until = asked.until or reporting.core.now()
    if asked.since and until <= asked.since:
        raise MalformedError(("/to", ("早于 `from`。", "lies before `from`")))
    since = asked.since.isoformat() if asked.since else None
    await record_export(reporting.core, caller, f"from={since} to={until.isoformat()}")
    made = _asked(request, caller, **{"from": since, "to": until.isoformat()})
    signer = Signer("reporting", reporting.core.secret)
    parts = export_period(reporting.core.store, asked.since, until, made, signer)
    headers = {"Content-Disposition": f'attachment; filename="huiyin-{until:%Y%m%d}-proof.jsonl"'}
    return StreamingResponse(parts, headers=headers, media_type="application/jsonl")


def _asked(request: Request, caller: Caller, **query: str | None) -> Asked:
    now = reporting_of(request).core.now()
    return Asked(query=query, made_at=now, made_for=caller.key.client)


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


@router.get("/audit/verification")
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


@router.get("/audit/verifications")
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
