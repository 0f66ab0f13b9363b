"""The messages of a topic, of all, or of a ticket: newest first, or as they come."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.console.pages import CONSOLE, FRAGMENT, console_router
from services.reporting.console.rendering import command, page
from services.reporting.console.timeline import facts_of
from services.reporting.message_models import MessagesQuery
from services.reporting.messages import find_messages
from services.reporting.queries import numbers_of
from shared.http import authorize
from shared.messaging.topics import PUBLISHERS

router = console_router()

PAGE, API = f"{CONSOLE}/messages", "/reporting/v1/messages"
MOST_KEPT = 200
"""Rows that a page which follows a topic keeps: what is older makes room."""


class MessagesPageQuery(MessagesQuery):
    """What the JSON takes; `live` goes on with what comes."""

    live: bool = False


@router.get("/messages")
async def show_messages(request: Request, asked: Annotated[MessagesPageQuery, Query()]) -> Response:
    """What was asked for, and the ways to what is older; for the page's script its rows alone."""
    caller = authorize(request, "operations")
    reporting, said = reporting_of(request), _said(asked)
    found = await find_messages(reporting, caller, asked)
    onward = {"before": found.before, "cursor": found.next_cursor}
    older = {name: str(value) for name, value in onward.items() if value is not None}
    return page(
        request,
        "messages_rows.html" if FRAGMENT in request.headers else "messages.html",
        asked=asked,
        found=found,
        items=[(one, list(facts_of(one))) for one in found.items],
        numbers=await numbers_of(reporting, (one.ticket_id for one in found.items)),
        as_of=reporting.core.now(),
        older=_with(PAGE, {**said, **older}) if older else None,
        topics=("all", *PUBLISHERS),
        follow=_with(PAGE, {**said, "live": "true"}),
        rest=_with(PAGE, said),
        files={kind: _with(API, {**said, "format": kind}) for kind in ("csv", "jsonl")},
        most_kept=MOST_KEPT,
        may_audit=caller.key.may("audit:read"),
        api=_with(API, said),
        cli=command("messages", said) + (" --follow" if asked.live else ""),
    )


def _said(asked: MessagesPageQuery) -> dict[str, str]:
    """What was asked for besides the page's own choice."""
    said = asked.model_dump(mode="json", exclude={"live"}, exclude_none=True, exclude_defaults=True)
    return {name: str(value) for name, value in said.items()}


def _with(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
