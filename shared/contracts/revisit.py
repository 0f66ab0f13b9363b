"""What revisit says: whether customers were called, back or at a key moment, and are satisfied."""

from typing import Literal
from uuid import UUID

from shared.contracts.terms import (
    Case,
    CheckpointSigned,
    ContactChannel,
    Event,
    Moment,
    PersonalDataRead,
    Text,
    TextsErased,
)

AttemptOutcome = Literal["reached", "no_answer", "refused"]
CancelReason = Literal["withdrawn", "merged", "closed"]
PassedTo = Literal["group_account_manager", "personal_account_manager", "counter"]
"""Who takes on what can't be solved on the phone (M-03)."""
ExemptedBy = Literal["client", "pack", "served-group"]
TaskOutcome = Literal["done", "refused", "unreachable"]


class RevisitScheduled(Event, frozen=True, kw_only=True):
    """The customer will be called back about one round (H-19)."""

    revisit_id: UUID
    ticket_id: UUID
    round: int
    case: Case
    number: str
    department: str | None = None
    told_at: Moment | None = None
    """When the customer was told what the call is about."""


class RevisitAttempted(Event, frozen=True, kw_only=True):
    """One try to call back."""

    revisit_id: UUID
    ticket_id: UUID
    round: int
    channel: ContactChannel
    outcome: AttemptOutcome
    note: Text | None = None


class RevisitConcluded(Event, frozen=True, kw_only=True):
    """Solved, not solved, or (`solved` is None) not reached in as many tries as the pack asks."""

    revisit_id: UUID
    ticket_id: UUID
    round: int
    solved: bool | None = None
    score: int | None = None
    """Satisfaction, 1 to 5."""
    remarks: Text | None = None
    new_complaint: Text | None = None
    """Another matter that the customer brought up: its own ticket, linked to this one (T-13)."""


class RevisitCancelled(Event, frozen=True, kw_only=True):
    """Nobody needs calling any more."""

    revisit_id: UUID
    ticket_id: UUID
    round: int
    reason: CancelReason


class RectificationOrdered(Event, frozen=True, kw_only=True):
    """Unsolved in the customer's eyes: back to the department; `round` is the new one (H-20)."""

    revisit_id: UUID
    ticket_id: UUID
    round: int
    case: Case
    number: str
    department: str | None = None


CallBackEvent = (
    RevisitScheduled | RevisitAttempted | RevisitConcluded | RevisitCancelled | RectificationOrdered
)


class OutboundTaskCreated(Event, frozen=True, kw_only=True):
    """A key moment, at which the customer will be called by `due_at` (M-02)."""

    task_id: UUID
    client: str
    customer_ref: UUID
    pack: str
    pack_version: int
    moment: str
    due_at: Moment
    passed_to: PassedTo | None = None
    planned_for: str | None = None
    """The key moment that this is one of the tasks of (T-12)."""
    channel: ContactChannel | None = None
    """How the customer is to be reached, where the pack says so."""


class OutboundTaskSuppressed(Event, frozen=True, kw_only=True):
    """A key moment at which nobody is called.

    The client or the pack exempts it (M-02), or the customer was not served that month (M-01).
    """

    task_id: UUID
    client: str
    customer_ref: UUID
    pack: str
    pack_version: int
    moment: str
    exempted_by: ExemptedBy
    passed_to: PassedTo | None = None
    planned_for: str | None = None
    channel: ContactChannel | None = None


class OutboundTaskAttempted(Event, frozen=True, kw_only=True):
    """One try to reach the customer."""

    task_id: UUID
    customer_ref: UUID
    channel: ContactChannel
    outcome: AttemptOutcome
    note: Text | None = None


class OutboundTaskHandedOver(Event, frozen=True, kw_only=True):
    """It can't be solved on the phone: others take it on (M-03)."""

    task_id: UUID
    customer_ref: UUID
    passed_to: PassedTo
    appointment_at: Moment | None = None
    """When the customer is expected there."""
    note: Text | None = None
    """What they need to know."""


class OutboundTaskConcluded(Event, frozen=True, kw_only=True):
    """What came of it, also where others took it on (M-03)."""

    task_id: UUID
    customer_ref: UUID
    outcome: TaskOutcome
    score: int | None = None
    """Satisfaction, 1 to 5."""
    passed_to: PassedTo | None = None
    information_passed_at: Moment | None = None
    """When who took it on was told what they need to know."""
    filled_fields: tuple[str, ...] | None = None
    """Names of the customer's data that were filled in."""


OutboundTaskEvent = (
    OutboundTaskCreated
    | OutboundTaskSuppressed
    | OutboundTaskAttempted
    | OutboundTaskHandedOver
    | OutboundTaskConcluded
)


class ServedGroupImported(Event, frozen=True, kw_only=True):
    """More of the customers whom a client's phone managers serve in a month (M-01)."""

    client: str
    month: str
    """As 2026-11."""
    customer_refs: tuple[UUID, ...]
    """Those that were not in it yet."""
    start_count: int | None = None
    """Customers at the month's start, and at its end: what their stability is (M-05)."""
    end_count: int | None = None


EVENTS: dict[str, type[Event]] = {
    "revisit-scheduled.v1": RevisitScheduled,
    "revisit-attempted.v1": RevisitAttempted,
    "revisit-concluded.v1": RevisitConcluded,
    "revisit-cancelled.v1": RevisitCancelled,
    "rectification-ordered.v1": RectificationOrdered,
    "outbound-task-created.v1": OutboundTaskCreated,
    "outbound-task-suppressed.v1": OutboundTaskSuppressed,
    "outbound-task-attempted.v1": OutboundTaskAttempted,
    "outbound-task-handed-over.v1": OutboundTaskHandedOver,
    "outbound-task-concluded.v1": OutboundTaskConcluded,
    "served-group-imported.v1": ServedGroupImported,
    "personal-data-read.v1": PersonalDataRead,
    "texts-erased.v1": TextsErased,
    "checkpoint-signed.v1": CheckpointSigned,
}
