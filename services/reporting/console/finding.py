"""Which ticket: by its number or id, or out of intake's list, narrowed as the reader likes."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, get_args
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.reporting.console.asking import ask
from services.reporting.console.pages import CONSOLE, console_router, see_other
from services.reporting.console.rendering import ZONE, page
from services.reporting.console.times import moments_in
from shared.contracts.terms import STATUSES, Kind, Severity, Status
from shared.http import Label, authorize
from shared.http.fields import Cursor

router = console_router()

SHOWN = 50
DAY = timedelta(days=1)


def _unless_empty(text: object) -> object:
    """What a form leaves empty narrows nothing."""
    return None if isinstance(text, str) and not text.strip() else text


Empty = BeforeValidator(_unless_empty)


class FindQuery(BaseModel):
    """What the list is narrowed to; days are those of the page's zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    named: Annotated[Annotated[str, Field(max_length=64)] | None, Empty] = None
    status: Annotated[Status | None, Empty] = None
    kind: Annotated[Kind | None, Empty] = None
    severity: Annotated[Severity | None, Empty] = None
    department: Annotated[Label | None, Empty] = None
    since: Annotated[date | None, Empty] = None
    until: Annotated[date | None, Empty] = None
    cursor: Annotated[Cursor | None, Empty] = None

    def narrowing(self) -> dict[str, str | int]:
        """The same as intake's list takes it."""
        words = self.model_dump(
            include={"status", "kind", "severity", "department", "cursor"}, exclude_none=True
        )
        times = {"received_from": begin_of(self.since), "received_until": begin_of(self.until, DAY)}
        return {**words, **{name: at for name, at in times.items() if at}, "limit": SHOWN}


def begin_of(day: date | None, after: timedelta = timedelta()) -> str | None:
    """When a day of the page's zone begins, or so much after; None beyond what zones can shift."""
    if day is None or day.year in {1, 9999}:
        return None
    return (datetime.combine(day, time(), ZoneInfo(ZONE)) + after).isoformat()


@router.get("/tickets")
async def find_tickets(request: Request, asked: Annotated[FindQuery, Query()]) -> Response:
    """Leads to the ticket that is named; else lists those that intake has for the key."""
    caller = authorize(request, "audit:read")
    if asked.named:
        return see_other(f"{CONSOLE}/tickets/{quote(asked.named.strip(), safe='')}")
    may_list = caller.key.may("tickets:read")
    found: dict[str, Any] = {"items": [], "next_cursor": None}
    if may_list:
        found = moments_in(await ask(request, "intake", "tickets", asked.narrowing()))
    following = None
    if found["next_cursor"]:
        kept = asked.model_dump(mode="json", exclude_none=True)
        following = f"?{urlencode({**kept, 'cursor': found['next_cursor']})}"
    return page(
        request,
        "tickets.html",
        asked=asked,
        may_list=may_list,
        items=found["items"],
        following=following,
        choices={"status": STATUSES, "kind": get_args(Kind), "severity": get_args(Severity)},
    )
