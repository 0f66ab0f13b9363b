"""Which ticket: by its number or id, or out of intake's list, narrowed as the reader likes."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, get_args
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.reporting.console.asking import ask
from services.reporting.console.naming import departments_for
from services.reporting.console.pages import CONSOLE, console_router, see_other
from services.reporting.console.rendering import ZONE, page
from services.reporting.console.times import moments_in
from services.reporting.figures.periods import WrongPeriodError, day_of
from shared.contracts.terms import STATUSES, Kind, Severity, Status
from shared.http import Label, authorize
from shared.http.fields import Cursor

router = console_router()

SHOWN = 50


def _unless_empty(text: object) -> object:
    """What a form leaves empty narrows nothing."""
    return None if isinstance(text, str) and not text.strip() else text


Empty = BeforeValidator(_unless_empty)


def _written_out(text: object) -> object:
    """A number alone would be read as seconds since 1970."""
    if _unless_empty(text) is None:
        return None
    try:
        return day_of(str(text).strip()).first
    except WrongPeriodError:
        raise PydanticCustomError("date_parsing", "write it as 2026-11-23") from None


Day = Annotated[date | None, BeforeValidator(_written_out)]
"""As a form's field sends it: empty, or a day that every zone's clock has."""


class FindQuery(BaseModel):
    """What the list is narrowed to; days are those of the page's zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    named: Annotated[Annotated[str, Field(max_length=64)] | None, Empty] = None
    status: Annotated[Status | None, Empty] = None
    kind: Annotated[Kind | None, Empty] = None
    severity: Annotated[Severity | None, Empty] = None
    department: Annotated[Label | None, Empty] = None
    since: Day = None
    until: Day = None
    cursor: Annotated[Cursor | None, Empty] = None

    def narrowing(self) -> dict[str, str | int]:
        """The same as intake's list takes it."""
        words = self.model_dump(
            include={"status", "kind", "severity", "department", "cursor"}, exclude_none=True
        )
        times = {
            "received_from": begin_of(self.since),
            "received_until": end_of(self.until),
        }
        return {**words, **{name: at for name, at in times.items() if at}, "limit": SHOWN}


def begin_of(day: date | None) -> str | None:
    """When a day of the page's zone begins."""
    return None if day is None else datetime.combine(day, time(), ZoneInfo(ZONE)).isoformat()


def end_of(day: date | None) -> str | None:
    """When it is over."""
    return None if day is None else begin_of(day + timedelta(days=1))


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
        departments=departments_for(request, asked.department),
        may_list=may_list,
        items=found["items"],
        following=following,
        choices={"status": STATUSES, "kind": get_args(Kind), "severity": get_args(Severity)},
    )
