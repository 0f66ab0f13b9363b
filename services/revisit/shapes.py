"""The shapes that revisit answers with."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.revisit.outbound_projections import OutboundState
from services.revisit.projections import State
from shared.contracts.revisit import AttemptOutcome, PassedTo, TaskOutcome
from shared.contracts.terms import ContactChannel, Tier


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt; its note only for a key that may read personal data."""

    at: datetime
    channel: ContactChannel
    outcome: AttemptOutcome
    note: str | None = None


class RevisitView(msgspec.Struct, frozen=True, kw_only=True):
    """A revisit; `attempts` is how many there were.

    A list leaves out what was said, and the answer to a command what is not revisit's own word.
    """

    revisit_id: UUID
    ticket_id: UUID
    number: str
    round: int
    state: State
    version: int
    tier: Tier
    department: str | None
    scheduled_at: datetime
    attempts: int
    solved: bool | None
    unreachable: bool
    score: int | None
    concluded_at: datetime | None
    links: dict[str, str]
    due_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    calls: tuple[CallView, ...] | msgspec.UnsetType = msgspec.UNSET
    remarks: str | msgspec.UnsetType | None = msgspec.UNSET
    new_complaint: str | msgspec.UnsetType | None = msgspec.UNSET
    erased: bool | msgspec.UnsetType = msgspec.UNSET
    """Said to who may read what was said: it is gone with the person."""


class OutboundTaskView(msgspec.Struct, frozen=True, kw_only=True):
    """An outbound task; `attempts` is how many there were, and a list leaves out each one.

    `planned` are all tasks of the key moment that was told, where it stands for several.
    """

    task_id: UUID
    customer_ref: UUID
    moment: str
    planned_for: str | None
    channel: ContactChannel | None
    state: OutboundState
    version: int
    passed_to: PassedTo | None
    created_at: datetime
    due_at: datetime | None
    attempts: int
    handed_over_at: datetime | None
    appointment_at: datetime | None
    outcome: TaskOutcome | None
    score: int | None
    information_passed_at: datetime | None
    filled_fields: tuple[str, ...] | None
    concluded_at: datetime | None
    links: dict[str, str]
    calls: tuple[CallView, ...] | msgspec.UnsetType = msgspec.UNSET
    erased: bool | msgspec.UnsetType = msgspec.UNSET
    """Said to who may read what was said: it is gone with the person."""
    handed_over_note: str | msgspec.UnsetType | None = msgspec.UNSET
    planned: tuple["OutboundTaskView", ...] | msgspec.UnsetType = msgspec.UNSET


class ServedGroupView(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a client's phone managers serve in a month, by number."""

    client: str
    month: str
    customers: int
    start_count: int | None
    end_count: int | None
    version: int
