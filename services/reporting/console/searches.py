"""Tickets by who acted, which event, under which rule or clause; a search is an address to keep."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.reporting.api.service import reporting_of
from services.reporting.console.finding import Day, Empty, begin_of, end_of
from services.reporting.console.naming import departments_for
from services.reporting.console.pages import CONSOLE, console_router
from services.reporting.console.rendering import command, page
from services.reporting.search_models import SearchQuery
from services.reporting.searching import search
from shared.codec import REGISTRY
from shared.http import Label, authorize, decode_cursor
from shared.http.answers import encode_cursor
from shared.http.fields import Cursor
from shared.packs import Packs

router = console_router()

PAGE = f"{CONSOLE}/search"
SHOWN = 50
TYPES = sorted({name.rpartition(".")[0] for events in REGISTRY.values() for name in events})


class SearchForm(BaseModel):
    """What the form sends: days are those of the page's zone, the last one whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actor: Annotated[Label | None, Empty] = None
    type: Annotated[Label | None, Empty] = None
    rule: Annotated[Label | None, Empty] = None
    customer: Annotated[UUID | None, Empty] = None
    department: Annotated[Label | None, Empty] = None
    since: Day = None
    until: Day = None
    cursor: Annotated[Cursor | None, Empty] = None

    def asked(self) -> SearchQuery:
        """The same as the API takes it."""
        words = self.model_dump(exclude={"since", "until"}, exclude_none=True)
        times = {"from": begin_of(self.since), "to": end_of(self.until)}
        given = {name: at for name, at in times.items() if at}
        return SearchQuery.model_validate({**words, **given, "limit": SHOWN})

    def kept(self) -> dict[str, str]:
        """What the form's fields hold, for the way to what is older."""
        said = self.model_dump(mode="json", exclude={"cursor"}, exclude_none=True)
        return {name: str(value) for name, value in said.items()}


@router.get("/search")
async def show_search(request: Request, form: Annotated[SearchForm, Query()]) -> Response:
    """The form, and what is found as soon as anything is asked for."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    asked, kept = form.asked(), form.kept()
    found = older = None
    if kept:
        after = decode_cursor(asked.cursor, tuple[str, str])
        found = await search(reporting, caller, asked, after)
        if found.following is not None:
            older = f"{PAGE}?{urlencode({**kept, 'cursor': encode_cursor(found.following)})}"
    said = asked.said()
    return page(
        request,
        "search.html",
        form=form,
        departments=departments_for(request, form.department),
        found=found,
        older=older,
        types=TYPES,
        rules=_rules(reporting.core.packs),
        api=f"/reporting/v1/audit/search?{urlencode(said)}",
        cli=command("search", said),
    )


def _rules(packs: Packs) -> list[str]:
    """Clocks and clauses of every regulation that runs here."""
    clocks = [clock for pack in packs for clock in pack.clocks]
    clauses = {rule.clause for clock in clocks for rule in clock.rules}
    return sorted({clock.name for clock in clocks} | clauses)
