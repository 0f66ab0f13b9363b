"""The messages of a topic, or of a ticket in all topics, newest first."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.console.pages import CONSOLE, console_router
from services.reporting.console.rendering import command, page
from services.reporting.console.timeline import facts_of
from services.reporting.messages import MessagesQuery, find_messages
from shared.http import authorize
from shared.messaging.topics import PUBLISHERS

router = console_router()

PAGE = f"{CONSOLE}/messages"


@router.get("/messages")
async def show_messages(request: Request, asked: Annotated[MessagesQuery, Query()]) -> Response:
    """What was asked for, and the way to what is older."""
    caller = authorize(request, "operations")
    found = await find_messages(reporting_of(request), caller, asked)
    older = urlencode({**_said(asked), "before": found.before}) if found.before else None
    return page(
        request,
        "messages.html",
        asked=asked,
        found=found,
        items=[(one, list(facts_of(one))) for one in found.items],
        older=f"{PAGE}?{older}" if older else None,
        publishers=PUBLISHERS,
        may_audit=caller.key.may("audit:read"),
        cli=command("messages", _said(asked)),
    )


def _said(asked: MessagesQuery) -> dict[str, str]:
    """What was asked for besides the page's own choice."""
    said = asked.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return {name: str(value) for name, value in said.items()}
