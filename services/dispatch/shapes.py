"""The shapes that dispatch answers with."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.dispatch.domain.form import FormPart
from services.dispatch.domain.work_order import (
    Appeal,
    Appointment,
    ContactAttempt,
    Extension,
    FollowUp,
    MissedAppointment,
    Notice,
    Proposal,
    Signature,
    Suspension,
    WorkOrderState,
    WrittenAnswer,
)
from services.dispatch.projections import RevisitResult
from shared.contracts.dispatch import CancelReason, Finding, Role
from shared.contracts.terms import (
    Channel,
    DepartmentLevel,
    Kind,
    Occasion,
    Severity,
    TakeoverLevel,
    Tier,
)


class TextView(msgspec.Struct, frozen=True):
    """A text as it was written; None once the person is erased."""

    field: str
    at: datetime
    text: str | None


class HolderView(msgspec.Struct, frozen=True, kw_only=True):
    """Who had it, and for how long; `until` is null of who has it now."""

    department: str
    handler: str | None
    from_at: datetime = msgspec.field(name="from")
    until: datetime | None


class FormView(msgspec.Struct, frozen=True):
    """Whether the handling form carries all that it must, and what it lacks (H-28)."""

    complete: bool
    missing: tuple[FormPart, ...]


class WorkOrderView(msgspec.Struct, frozen=True, kw_only=True):
    """A work order; the answer to a command leaves out what is not dispatch's own word."""

    work_order_id: UUID
    ticket_id: UUID
    number: str
    round: int
    role: Role
    department: str
    department_level: DepartmentLevel | None
    handler: str | None
    state: WorkOrderState
    version: int
    rule: str
    pack: str
    kind: Kind
    severity: Severity
    channel: Channel
    tier: Tier
    category: str | None
    area: str | None
    first_owner: str | None
    proposed_department: str | None
    offered_at: datetime
    promised_until: datetime | None
    finding: Finding | None
    solved: bool | None
    cancelled_because: CancelReason | None
    follow_ups: int
    contact_attempts: tuple[ContactAttempt, ...]
    progress: tuple[FollowUp, ...]
    notices: tuple[Notice, ...]
    extension: Extension | None
    suspended: Suspension | None
    appointment: Appointment | None
    missed_appointments: tuple[MissedAppointment, ...]
    proposals: tuple[Proposal, ...]
    level: TakeoverLevel | None
    written_answer: WrittenAnswer | None
    written_answer_due: bool
    review_due: bool
    signatures: tuple[Signature, ...]
    appeal: Appeal | None
    holders: tuple[HolderView, ...]
    progress_messages: tuple[Occasion, ...]
    links: dict[str, str]
    target_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    due_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    revisit: RevisitResult | msgspec.UnsetType | None = msgspec.UNSET
    """Null until the customer was called back about the round; always of help and appeals."""
    form: FormView | msgspec.UnsetType | None = msgspec.UNSET
    """Null of help, appeals, and what was cancelled."""
    texts: tuple[TextView, ...] | msgspec.UnsetType = msgspec.UNSET
    erased: bool | msgspec.UnsetType = msgspec.UNSET
    """Said to who may read the texts: they are gone with the person."""
