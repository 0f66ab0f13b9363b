"""Every look at a ticket is kept: who, when, and at what.

Reporting has no topic; what it keeps of its readers are rows. The same look again within a minute,
as a slider that is moved makes them, is counted in the same row.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid5

import msgspec

from services.reporting.projections import TicketCard
from shared.event_store import Append
from shared.listing import column_time
from shared.tables import Fold, Table

if TYPE_CHECKING:
    from shared.http import Caller
    from shared.service import Core

Look = Literal[
    "history",
    "state",
    "diff",
    "export",
    "event",
    "explanation",
    "person",
    "proof",
    "period",
    "messages",
    "search",
]
"""`event`: an event's own bytes; `person`: the customer's data, recorded there too."""


class ReadingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One reader's looks of one kind within a minute; whose the ticket was then."""

    ticket_id: UUID | None
    """None: what was looked at is not one ticket: a period, a topic's messages, a search."""
    reader: str
    what: Look
    first_at: datetime
    last_at: datetime
    times: int
    client: str | None
    department: str | None
    against_person: str | None = None
    """To whom it isn't there (C-10)."""
    asked: str | None = None
    """What was searched for, or taken away."""


READINGS = Table(
    "ticket_readings",
    ReadingRow,
    {
        "ticket_id": lambda row: str(row.ticket_id) if row.ticket_id else None,
        "reader": lambda row: row.reader,
        "client": lambda row: row.client,
        "department": lambda row: row.department,
        "first_at": lambda row: column_time(row.first_at),
    },
    indexes=(
        ("ticket_id", "first_at"),
        ("reader", "first_at"),
        ("client", "first_at"),
        ("department", "first_at"),
        ("first_at",),
    ),
)


NOBODYS = UUID("0f0a8f3e-6a55-4c6b-8f57-2f1a3f0f7c11")


async def record_export(core: Core, caller: Caller, asked: str) -> None:
    """Stores that the caller takes a period away, with all its tickets; call it before."""
    await record_look(core, caller, None, TicketCard(), "period", asked)


async def record_look(
    core: Core,
    caller: Caller,
    ticket_id: UUID | None,
    card: TicketCard,
    what: Look,
    asked: str | None = None,
) -> None:
    """Stores that the caller looks; call it before anything is shown."""
    now = core.now()
    look = ReadingRow(
        ticket_id=ticket_id,
        reader=caller.key.client,
        what=what,
        first_at=now,
        last_at=now,
        times=1,
        client=card.client,
        department=card.department,
        against_person=card.against_person,
        asked=asked,
    )
    change = Fold(READINGS, _key_of(look), partial(_counted, look=look))
    await core.store.append(Append(rows=[change]))


def _key_of(look: ReadingRow) -> str:
    about = f"{look.what}/{look.reader}" + (f"/{look.asked}" if look.asked else "")
    return str(uuid5(look.ticket_id or NOBODYS, f"{look.first_at:%Y-%m-%dT%H:%M}/{about}"))


def _counted(row: ReadingRow | None, look: ReadingRow) -> ReadingRow:
    if row is None:
        return look
    return msgspec.structs.replace(row, last_at=max(row.last_at, look.last_at), times=row.times + 1)
