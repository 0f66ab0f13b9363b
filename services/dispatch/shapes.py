"""The shapes that dispatch answers with."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.dispatch.domain.work_order import (
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
from shared.contracts.dispatch import (
    CancelReason,
    Finding,
    Role,
)
from shared.contracts.terms import (
    Channel,
    Kind,
    Severity,
    TakeoverLevel,
    Tier,
)


class TextView(msgspec.Struct, frozen=True):
    """A text as it was written; None once the person is erased."""

    field: str
    at: datetime
    text: str | None


class WorkOrderView(msgspec.Struct, frozen=True, kw_only=True):
    """A work order; the answer to a command leaves out what is not dispatch's own word."""

    work_order_id: UUID
    ticket_id: UUID
    number: str
    round: int
    role: Role
    department: str
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
    signatures: tuple[Signature, ...]
    links: dict[str, str]
    target_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    due_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    texts: tuple[TextView, ...] | msgspec.UnsetType = msgspec.UNSET
