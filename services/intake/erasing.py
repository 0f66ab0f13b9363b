"""A person is erased here: all that says who they are goes, then their texts, as everywhere.

What a crash interrupts is finished at the next start: the row of an erasure says how far it came.
"""

from dataclasses import replace
from uuid import UUID

import msgspec

from services.intake.projections import TICKETS
from services.intake.rows import (
    CUSTOMER_TICKETS,
    CUSTOMERS,
    ERASURES,
    KNOWLEDGE,
    OWN,
    WORDS,
    Erasure,
)
from shared.codec import name_of_kind, unpack
from shared.contracts.intake import CustomerErased
from shared.erasing import BATCH, delete_found, erase_texts
from shared.event_store import Append
from shared.listing import column_time
from shared.messaging.envelope import Cause
from shared.service import Core
from shared.tables import Column, Delete, Fold, Query, RowChange


def confirmed_by(customer_ref: UUID, service: str) -> RowChange:
    """One more service keeps nothing that the person said."""

    def project(erasure: Erasure | None) -> Erasure | None:
        if erasure is None or service in erasure.erased_by:
            return erasure
        known = tuple(sorted((*erasure.erased_by, service)))
        return msgspec.structs.replace(erasure, erased_by=known)

    return Fold(ERASURES, str(customer_ref), project)


async def finish_erasures(core: Core) -> None:
    """Those that were begun here and interrupted."""
    query = Query(ERASURES, {"begun": "begun"}, limit=BATCH)
    while begun := await core.store.query(query):
        for key, _ in begun:
            await forget(core, UUID(key))
        query = replace(query, after=(begun[-1][0],))


async def forget(core: Core, customer_ref: UUID) -> None:
    """Deletes all that is kept of a person known as erased, and says so; a repeat says nothing."""
    after: tuple[Column, ...] | None = None
    equal = {"customer_ref": str(customer_ref)}
    while True:
        query = Query(TICKETS, equal, order=("received_at",), after=after, limit=BATCH)
        page = await core.store.query(query)
        for key, _ in page:
            await _forget_knowledge(core, key)
        keys = [str(customer_ref), *(key for key, _ in page)]
        await core.store.append(Append(rows=[Delete(CUSTOMERS, key) for key in keys]))
        if len(page) < BATCH:
            break
        after = column_time(page[-1][1].received_at), page[-1][0]
    done = confirmed_by(customer_ref, OWN)
    tickets = Delete(CUSTOMER_TICKETS, str(customer_ref))
    await erase_texts(core, customer_ref, await _cause(core, customer_ref), tickets, done)


async def _forget_knowledge(core: Core, ticket_id: str) -> None:
    """Its words may be the customer's; last the row by which they were found to be there."""
    if await core.store.get(KNOWLEDGE, ticket_id) is None:
        return
    await delete_found(core.store, Query(WORDS, {"ticket_id": ticket_id}, limit=BATCH))
    await core.store.append(Append(rows=[Delete(KNOWLEDGE, ticket_id)]))


async def _cause(core: Core, customer_ref: UUID) -> Cause:
    """The erasure, as it was stored."""
    erasure = name_of_kind(CustomerErased)
    stream = await core.store.read(customer_ref)
    metadata, _ = next(unpack(one.state) for one in stream if one.name == erasure)
    return Cause(
        actor=metadata.actor,
        correlation_id=metadata.correlation_id,
        causation_id=metadata.event_id,
        traceparent=metadata.traceparent,
    )
