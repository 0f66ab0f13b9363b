"""One dead letter: the event, the error, all that waits behind it, and what can be done."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import httpx
import msgspec
from fastapi import Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.console.asking import headers_for, said_in
from services.reporting.console.forms import read_form
from services.reporting.console.pages import CONSOLE, console_router, see_other
from services.reporting.console.rendering import page
from services.reporting.console.times import indented, moments_in
from services.reporting.letters import ask_owner
from shared.http import MalformedError, authorize
from shared.settings import SERVICES, ServiceName

router = console_router()

MAX_REASON = 2000


@router.get("/dead-letters/{letter_id}")
async def show_letter(
    letter_id: UUID, request: Request, service: Annotated[ServiceName | None, Query()] = None
) -> Response:
    """The letter, and in order what a redrive would handle: its dry run."""
    authorize(request, "operations")
    peers = reporting_of(request).peers
    headers = {**headers_for(request), "content-type": "application/json"}
    owner, response = await ask_owner(peers, service, "GET", str(letter_id), headers)
    letter = said_in(response)
    body = b'{"dry_run":true}'
    told = await ask_owner(peers, owner, "POST", f"{letter_id}/redrive", headers, body)
    rehearsed = said_in(told[1])
    return page(
        request,
        "dead_letter.html",
        service=owner,
        letter=moments_in(letter),
        text=indented(letter["value"] or ""),
        sequence=moments_in(rehearsed["items"]),
        would=rehearsed["would_redrive"],
    )


@router.post("/dead-letters/{letter_id}/redrive")
async def redrive(letter_id: UUID, request: Request) -> Response:
    """Handles the whole sequence again, with today's code."""
    authorize(request, "operations")
    form = await read_form(request)
    body = msgspec.json.encode({"reason": _reason(form)})
    done = said_in(await _post(request, f"{letter_id}/redrive", form, body))
    query = urlencode({"redriven": done["redriven"], "left": done["left"]})
    return see_other(f"{CONSOLE}/topics?{query}")


@router.post("/dead-letters/{letter_id}/discard")
async def discard(letter_id: UUID, request: Request) -> Response:
    """Gives the letter up, with the reason, in the name of whoever is logged in."""
    authorize(request, "operations")
    form = await read_form(request)
    body = msgspec.json.encode({"reason": _reason(form)})
    said_in(await _post(request, f"{letter_id}/discard", form, body))
    return see_other(f"{CONSOLE}/topics?discarded=true")


def _reason(form: dict[str, str]) -> str:
    reason = form.get("reason", "").strip()
    if not 0 < len(reason) <= MAX_REASON:
        raise MalformedError(("/reason", ("请说明理由。", "say why: it is kept with the letter")))
    return reason


async def _post(request: Request, call: str, form: dict[str, str], body: bytes) -> httpx.Response:
    reporting = reporting_of(request)
    headers = {**headers_for(request), "content-type": "application/json"}
    service = form.get("service") or None
    if service is not None and service not in SERVICES:
        raise MalformedError(("/service", ("不是五个服务之一。", "is none of the five")))
    _, response = await ask_owner(reporting.peers, service, "POST", call, headers, body)
    reporting.shared.forget()
    return response
