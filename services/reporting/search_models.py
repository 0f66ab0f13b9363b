"""What a search of tickets takes, and the shape of its answers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from pydantic import Field

from services.reporting.message_models import Open
from shared.http import Label, ListQuery, Moment

PAGING = frozenset({"limit", "cursor"})
Place = tuple[str, str]
"""An event's place in the list: when it was recorded, its id."""


class SearchQuery(ListQuery):
    """What was done, by whom, under which rule, to whose ticket, recorded when."""

    actor: Annotated[Label | None, Open] = None
    """Who acted: whose key sent it, or who is named in it; in any spelling of the name."""
    type: Annotated[Label | None, Open] = None
    """With or without its version."""
    rule: Annotated[Label | None, Open] = None
    """A routing rule, a clock, or a clause of a regulation (`H-12`)."""
    customer: Annotated[UUID | None, Open] = None
    """By reference: no name and no number stands here."""
    department: Annotated[Label | None, Open] = None
    """Whose the ticket is now."""
    since: Annotated[Moment | None, Open] = Field(None, alias="from")
    until: Annotated[Moment | None, Open] = Field(None, alias="to")

    def said(self) -> dict[str, str]:
        """What was asked for, as an address says it."""
        given = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {name: str(value) for name, value in given.items() if name not in PAGING}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a ticket that the caller may see."""

    ticket_id: UUID
    number: str | None
    department: str | None
    event_id: UUID
    source: str
    type: str
    actor: str
    worker: str | None
    rule: str | None
    clause: str | None
    """Of a clock: the clause that judges the ticket as it is classified now."""
    occurred_at: datetime
    recorded_at: datetime


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; `following` goes on where these end, None where there is nothing older."""

    items: list[Found]
    looked_through: int
    following: Place | None
