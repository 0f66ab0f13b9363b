"""The shapes that intake answers with."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.intake.appeals import AppealView
from services.intake.progress import RevisitResult
from services.intake.promises import Promise
from services.intake.rows import PossibleDuplicate
from shared.contracts.intake import RaisedIn
from shared.contracts.terms import Channel, Kind, Severity, Status, Tier


class KnowledgeView(msgspec.Struct, frozen=True, kw_only=True):
    """What was published of a consultation."""

    ticket_id: UUID
    number: str
    title: str
    text: str
    category: str | None
    product: str | None
    published_at: datetime
    links: dict[str, str]


class CustomerView(msgspec.Struct, frozen=True, omit_defaults=True):
    """The customer, masked unless the key may read personal data.

    So is the reference: whoever guesses a number would learn by it whose the ticket is.
    """

    customer_ref: UUID | None
    name: str
    phone: str | None = None
    email: str | None = None
    account: str | None = None


class TextView(msgspec.Struct, frozen=True):
    """A text as it was written; None once the person is erased."""

    field: str
    at: datetime
    text: str | None


class TicketReceipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a command: the ticket as that command left it."""

    ticket_id: UUID
    number: str
    status: Status
    version: int
    links: dict[str, str]
    possible_duplicates: tuple[PossibleDuplicate, ...] = ()
    """In the answer to a registration: never merged by themselves."""


class BatchItem(msgspec.Struct, frozen=True, kw_only=True):
    """One of a batch: registered, or why not."""

    index: int
    status: int
    replayed: bool | msgspec.UnsetType = msgspec.UNSET
    ticket: TicketReceipt | msgspec.UnsetType = msgspec.UNSET
    problem: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a batch, in its order."""

    items: tuple[BatchItem, ...]


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket with its whole life; lists leave out the rest of its register (H-03)."""

    ticket_id: UUID
    number: str
    status: Status
    version: int
    kind: Kind
    severity: Severity
    channel: Channel
    tier: Tier
    pack: str
    category: str | None
    product: str | None
    area: str | None
    external_id: str | None
    department: str | None
    received_at: datetime
    closed_as: str | None
    merged_into: UUID | None
    rounds: int
    repeats: int
    publicity_threat: bool
    customer: CustomerView
    content: str | None = None
    promises: tuple[Promise, ...] = ()
    appeal: AppealView | None = None
    revisits: tuple[RevisitResult, ...] = ()
    raised_in: RaisedIn | None = None
    raised: tuple[UUID, ...] = ()
    links: dict[str, str]
    receiver: str | msgspec.UnsetType | None = msgspec.UNSET
    branch: str | msgspec.UnsetType | None = msgspec.UNSET
    merchant: str | msgspec.UnsetType | None = msgspec.UNSET
    verified_by: str | msgspec.UnsetType | None = msgspec.UNSET
    subject: str | msgspec.UnsetType | None = msgspec.UNSET
    requested_remedy: str | msgspec.UnsetType | None = msgspec.UNSET
    contact_person: str | msgspec.UnsetType | None = msgspec.UNSET
    product_serial: str | msgspec.UnsetType | None = msgspec.UNSET
    unit_number: str | msgspec.UnsetType | None = msgspec.UNSET
    texts: tuple[TextView, ...] | msgspec.UnsetType = msgspec.UNSET
    """What was said later, oldest first: only for who may read personal data."""
    erased: bool | msgspec.UnsetType = msgspec.UNSET
    """Said to who may read personal data: the person is erased, and the content with them."""
