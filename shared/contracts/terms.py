"""The regulations' terms, as the types that events and requests share."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

Kind = Literal[
    "complaint",
    "consultation",
    "query",
    "suggestion",
    "fault_report",
    "service_request",
    "praise",
]
Severity = Literal["simple", "general", "complex", "major"]
Channel = Literal[
    "phone",
    "web",
    "app",
    "sms",
    "email",
    "fax",
    "letter",
    "counter",
    "social",
    "account_manager",
    "system",
]
ContactChannel = Literal["phone", "visit", "web", "app", "sms", "email", "fax", "letter", "counter"]
Tier = Literal["standard", "silver", "gold", "diamond", "supreme"]
PauseReason = Literal["awaiting_customer", "force_majeure"]
Level = Literal["handler", "supervisor", "manager", "city", "province", "nation"]
"""Who acts, lowest first: within a department, then above it."""
TakeoverLevel = Literal["supervisor", "manager", "city", "province", "nation"]
TIERS: tuple[Tier, ...] = ("supreme", "diamond", "gold", "silver", "standard")
"""Highest first: the order in which customers are served (U-09)."""

Moment = Annotated[datetime, Meta(tz=True)]
"""An aware datetime; the codec writes it in UTC."""


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact in the past tense; `at` is when it happened, not when it was recorded."""

    at: Moment


class Text(Struct, frozen=True, kw_only=True):
    """Free text that stays in its service's vault: SHA-256(salt ‖ text) proves it unread."""

    text_id: UUID
    digest: str


class Case(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every service needs to decide about a ticket without asking another one."""

    client: str
    customer_ref: UUID
    pack: str
    pack_version: int
    kind: Kind
    severity: Severity
    channel: Channel
    tier: Tier
    category: str | None = None


class PersonalDataRead(Event, frozen=True, kw_only=True):
    """Somebody with the scope `pii:read` was shown a person's data; the stream is the reader's."""

    reader: str
    customer_ref: UUID
    subject_id: UUID
    fields: tuple[str, ...]


def same_person(one: str, other: str | None) -> bool:
    """Whether both name the same member of staff, as people write names: `Li.Na` is `li.na`."""
    return other is not None and one.strip().casefold() == other.strip().casefold()
