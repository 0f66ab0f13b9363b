"""A person is erased, in each service alike: known as erased first, then texts and salts go.

In this order nothing slips through: what is stored before is found and deleted, what comes later is
kept as `[erased]`. Whatever is interrupted is done again from its beginning.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from shared.command_handler import CommandHandler
from shared.contracts.intake import CustomerErased
from shared.contracts.terms import Event, TextsErased
from shared.decider import Decider
from shared.event_store import Append
from shared.group_commit import EventStore
from shared.messaging.envelope import Cause, Envelope
from shared.service import Core
from shared.tables import Delete, Put, Query, RowChange
from shared.vault import ERASED, TEXTS, ErasedPerson

BATCH = 500
"""Rows deleted in one transaction."""


class Service(Protocol):
    """Whoever keeps texts."""

    @property
    def core(self) -> Core: ...


@dataclass(frozen=True, kw_only=True)
class ConfirmErasure:
    """Nothing that the person said is kept here any more."""

    customer_ref: UUID
    at: datetime


def confirm(command: ConfirmErasure, is_confirmed: bool) -> list[TextsErased]:  # noqa: FBT001 - the state
    return [] if is_confirmed else [TextsErased(customer_ref=command.customer_ref, at=command.at)]


def evolve(is_confirmed: bool, event: Event) -> bool:  # noqa: FBT001 - the state
    """The person's stream; in intake it begins with the erasure itself."""
    return is_confirmed or isinstance(event, TextsErased)


TEXTS_ERASURE: Decider[ConfirmErasure, bool, TextsErased] = Decider(
    initial=False, decide=confirm, evolve=evolve
)


async def on_customer_erased(envelope: Envelope[CustomerErased], service: Service) -> None:
    await erase_person(service.core, envelope.event, envelope.cause)


async def erase_person(core: Core, event: CustomerErased, cause: Cause) -> None:
    """Everything that this service keeps of the person."""
    key = str(event.customer_ref)
    if await core.store.get(ERASED, key) is None:
        await core.store.append(Append(rows=[erased(event.customer_ref, event.at)]))
    await erase_texts(core, event.customer_ref, cause)


def erased(customer_ref: UUID, at: datetime) -> RowChange:
    """From its commit on no text of the person is stored."""
    return Put(ERASED, str(customer_ref), ErasedPerson(at))


async def erase_texts(core: Core, customer_ref: UUID, cause: Cause, *rows: RowChange) -> None:
    """Deletes the texts of one known as erased, and says so; `rows` go with the saying, once."""
    await delete_found(core.store, Query(TEXTS, {"customer_ref": str(customer_ref)}, limit=BATCH))
    confirmations = CommandHandler(core.name, core.store, TEXTS_ERASURE, core.clock)
    command = ConfirmErasure(customer_ref=customer_ref, at=core.now())
    await confirmations.handle(customer_ref, command, cause, rows=rows)


async def delete_found(store: EventStore, query: Query[Any]) -> None:
    """Deletes all that the query finds, a batch of its limit at a time."""
    while found := await store.query(query):
        gone = [Delete(query.table, key) for key, _ in found]
        await store.append(Append(rows=gone))
