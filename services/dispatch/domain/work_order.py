"""A work order: one round of a ticket at a department."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from services.dispatch.domain.holders import Holder
from shared.contracts.dispatch import (
    CancelReason,
    ContactOutcome,
    Finding,
    Guidance,
    NoticeAbout,
    NoticeOutcome,
    Role,
    Signatory,
)
from shared.contracts.terms import (
    AppealOutcome,
    Case,
    ContactChannel,
    DepartmentLevel,
    Level,
    Occasion,
    PauseReason,
    TakeoverLevel,
)

WorkOrderState = Literal[
    "offered", "accepted", "in_arbitration", "completed", "notified", "cancelled"
]


@dataclass(frozen=True, kw_only=True)
class ContactAttempt:
    at: datetime
    channel: ContactChannel
    outcome: ContactOutcome
    note_left: bool = False
    guidance: Guidance | None = None


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """What was written of the progress (H-16)."""

    at: datetime
    done: bool


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What the customer was told, or was tried to be told."""

    at: datetime
    about: NoticeAbout
    outcome: NoticeOutcome


@dataclass(frozen=True, kw_only=True)
class Extension:
    """To how long a time the customer consented, when and how (T-04)."""

    until: datetime
    consent_at: datetime
    consent_means: ContactChannel


@dataclass(frozen=True, kw_only=True)
class Suspension:
    """Why work rests, and since when."""

    reason: PauseReason
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """When the customer expects the handler (C-04)."""

    from_at: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class MissedAppointment(Appointment):
    """One that the customer did not keep (C-05)."""

    note_left: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What the customer was offered, and by whose authority (T-07)."""

    at: datetime
    level: Level
    remedy: str | None
    accepted_by_customer: bool


@dataclass(frozen=True, kw_only=True)
class WrittenAnswer:
    """The newest one, and what its review said, if it was (H-17, H-18)."""

    at: datetime
    written_by: str
    approved: bool | None = None
    reviewed_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signed the handling form, as what and when (H-28)."""

    at: datetime
    signed_as: Signatory
    signed_by: str


@dataclass(frozen=True, kw_only=True)
class Appeal:
    """What a work order of its own is for, and how it was answered (U-12)."""

    appeal_id: UUID
    through: str | None
    outcome: AppealOutcome | None = None


@dataclass(frozen=True, kw_only=True)
class WorkOrder:
    """As dispatch's own events tell it."""

    work_order_id: UUID
    ticket_id: UUID
    number: str
    case: Case
    round: int
    role: Role
    state: WorkOrderState
    department: str
    rule: str
    offered_at: datetime
    handler: str | None = None
    first_owner: str | None = None
    area: str | None = None
    against_person: str | None = None
    product: str | None = None
    in_writing: bool = False
    received_at: datetime | None = None
    """When the customer got in touch; None of work orders from before the field was there."""
    proposed_department: str | None = None
    accepted_at: datetime | None = None
    completed_at: datetime | None = None
    """When its form was returned; None, too, of rows from before the field was there."""
    promised_until: datetime | None = None
    finding: Finding | None = None
    solved: bool | None = None
    cancelled_because: CancelReason | None = None
    cancelled_in: WorkOrderState | None = None
    """What it was before: a merger may be taken back."""
    contact_attempts: tuple[ContactAttempt, ...] = ()
    progress: tuple[FollowUp, ...] = ()
    notices: tuple[Notice, ...] = ()
    extension: Extension | None = None
    suspension: Suspension | None = None
    appointment: Appointment | None = None
    missed_appointments: tuple[MissedAppointment, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    level: TakeoverLevel | None = None
    department_level: DepartmentLevel | None = None
    """None of departments named before the field was there."""
    taken_over_at: datetime | None = None
    escalations: tuple[UUID, ...] = ()
    """By which it went up: none acts twice."""
    written_answer: WrittenAnswer | None = None
    signatures: tuple[Signature, ...] = ()
    appeal: Appeal | None = None
    holders: tuple[Holder, ...] = ()
    messages: tuple[Occasion, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the customer, or who asked for help, still waits for its result."""
        ends = {"notified", "cancelled"} | (set() if self.role == "main" else {"completed"})
        return self.state not in ends

    @property
    def follow_ups(self) -> int:
        """How often it was found not done, and why was written."""
        return sum(not one.done for one in self.progress)

    @property
    def holding(self) -> tuple[str, str | None] | None:
        """Which department and handler have it; none in arbitration, and once it is done."""
        has = self.state in {"offered", "accepted"}
        return (self.department, self.handler) if has else None

    @property
    def awaits_written_answer(self) -> bool:
        """Whether the department still owes one, or another one than was refused (H-17, H-18)."""
        answer = self.written_answer
        return self.in_writing and self.is_open and (answer is None or answer.approved is False)

    @property
    def awaits_review(self) -> bool:
        """Whether the quality centre has a written answer before it (H-18)."""
        answer = self.written_answer
        return self.is_open and answer is not None and answer.approved is None

    @property
    def awaits_visit(self) -> bool:
        """Whether guidance by phone was last in vain, and nobody met the customer since (C-06)."""
        guided = [one for one in self.contact_attempts if one.guidance is not None]
        newest = max(guided, key=lambda one: one.at, default=None)
        if newest is None or newest.guidance == "solved":
            return False
        return not any(
            one.channel == "visit" and one.outcome == "reached" and one.at >= newest.at
            for one in self.contact_attempts
        )


def work_order_id(
    ticket_id: UUID, in_round: int, role: Role = "main", department: str | None = None
) -> UUID:
    """The same for the same round and role, and department asked for help, whoever asks."""
    asked = "" if department is None else f"/{department}"
    return uuid5(ticket_id, f"{in_round}/{role}{asked}")
