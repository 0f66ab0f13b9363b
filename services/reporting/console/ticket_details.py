"""What stands behind a history: an event's own bytes, and why a time is due."""

import hashlib
import re
from collections.abc import Mapping
from functools import partial
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Path, Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.console.asking import ask
from services.reporting.console.pages import CONSOLE, console_router
from services.reporting.console.rendering import page
from services.reporting.console.texts import Texts, texts_for
from services.reporting.console.tickets import TicketName, zone_of
from services.reporting.console.times import moments_in
from services.reporting.dossier import Dossier, open_dossier
from services.reporting.exports import attached
from services.reporting.projections import RecordRow
from shared.decider import UnknownSubjectError
from shared.http import authorize

router = console_router()

LENGTH = re.compile(r"([0-9]+)(wd|[mhd]|[mh] working)")
ClockName = Annotated[str, Path(max_length=64)]
Round = Annotated[int, Query(ge=1, le=1_000_000)]


@router.get("/tickets/{ticket}/events/{event_id}")
async def show_event(
    ticket: TicketName,
    event_id: UUID,
    request: Request,
    raw: bool = False,  # noqa: FBT001, FBT002 - a query's
) -> Response:
    """One event as its service published it, to the byte."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    dossier = await open_dossier(reporting, caller, ticket, "record", "event")
    row = next((one for one in dossier.rows if one.event_id == event_id), None)
    if row is None:
        raise UnknownSubjectError
    if raw:
        headers = {**attached(f"{event_id}.json"), "X-Content-Type-Options": "nosniff"}
        return Response(bytes(row.data), headers=headers, media_type="application/json")
    return _event_page(request, dossier, row, zone_of(reporting, dossier))


def _event_page(request: Request, dossier: Dossier, row: RecordRow, zone: str) -> Response:
    content = bytes(row.data)
    numbers = {one.event_id: number for number, one in enumerate(dossier.ordered, 1)}
    siblings = [one for one in dossier.ordered if one.correlation_id == row.correlation_id]
    return page(
        request,
        "ticket_event.html",
        zone=zone,
        base=f"{CONSOLE}/tickets/{dossier.ticket_id}",
        number=dossier.card.number or dossier.ticket_id,
        row=row,
        text=content.decode(),
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        order=numbers[row.event_id],
        siblings=[numbers[one.event_id] for one in siblings if one is not row],
    )


@router.get("/tickets/{ticket}/clocks/{clock}")
async def show_explanation(
    ticket: TicketName,
    clock: ClockName,
    request: Request,
    round: Round | None = None,  # noqa: A002 - the contract's word
    occurrence: UUID | None = None,
) -> Response:
    """Why a promised time is what it is, as sla explains it."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    dossier = await open_dossier(reporting, caller, ticket, "record", "explanation")
    told = await explained(request, dossier.ticket_id, clock, round, occurrence)
    numbers = {str(row.event_id): n for n, row in enumerate(dossier.ordered, 1)}
    base = f"{CONSOLE}/tickets/{dossier.ticket_id}"
    return explanation_page(request, told, base, dossier.card.number, numbers)


async def explained(
    request: Request, subject: UUID, clock: str, round_: int | None, occurrence: UUID | None
) -> dict[str, Any]:
    """What sla says of a clock, its times as such. Raises Problem."""
    path = f"tickets/{subject}/clocks/{quote(clock, safe='')}/explanation"
    query: dict[str, str | int] = {}
    if round_ is not None:
        query["round"] = round_
    if occurrence is not None:
        query["occurrence"] = str(occurrence)
    told: dict[str, Any] = moments_in(await ask(request, "sla", path, query))
    return told


def explanation_page(
    request: Request,
    told: dict[str, Any],
    base: str,
    number: str | None,
    numbers: Mapping[str, int],
) -> Response:
    """Line by line; `base` leads back, `numbers` to the events behind it, where they are shown."""
    return page(
        request,
        "ticket_clock.html",
        zone=str(told["zone"]),
        base=base,
        number=number or told["ticket_id"],
        told=told,
        days=_days(told),
        length=partial(promised_length, texts_for(request)),
        numbers=numbers,
    )


def promised_length(texts: Texts, text: str) -> str:
    """A pack's `3wd` or `2h working` in words; itself where it is written in another way."""
    found = LENGTH.fullmatch(text)
    if found is None:
        return text
    number, unit = found.groups()
    if number == "1" and f"lengths.{unit} alone" in texts.entries:
        return texts(f"lengths.{unit} alone")
    return texts(f"lengths.{unit}", number=number)


def _days(told: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]], int, int]]:
    """Day by day what counted: its stretches, their seconds, and the seconds so far."""
    zone = ZoneInfo(told["zone"])
    reckoned = max((told["limit"], told["used"]), key=lambda one: one["until"])
    days, total = [], 0
    for day, group in groupby(
        reckoned["segments"], lambda one: f"{one['from'].astimezone(zone):%Y-%m-%d}"
    ):
        segments = list(group)
        seconds = sum(one["seconds"] for one in segments)
        total += seconds
        days.append((day, segments, seconds, total))
    return days
