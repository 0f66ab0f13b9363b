"""What revisit says: whether the customer was called back, and is satisfied."""

from typing import Literal
from uuid import UUID

from shared.contracts.terms import Case, ContactChannel, Event, Moment, PersonalDataRead, Text

AttemptOutcome = Literal["reached", "no_answer", "refused"]
CancelReason = Literal["withdrawn", "merged", "closed"]


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

EVENTS: dict[str, type[Event]] = {
    "revisit-scheduled.v1": RevisitScheduled,
    "revisit-attempted.v1": RevisitAttempted,
    "revisit-concluded.v1": RevisitConcluded,
    "revisit-cancelled.v1": RevisitCancelled,
    "rectification-ordered.v1": RectificationOrdered,
    "personal-data-read.v1": PersonalDataRead,
}
