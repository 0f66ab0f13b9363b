"""A work order: one round of a ticket at a department."""

from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Literal
from uuid import UUID, uuid5

from shared.contracts.dispatch import (
    CancelReason,
    ContactOutcome,
    Finding,
    NoticeAbout,
    NoticeOutcome,
    Role,
    Signatory,
)
from shared.contracts.terms import Case, ContactChannel, Level, PauseReason, TakeoverLevel
from shared.packs import Attempts

WorkOrderState = Literal[
    "offered", "accepted", "in_arbitration", "completed", "notified", "cancelled"
]


@dataclass(frozen=True, kw_only=True)
class ContactAttempt:
    at: datetime
    channel: ContactChannel
    outcome: ContactOutcome
    note_left: bool = False


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
    received_at: datetime | None = None
    """When the customer got in touch; None of work orders from before the field was there."""
    proposed_department: str | None = None
    promised_until: datetime | None = None
    finding: Finding | None = None
    solved: bool | None = None
    cancelled_because: CancelReason | None = None
    contact_attempts: tuple[ContactAttempt, ...] = ()
    progress: tuple[FollowUp, ...] = ()
    notices: tuple[Notice, ...] = ()
    extension: Extension | None = None
    suspension: Suspension | None = None
    appointment: Appointment | None = None
    missed_appointments: tuple[MissedAppointment, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    level: TakeoverLevel | None = None
    written_answer: WrittenAnswer | None = None
    signatures: tuple[Signature, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the customer, or who asked for help, still waits for its result."""
        ends = {"notified", "cancelled"} | ({"completed"} if self.role == "help" else set())
        return self.state not in ends

    @property
    def follow_ups(self) -> int:
        """How often it was found not done, and why was written."""
        return sum(not one.done for one in self.progress)

    def is_unreachable(self, required: Attempts) -> bool:
        """Whether the tries since the customer was last reached are as many as required."""
        failed = list(takewhile(lambda one: one.outcome != "reached", self.contact_attempts[::-1]))
        calls = (one.at for one in failed if one.channel != "visit")
        visited = any(one.channel == "visit" and one.note_left for one in failed)
        return required.enough(calls, visited=visited)


def work_order_id(
    ticket_id: UUID, in_round: int, role: Role = "main", department: str | None = None
) -> UUID:
    """The same for the same round and role, and department asked for help, whoever asks."""
    asked = "" if department is None else f"/{department}"
    return uuid5(ticket_id, f"{in_round}/{role}{asked}")
