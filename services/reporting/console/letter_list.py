"""All dead letters, those that wait and those that were closed: to be chosen from."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import Field

from services.reporting.api.service import reporting_of
from services.reporting.console.asking import headers_for
from services.reporting.console.pages import CONSOLE, console_router
from services.reporting.console.rendering import command, page
from services.reporting.console.times import moments_in
from services.reporting.letters import page_of_letters
from services.reporting.message_models import Open
from services.reporting.models import LettersQuery
from shared.http import authorize
from shared.http.answers import encode_cursor
from shared.messaging.letter import CLOSED
from shared.settings import SERVICES, ServiceName

router = console_router()

PAGE, API = f"{CONSOLE}/dead-letters", "/reporting/v1/dead-letters"
SHOWN = 100


class LetterListQuery(LettersQuery):
    """What the JSON takes; `done` and `left`: what the last deed came to."""

    limit: Annotated[int, Field(ge=1, le=SHOWN)] = SHOWN
    service: Annotated[ServiceName | None, Open] = None
    subject: Annotated[str | None, Field(max_length=200), Open] = None
    done: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    left: Annotated[int, Field(ge=0, le=1_000_000)] = 0


@router.get("/dead-letters")
async def list_letters(request: Request, asked: Annotated[LetterListQuery, Query()]) -> Response:
    """A page of them, service after service."""
    authorize(request, "operations")
    headers = headers_for(request)
    items, after, silent = await page_of_letters(reporting_of(request).peers, asked, headers)
    said = _said(asked)
    onward = {**said, "cursor": encode_cursor(after)} if after else None
    return page(
        request,
        "dead_letters.html",
        asked=asked,
        items=moments_in(items),
        silent=silent,
        services=SERVICES,
        states=("parked", *CLOSED),
        following=f"{PAGE}?{urlencode(onward)}" if onward else None,
        api=f"{API}?{urlencode(said)}" if said else API,
        cli=command("dead-letters list", said),
    )


def _said(asked: LetterListQuery) -> dict[str, str]:
    """What the list is narrowed to."""
    wanted = {"service", "state", "subject"}
    said = asked.model_dump(include=wanted, exclude_none=True, exclude_defaults=True)
    return {name: str(value) for name, value in said.items()}
