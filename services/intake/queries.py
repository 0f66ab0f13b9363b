"""Reads of intake's views; nothing here writes."""

from collections.abc import Sequence
from datetime import datetime

from services.intake.bootstrap import Intake
from services.intake.models import TicketQuery
from services.intake.projections import CUSTOMERS, TICKETS, TicketSummary
from services.intake.registration import phone_hash
from shared.http import MalformedError
from shared.keys import ApiKey
from shared.listing import column_time, find, narrowings
from shared.tables import Column, Query

Place = tuple[str, str]
"""A ticket's place in the list: when it came in, key."""
MAX_CUSTOMERS = 50


async def find_tickets(
    intake: Intake, key: ApiKey, asked: TicketQuery, after: Place | None
) -> list[TicketSummary]:
    """The tickets that the key may see, newest first."""
    query = Query(
        TICKETS,
        asked.equal(),
        at_least=_bound("received_from", asked.received_from),
        at_most=_bound("received_until", asked.received_until),
        order=("received_at",),
        after=after,
        descending=True,
        limit=asked.limit,
    )
    scopes = narrowings(key, asked.department)
    if asked.customer_phone is not None:
        refs = await _customers_with(intake, asked.customer_phone)
        scopes = [{**scope, "customer_ref": ref} for scope in scopes for ref in refs]
    found = await find(intake.core.store, query, scopes, lambda _key, row: place_of(row))
    return [row for _, row in found]


def place_of(row: TicketSummary) -> Place:
    """Where a ticket stands in the list."""
    return column_time(row.received_at), str(row.ticket_id)


def _bound(name: str, moment: datetime | None) -> dict[str, Column]:
    if moment is None:
        return {}
    try:
        return {"received_at": column_time(moment)}
    except OverflowError:
        raise MalformedError((f"/query/{name}", "no calendar has that day")) from None


async def _customers_with(intake: Intake, phone: str) -> Sequence[str]:
    hashed = phone_hash(intake.core.secret, phone)
    query = Query(CUSTOMERS, {"phone_hash": hashed}, limit=MAX_CUSTOMERS)
    return [ref for ref, _ in await intake.core.store.query(query)]
