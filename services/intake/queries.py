"""Reads of intake's views; nothing here writes."""

import heapq
from collections.abc import Mapping, Sequence
from datetime import datetime

from services.intake.bootstrap import Intake
from services.intake.models import TicketQuery
from services.intake.projections import CUSTOMERS, TICKETS, TicketSummary
from services.intake.registration import phone_hash
from shared.keys import EVERY_DEPARTMENT, ApiKey
from shared.tables import Column, Query

MAX_CUSTOMERS = 50


async def find_tickets(
    intake: Intake, key: ApiKey, asked: TicketQuery, after: tuple[str, str] | None
) -> list[TicketSummary]:
    """The tickets that the key may see, newest first."""
    found: list[list[tuple[str, TicketSummary]]] = []
    for scope in await _scopes(intake, key, asked):
        query = Query(
            TICKETS,
            {**asked.equal(), **scope},
            at_least=_bound(asked.received_from),
            at_most=_bound(asked.received_until),
            order=("received_at",),
            after=after,
            descending=True,
            limit=asked.limit,
        )
        found.append(await intake.core.store.query(query))
    merged = heapq.merge(*found, key=_order, reverse=True)
    return [row for _, row in merged][: asked.limit]


def _bound(moment: datetime | None) -> dict[str, Column]:
    return {"received_at": column_time(moment)} if moment else {}


def column_time(moment: datetime) -> str:
    """A time as the view's column holds it: fixed width, so that text order is time order."""
    return moment.isoformat(timespec="microseconds")


def _order(item: tuple[str, TicketSummary]) -> tuple[str, str]:
    key, row = item
    return column_time(row.received_at), key


async def _scopes(
    intake: Intake, key: ApiKey, asked: TicketQuery
) -> Sequence[Mapping[str, Column]]:
    """One narrowing for each query that together show all that the key may see, and no more."""
    mine: list[dict[str, Column]]
    if "admin" in key.scopes or EVERY_DEPARTMENT in key.departments:
        mine = [{}]
    elif key.departments:
        mine = [{"department": one} for one in key.departments if asked.department in {None, one}]
    else:
        mine = [{"client": key.client}]
    if asked.customer_phone is None:
        return mine
    refs = await _customers_with(intake, asked.customer_phone)
    return [{**scope, "customer_ref": ref} for scope in mine for ref in refs]


async def _customers_with(intake: Intake, phone: str) -> list[str]:
    hashed = phone_hash(intake.core.secret, phone)
    query = Query(CUSTOMERS, {"phone_hash": hashed}, limit=MAX_CUSTOMERS)
    return [ref for ref, _ in await intake.core.store.query(query)]
