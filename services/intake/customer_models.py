"""A customer as they are sent in, shown and erased."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.intake.models import Customer
from shared.http import CommandBody


class RecordCustomerRequest(Customer, CommandBody):
    """As in a registration: who it is, and at least one way to reach them."""


class CustomerReceipt(msgspec.Struct, frozen=True):
    """The client's own reference for the person."""

    customer_ref: UUID
    links: dict[str, str]


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who somebody said to be."""

    name: str
    phone: str | None = None
    email: str | None = None
    account: str | None = None


class CustomerFile(msgspec.Struct, frozen=True):
    """Who the person said to be, each way once, the newest first."""

    customer_ref: UUID
    said: tuple[Person, ...]
    links: dict[str, str]


class ErasureView(msgspec.Struct, frozen=True):
    """Complete once every service has deleted what the person said."""

    customer_ref: UUID
    erased_at: datetime
    erased_by: tuple[str, ...]
    complete: bool
