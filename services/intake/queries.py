"""Reads of intake's views; nothing here writes."""

from collections.abc import Sequence

from services.intake.bootstrap import Intake
from services.intake.models import TicketQuery
from services.intake.projections import TICKETS, TicketSummary
from services.intake.registration import phone_hash
from services.intake.rows import CUSTOMERS
from shared.http import is_about
from shared.keys import ApiKey
from shared.listing import bound, column_time, find, narrowings
from shared.tables import Query

Place = tuple[str, str]
"""A ticket's place in the list: when it came in, key."""
MAX_CUSTOMERS = 50


async def find_tickets(
    intake: Intake, key: ApiKey, asked: TicketQuery, after: Place | None
) -> tuple[list[TicketSummary], Place | None]:
    """The tickets that the key may see, newest first, and after which place more follow."""
    query = Query(
        TICKETS,
        asked.equal("status", "kind", "severity", "tier", "department", "external_id", "number"),
        at_least=bound("received_at", asked.received_from),
        at_most=bound("received_at", asked.received_until),
        order=("received_at",),
        after=after,
        descending=True,
        limit=asked.limit,
    )
    scopes = narrowings(key, asked.department)
    if asked.customer_phone is not None:
        refs = await _customers_with(intake, asked.customer_phone)
        scopes = [{**scope, "customer_ref": ref} for scope in scopes for ref in refs]
    found, following = await find(intake.core.store, query, scopes, _place_of)
    return [row for row in found if not is_about(key, row.against_person)], following


def _place_of(key: str, row: TicketSummary) -> Place:
    return column_time(row.received_at), key


async def _customers_with(intake: Intake, phone: str) -> Sequence[str]:
    hashed = phone_hash(intake.core.secret, phone)
    query = Query(CUSTOMERS, {"phone_hash": hashed}, limit=MAX_CUSTOMERS)
    found = await intake.core.store.query(query)
    return list(dict.fromkeys(str(row.customer_ref) for _, row in found))
