"""The regulations' terms, as the types that events and requests share."""

from datetime import datetime
from typing import Annotated, Literal, get_args
from unicodedata import normalize
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
Status = Literal[
    "registered",
    "dispatched",
    "accepted",
    "in_progress",
    "completed",
    "notified",
    "in_revisit",
    "closed",
    "withdrawn",
    "merged",
]
STATUSES: tuple[Status, ...] = get_args(Status)
"""How far a ticket is, the last three for good."""
Occasion = Literal["registered", "dispatched", "delayed", "result"]
"""When a customer hears by themselves how far their matter is (U-14)."""
PauseReason = Literal["awaiting_customer", "force_majeure"]
PAUSE_REASONS: tuple[PauseReason, ...] = get_args(PauseReason)
Level = Literal["handler", "supervisor", "manager", "city", "province", "nation"]
"""Who acts, lowest first: within a department, then above it."""
LEVELS: tuple[Level, ...] = get_args(Level)
"""Lowest first."""
DepartmentLevel = Literal["city", "province", "nation"]
"""Where a department stands in the company (U-01)."""
Headed = Literal["supervisor", "manager"]
"""Where a department has a head of its own."""
TakeoverLevel = Literal["supervisor", "manager", "city", "province", "nation"]
CALLS_IN_VAIN = frozenset({"no_answer", "refused"})
"""With what outcome a call by phone was one try to reach the customer (C-07, H-19)."""
AppealOutcome = Literal["upheld", "rejected", "settled"]
"""How the nation level answers an appeal (U-12)."""
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


class TextsErased(Event, frozen=True, kw_only=True):
    """The publisher keeps nothing any more that an erased person said; the stream is theirs."""

    customer_ref: UUID


class CheckpointSigned(Event, frozen=True, kw_only=True):
    """A service's word on its own log, signed: so many events up to there, under this hash.

    The hash is the root of the Merkle tree over them. `at` is when it was signed; the stream is
    the service's own. Intake says reporting's words again, which has no topic (ADR 0016).
    """

    service: str
    epoch: UUID
    size: int
    position: int
    root: str
    key_id: str
    """Which of the service's keys signed."""
    signature: str
    """Ed25519, in base64."""


def is_call_in_vain(channel: ContactChannel, outcome: str) -> bool:
    """Whether the customer was called, on their own number, and not reached.

    A message is no call, and who answers at a wrong number isn't the customer.
    """
    return channel == "phone" and outcome in CALLS_IN_VAIN


def same_person(one: str, other: str | None) -> bool:
    """Whether both name the same member of staff, as people write names: `Li.Na` is `li.na`.

    Compared as in Unicode's caseless matching of compatible characters: full-width letters too.
    """
    return other is not None and folded_name(one) == folded_name(other)


def folded_name(name: str) -> str:
    """A member of staff's name in the one spelling that all others of it come to."""
    return normalize("NFKC", normalize("NFKC", name).casefold()).strip()
