"""From a request to the register: who the customer is, what goes to the vault, the number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.bootstrap import Intake
from services.intake.domain.commands import RegisterTicket
from services.intake.domain.stages import Ticket
from services.intake.duplicates import Earlier, kept_duplicates
from services.intake.models import Customer, RegisterTicketRequest
from services.intake.numbers import new_number
from services.intake.rows import CUSTOMERS, NUMBERS, CustomerRow, NumberRow, PossibleDuplicate
from shared.command_handler import Handled, Identity
from shared.contracts.intake import TicketRegistered
from shared.contracts.terms import Case
from shared.event_store import RowConflictError
from shared.http import Caller, MalformedError, Problem, at_or_now, since_earliest, unavailable
from shared.ids import new_id
from shared.masking import MOBILE_DIGITS, mask_name, mask_phone
from shared.packs import Pack
from shared.secret import keyed_hash
from shared.tables import Insert, RowChange
from shared.vault import Deposit

NUMBER_TRIES = 5
EITHER_KEY = (
    "请提供 Idempotency-Key 或 external_id。",
    "Give an Idempotency-Key header or an external_id.",
)
_CHINESE_MOBILE = re.compile(r"(0086|86)1\d{10}")


@dataclass(frozen=True)
class Draft:
    """A register ready to be stored, with what goes beside it."""

    register: TicketRegistered
    rows: Sequence[RowChange]


@dataclass(frozen=True)
class Registration:
    """The ticket as it was registered, and what else may be about the same matter."""

    handled: Handled[Ticket]
    possible_duplicates: tuple[PossibleDuplicate, ...]


async def register_ticket(
    intake: Intake, caller: Caller, request: RegisterTicketRequest, identity: Identity | None
) -> Registration:
    """Stores the ticket, or finds the one that the same key made before.

    Raises Problem, IdempotencyKeyReusedError and what the store raises.
    """
    if identity is None:
        raise Problem(400, "idempotency-key-required", titles=EITHER_KEY)
    ticket_id = new_id()
    for _ in range(NUMBER_TRIES):
        draft = draft_register(intake, caller, request, ticket_id)
        earlier = Earlier(draft.register)
        try:
            handled = await intake.tickets.handle(
                ticket_id,
                RegisterTicket(register=draft.register),
                caller.cause,
                rows=(*draft.rows, earlier.change),
                identity=identity,
                is_new=True,
            )
        except RowConflictError as conflict:
            if conflict.table != NUMBERS.name:
                raise
            continue
        if handled.replayed:
            return Registration(handled, await kept_duplicates(intake, handled.stream))
        return Registration(handled, await earlier.find_alike(intake, caller.key))
    raise unavailable()


def draft_register(
    intake: Intake, caller: Caller, request: RegisterTicketRequest, ticket_id: UUID
) -> Draft:
    """Settles all that the register says. Raises MalformedError."""
    now = intake.core.now()
    at = received_at(request.received_at, request.at, now)
    pack = _pack(intake, request.pack or caller.key.pack, at)
    ref = customer_ref(intake.core.secret, caller.key.client, request.customer)
    number = new_number(now)
    texts = Deposit(ref)
    register = TicketRegistered(
        ticket_id=ticket_id,
        number=number,
        case=Case(
            client=caller.key.client,
            customer_ref=ref,
            pack=pack.name,
            pack_version=pack.version,
            kind=request.kind,
            severity=request.severity,
            channel=request.channel,
            tier=request.tier,
            category=request.category,
        ),
        content=texts.seal(request.content),
        subject=texts.seal(request.subject),
        requested_remedy=texts.seal(request.requested_remedy),
        contact_person=texts.seal(request.contact_person),
        customer_name=mask_name(request.customer.name),
        customer_phone=mask_phone(request.customer.phone) if request.customer.phone else None,
        product=request.product,
        product_serial=texts.seal(request.product_serial),
        unit_number=texts.seal(request.unit_number),
        area=request.area,
        branch=request.branch,
        merchant=request.merchant,
        receiver=request.receiver or caller.key.client,
        against_person=request.against.person if request.against else None,
        verified_by=request.verified_by,
        external_id=request.external_id,
        at=at,
    )
    texts.keep(CUSTOMERS, str(ticket_id), customer_row(intake, caller, ref, request.customer))
    return Draft(register, (*texts.rows, Insert(NUMBERS, number, NumberRow(ticket_id))))


def _pack(intake: Intake, name: str, at: datetime) -> Pack:
    """The version in force then."""
    pack = intake.core.packs.find_in_force(name, at)
    if pack is None:
        raise MalformedError(("/pack", ("没有该规章包。", "there is no such pack")))
    return pack


def received_at(received: datetime | None, at: datetime | None, now: datetime) -> datetime:
    """When the customer got in touch, in whichever way it was said. Raises MalformedError."""
    if received and at and received != at:
        raise MalformedError(("/at", ("与 received_at 不一致。", "differs from received_at")))
    pointer = "/received_at" if received else "/at"
    return since_earliest(at_or_now(received or at, now, pointer), pointer)


def customer_ref(secret: bytes, client: str, customer: Customer) -> UUID:
    """One reference per person and client: by account, else phone, else e-mail address."""
    if customer.account:
        how, value = "account", customer.account
    elif customer.phone:
        how, value = "phone", normal_phone(customer.phone)
    else:
        how, value = "email", (customer.email or "").lower()
    return UUID(bytes=keyed_hash(secret, client, how, value)[:16], version=5)


def normal_phone(phone: str) -> str:
    """Digits only, without China's country code."""
    digits = "".join(filter(str.isdecimal, phone))
    return digits[-MOBILE_DIGITS:] if _CHINESE_MOBILE.fullmatch(digits) else digits


def phone_hash(secret: bytes, phone: str) -> str:
    """What a search by phone number looks for, in whatever way the number was written."""
    return keyed_hash(secret, "phone", normal_phone(phone)).hex()


def customer_row(
    intake: Intake,
    caller: Caller,
    ref: UUID,
    customer: Customer,
    said_at: datetime | None = None,
) -> CustomerRow:
    """Who the customer says to be, and by what they are found."""
    phone = customer.phone
    return CustomerRow(
        customer_ref=ref,
        client=caller.key.client,
        name=customer.name,
        phone=customer.phone,
        email=customer.email,
        account=customer.account,
        phone_hash=phone and phone_hash(intake.core.secret, phone),
        said_at=said_at,
    )
