"""Contacts, from a request to the stream that keeps them and back to an answer."""

from uuid import UUID

import msgspec

from services.intake.bootstrap import Intake
from services.intake.contact_models import ContactView, RecordContactRequest
from services.intake.customers import customer_of
from services.intake.domain.contact import Contacts, RecordContact
from services.intake.domain.errors import ContactNotFoundError
from services.intake.models import Customer
from services.intake.projections import TICKETS, TicketSummary
from services.intake.registration import customer_ref, phone_hash, received_at
from services.intake.rows import CONTACTS, CUSTOMERS, ContactRow
from services.intake.views import visible_ticket
from shared.command_handler import Handled, Identity
from shared.contracts.intake import ContactRecorded
from shared.http import Caller, at_or_now, is_about, sees
from shared.ids import new_id
from shared.keys import ApiKey
from shared.masking import mask_name, mask_phone
from shared.personal_data import record_reading
from shared.tables import Put
from shared.vault import Deposit, read_texts_of

MOMENTS = ("offered_at", "answered_at", "abandoned_at", "ended_at")


async def record_contact(
    intake: Intake, caller: Caller, request: RecordContactRequest, identity: Identity | None
) -> Handled[Contacts]:
    """Stores the contact, in the stream of the one that it answers.

    Raises MalformedError, ContactNotFoundError, TicketNotRegisteredError, what CONTACT decides,
    IdempotencyKeyReusedError and what the store raises.
    """
    contact_id, stream, ticket, answered = new_id(), None, None, None
    if request.callback_of is not None:
        stream, answered = await visible_contact(intake, caller, request.callback_of, identity)
    if request.ticket_id is not None:
        ticket = await visible_ticket(intake, caller, request.ticket_id, identity)
    client, known = _whose(caller, ticket, answered)
    texts = Deposit(await _speaker(intake, client, request, known))
    contact = _draft(intake, caller, request, contact_id, texts)
    return await intake.contacts.handle(
        stream or contact_id,
        RecordContact(contact=contact, ticket_at=ticket.received_at if ticket else None),
        caller.cause,
        rows=(
            *texts.rows,
            Put(CONTACTS, str(contact_id), ContactRow(stream or contact_id)),
            customer_of(client, texts.customer_ref),
        ),
        identity=identity,
        is_new=stream is None,
    )


def _whose(
    caller: Caller, ticket: TicketSummary | None, answered: ContactRecorded | None
) -> tuple[str, UUID | None]:
    """The client that the contact is about, and whose matter it is, where that is known."""
    if ticket is not None:
        return ticket.case.client, ticket.case.customer_ref
    if answered is not None:
        return answered.client, answered.customer_ref
    return caller.key.client, None


async def _speaker(
    intake: Intake, client: str, request: RecordContactRequest, known: UUID | None
) -> UUID:
    """Who spoke: by their number, whosever matter it is; else whose matter it is, or nobody."""
    if request.number is None:
        return known or new_id()
    if request.ticket_id is not None:
        said = await intake.core.store.get(CUSTOMERS, str(request.ticket_id))
        if said and said.phone_hash == phone_hash(intake.core.secret, request.number):
            return said.customer_ref  # by an account, perhaps
    customer = Customer(name=request.name or request.number, phone=request.number)
    return customer_ref(intake.core.secret, client, customer)


def _draft(
    intake: Intake,
    caller: Caller,
    request: RecordContactRequest,
    contact_id: UUID,
    texts: Deposit,
) -> ContactRecorded:
    now = intake.core.now()
    for name in MOMENTS:
        at_or_now(getattr(request, name), now, f"/{name}")
    pack = caller.key.pack
    received = request.received_at or (None if request.at else request.offered_at)
    at = received_at(received, request.at, now)
    judged_by = intake.core.packs.find_in_force(pack, at)
    return ContactRecorded(
        contact_id=contact_id,
        client=caller.key.client,
        customer_ref=texts.customer_ref,
        channel=request.channel,
        customer_name=mask_name(request.name) if request.name else None,
        customer_phone=mask_phone(request.number) if request.number else None,
        name=texts.seal(request.name),
        number=texts.seal(request.number),
        content=texts.seal(request.content),
        offered_at=request.offered_at,
        answered_at=request.answered_at,
        abandoned_at=request.abandoned_at,
        ended_at=request.ended_at,
        wait_seconds=request.wait_seconds,
        rings=request.rings,
        tier=request.tier,
        business=request.business,
        branch=request.branch,
        answered_by=request.answered_by,
        warnings=request.warnings,
        ended_by=request.ended_by,
        ticket_id=request.ticket_id,
        callback_of=request.callback_of,
        pack=pack,
        pack_version=judged_by.version if judged_by else None,
        at=at,
    )


async def visible_contact(
    intake: Intake, caller: Caller, contact_id: UUID, identity: Identity | None = None
) -> tuple[UUID, ContactRecorded]:
    """The contact and its stream, if it is there for this caller. Raises ContactNotFoundError."""
    row = await intake.core.store.get(CONTACTS, str(contact_id))
    contacts = (await intake.contacts.load(row.stream))[0] if row else ()
    for contact in contacts:
        if row is None or contact.contact_id != contact_id:
            continue
        if await _sees(intake, caller, contact, identity):
            return row.stream, contact
    raise ContactNotFoundError


async def _sees(
    intake: Intake, caller: Caller, contact: ContactRecorded, identity: Identity | None
) -> bool:
    """Who recorded it, and whoever sees its ticket; not the person whom that is about."""
    if contact.client == caller.key.client:
        return True
    store = intake.core.store
    ticket = await store.get(TICKETS, str(contact.ticket_id)) if contact.ticket_id else None
    if ticket and is_about(caller.key, ticket.against_person):
        return False
    department = ticket.department if ticket else None
    return await sees(store, caller, contact.client, department, identity)


def contact_view(contact: ContactRecorded, key: ApiKey) -> ContactView:
    """Masked."""
    links = {"self": f"/intake/v1/contacts/{contact.contact_id}"}
    if contact.ticket_id:
        links["ticket"] = f"/intake/v1/tickets/{contact.ticket_id}"
    return ContactView(
        contact_id=contact.contact_id,
        customer_ref=contact.customer_ref if key.may("pii:read") else None,
        channel=contact.channel,
        received_at=contact.at,
        name=contact.customer_name,
        number=contact.customer_phone,
        offered_at=contact.offered_at,
        answered_at=contact.answered_at,
        abandoned_at=contact.abandoned_at,
        ended_at=contact.ended_at,
        wait_seconds=contact.wait_seconds,
        rings=contact.rings,
        tier=contact.tier,
        business=contact.business,
        branch=contact.branch,
        answered_by=contact.answered_by,
        warnings=contact.warnings,
        ended_by=contact.ended_by,
        ticket_id=contact.ticket_id,
        callback_of=contact.callback_of,
        links=links,
    )


async def full_contact_view(
    intake: Intake, caller: Caller, contact: ContactRecorded
) -> ContactView:
    """Unmasked, and the reading recorded, if the key may."""
    view = contact_view(contact, caller.key)
    sealed = {"name": contact.name, "number": contact.number, "content": contact.content}
    ids = {field: text.text_id for field, text in sealed.items() if text is not None}
    if not ids or not caller.key.may("pii:read"):
        return view
    await record_reading(intake.core, caller, contact.customer_ref, contact.contact_id, tuple(ids))
    texts = await read_texts_of(intake.core.store, contact.customer_ref, ids.values())
    if texts is None:
        return msgspec.structs.replace(view, erased=True)
    said = {field: texts[text_id] for field, text_id in ids.items() if text_id in texts}
    return msgspec.structs.replace(view, **said)
