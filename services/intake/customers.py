"""A client's customers: known by a reference, shown to those who may know them, and erased."""

from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from services.intake.bootstrap import Intake
from services.intake.customer_models import CustomerFile, Person, RecordCustomerRequest
from services.intake.domain.customer import EraseCustomer
from services.intake.domain.errors import CustomerNotFoundError
from services.intake.erasing import forget
from services.intake.projections import TICKETS
from services.intake.registration import customer_ref, customer_row
from services.intake.rows import (
    CUSTOMER_TICKETS,
    CUSTOMERS,
    ERASURES,
    OWN,
    CustomerTickets,
    Erasure,
)
from shared.command_handler import IDEMPOTENCY, IdempotencyKeyReusedError, IdempotencyRow, Identity
from shared.decider import ErasedError
from shared.erasing import erased
from shared.event_store import Append, Backend, RowConflictError
from shared.http import Caller, Problem, at_or_now
from shared.personal_data import record_reading
from shared.tables import Fold, Insert, Put, Query, RowChange
from shared.vault import unless_erased

MOST_TICKETS = 200
"""Looked at for who the person said to be, the newest."""
MOST_NAMES = 50


@dataclass(frozen=True)
class Known:
    """The client's reference for a person."""

    customer_ref: UUID
    replayed: bool = False


async def record_customer(
    intake: Intake, caller: Caller, request: RecordCustomerRequest, identity: Identity
) -> Known:
    """Keeps who it is, under the reference that a registration would find.

    Raises MalformedError, ErasedError, IdempotencyKeyReusedError and what the store raises.
    """
    said_at = at_or_now(request.at, intake.core.now())
    client = caller.key.client
    ref = customer_ref(intake.core.secret, client, request)
    row = customer_row(intake, caller, ref, request, said_at)
    once = Insert(IDEMPOTENCY, identity.key, IdempotencyRow(identity.fingerprint, ref, 0))
    rows = (once, unless_erased(ref), Put(CUSTOMERS, str(ref), row), customer_of(client, ref))
    try:
        await intake.core.store.append(Append(rows=rows))
    except RowConflictError:
        return await _replay(intake, identity)
    return Known(ref)


async def _replay(intake: Intake, identity: Identity) -> Known:
    first = await intake.core.store.get(IDEMPOTENCY, identity.key)
    if first is None or first.fingerprint != identity.fingerprint:
        raise IdempotencyKeyReusedError
    return Known(first.stream, replayed=True)


def customer_of(client: str, ref: UUID) -> RowChange:
    """The client knows that person, also without a ticket."""

    def project(known: CustomerTickets | None) -> CustomerTickets:
        return known or CustomerTickets(client=client)

    return Fold(CUSTOMER_TICKETS, str(ref), project)


async def _find(intake: Intake, caller: Caller, ref: UUID) -> tuple[str, Erasure | None]:
    erasure = await intake.core.store.get(ERASURES, str(ref))
    known = erasure or await intake.core.store.get(CUSTOMER_TICKETS, str(ref))
    if known is None or not caller.key.may_see(known.client, None):
        raise CustomerNotFoundError
    return known.client, erasure


async def read_customer(intake: Intake, caller: Caller, ref: UUID) -> CustomerFile:
    """Who the person said to be; the reading is recorded.

    Raises CustomerNotFoundError, and Problem 410 where they are erased.
    """
    _, erasure = await _find(intake, caller, ref)
    if erasure is not None:
        raise Problem(
            410,
            ErasedError.code,
            titles=(ErasedError.zh, ErasedError.en),
            erased_at=erasure.erased_at,
            erased_by=erasure.erased_by,
            complete=erasure.is_complete,
        )
    await record_reading(intake.core, caller, ref, ref, ("customer",))
    said = await intake.core.store.run(lambda backend: _said(backend, ref))
    return CustomerFile(
        customer_ref=ref,
        said=tuple(islice(dict.fromkeys(said), MOST_NAMES)),
        links={"self": link_to(ref)},
    )


def link_to(ref: UUID) -> str:
    return f"/intake/v1/customers/{ref}"


def _said(backend: Backend, ref: UUID) -> list[Person]:
    """Each time, the newest first."""
    tickets = Query(
        TICKETS,
        {"customer_ref": str(ref)},
        order=("received_at",),
        descending=True,
        limit=MOST_TICKETS,
    )
    rows = [
        (ticket.received_at, backend.read_row(CUSTOMERS, key))
        for key, ticket in backend.query(tickets)
    ]
    own = backend.read_row(CUSTOMERS, str(ref))
    if own is not None and own.said_at is not None:
        rows.append((own.said_at, own))
        rows.sort(key=lambda one: one[0], reverse=True)
    return [
        Person(row.name, row.phone, row.email, row.account) for _, row in rows if row is not None
    ]


async def erase_customer(intake: Intake, caller: Caller, ref: UUID) -> Erasure:
    """Erases the person here, and has every service do it; a repeat decides nothing.

    Raises CustomerNotFoundError and what the store raises.
    """
    client, erasure = await _find(intake, caller, ref)
    if erasure is None:
        await begin_erasure(intake, caller, ref, client)
    if erasure is None or OWN not in erasure.erased_by:
        await forget(intake.core, ref)
    erasure = await intake.core.store.get(ERASURES, str(ref))
    assert erasure is not None  # noqa: S101 - stored with the event, and never deleted
    return erasure


async def begin_erasure(intake: Intake, caller: Caller, ref: UUID, client: str) -> None:
    """From its commit on nothing new is kept of the person, and others will hear of it."""
    now = intake.core.now()
    begun = Put(ERASURES, str(ref), Erasure(client=client, erased_at=now))
    command = EraseCustomer(customer_ref=ref, client=client, at=now)
    await intake.customers.handle(ref, command, caller.cause, rows=(erased(ref, now), begun))
