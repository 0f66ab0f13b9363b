"""One dead letter: the event, the error, all that waits behind it, and what can be done."""

from typing import Annotated, Any
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
from services.reporting.letters import LettersPage, ask_owner
from services.reporting.peers import Silence
from shared.http import MalformedError, authorize, peer_unavailable
from shared.settings import SERVICES, ServiceName

router = console_router()

SEQUENCE_SHOWN = 100
MAX_REASON = 2000


@router.get("/dead-letters/{letter_id}")
async def show_letter(
    letter_id: UUID, request: Request, service: Annotated[ServiceName | None, Query()] = None
) -> Response:
    """The letter, and in order what a redrive would handle."""
    authorize(request, "operations")
    peers, headers = reporting_of(request).peers, headers_for(request)
    owner, response = await ask_owner(peers, service, "GET", str(letter_id), headers)
    letter = said_in(response)
    query: dict[str, str | int] = {"subject": letter["subject"], "limit": SEQUENCE_SHOWN}
    waiting = await peers.ask(owner, "dead-letters", LettersPage, headers, query)
    if isinstance(waiting, Silence):
        raise peer_unavailable()
    return page(
        request,
        "dead_letter.html",
        service=owner,
        letter=moments_in(letter),
        text=indented(letter["value"] or ""),
        sequence=moments_in(waiting.items),
        more=waiting.next_cursor is not None,
    )


@router.post("/dead-letters/{letter_id}/redrive")
async def redrive(letter_id: UUID, request: Request) -> Response:
    """Handles the whole sequence again, with today's code."""
    authorize(request, "operations")
    form = await read_form(request)
    done = said_in(await _post(request, f"{letter_id}/redrive", form, b""))
    query = urlencode({"redriven": done["redriven"], "left": done["left"]})
    return see_other(f"{CONSOLE}/topics?{query}")


@router.post("/dead-letters/{letter_id}/discard")
async def discard(letter_id: UUID, request: Request) -> Response:
    """Gives the letter up, with the reason, in the name of whoever is logged in."""
    authorize(request, "operations")
    form = await read_form(request)
    reason = form.get("reason", "").strip()
    if not 0 < len(reason) <= MAX_REASON:
        raise MalformedError(
            ("/reason", ("请说明放弃该事件的理由。", "say why the event is given up"))
        )
    body: dict[str, Any] = {"reason": reason}
    said_in(await _post(request, f"{letter_id}/discard", form, msgspec.json.encode(body)))
    return see_other(f"{CONSOLE}/topics?discarded=true")


async def _post(request: Request, call: str, form: dict[str, str], body: bytes) -> httpx.Response:
    reporting = reporting_of(request)
    headers = {**headers_for(request), "content-type": "application/json"}
    service = form.get("service") or None
    if service is not None and service not in SERVICES:
        raise MalformedError(("/service", ("不是五个服务之一。", "is none of the five")))
    _, response = await ask_owner(reporting.peers, service, "POST", call, headers, body)
    reporting.shared.forget()
    return response
