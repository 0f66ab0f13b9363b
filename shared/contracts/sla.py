"""What sla says: which promises run, which were kept, who must act because time ran out."""

from typing import Literal
from uuid import UUID

from shared.contracts.terms import Event, Moment

Step = Literal["reminder", "warning", "level-1", "level-2", "level-3", "level-4"]
STEPS: tuple[Step, ...] = ("reminder", "warning", "level-1", "level-2", "level-3", "level-4")
CancelReason = Literal["withdrawn", "merged", "next-round", "reclassified"]


class ClockEvent(Event, frozen=True, kw_only=True):
    """Names one clock of one ticket: its round, and its occurrence within the round."""

    ticket_id: UUID
    clock: str
    round: int
    occurrence: str
    """The work order for clocks of a work order, else the event that started it."""


class ClockStarted(ClockEvent, frozen=True, kw_only=True):
    """A promise runs; `at` is its start."""

    pack: str
    pack_version: int
    calendar_version: str
    target_at: Moment | None = None
    due_at: Moment | None = None
    provisional: bool = False
    """A day of it lies in a year whose holidays nobody announced yet."""


class ClockMet(ClockEvent, frozen=True, kw_only=True):
    """Kept, or kept late; `at` is when the stopping fact happened."""

    late: bool


class ClockMissed(ClockEvent, frozen=True, kw_only=True):
    """The limit passed while the clock ran; `at` is the limit."""


class ClockCancelled(ClockEvent, frozen=True, kw_only=True):
    """Nobody waits for it any more."""

    reason: CancelReason


class DeadlineMoved(ClockEvent, frozen=True, kw_only=True):
    """The promised time is another one now; both are kept."""

    reason: str
    target_at: Moment | None = None
    due_at: Moment | None = None
    previous_target_at: Moment | None = None
    previous_due_at: Moment | None = None
    provisional: bool = False


class EscalationRaised(ClockEvent, frozen=True, kw_only=True):
    """Somebody must act; `due_at` is when the rung fell due, `at` when it was raised."""

    escalation_id: UUID
    step: Step
    addressee: tuple[str, ...]
    due_at: Moment


class EscalationWithdrawn(ClockEvent, frozen=True, kw_only=True):
    """A fact heard late shows that it need not have been raised."""

    escalation_id: UUID
    step: Step
    reason: str


class EscalationAcknowledged(ClockEvent, frozen=True, kw_only=True):
    """The addressee has seen it."""

    escalation_id: UUID
    step: Step
    acknowledged_by: str


ClocksEvent = (
    ClockStarted
    | ClockMet
    | ClockMissed
    | ClockCancelled
    | DeadlineMoved
    | EscalationRaised
    | EscalationWithdrawn
    | EscalationAcknowledged
)

EVENTS: dict[str, type[Event]] = {
    "clock-started.v1": ClockStarted,
    "clock-met.v1": ClockMet,
    "clock-missed.v1": ClockMissed,
    "clock-cancelled.v1": ClockCancelled,
    "deadline-moved.v1": DeadlineMoved,
    "escalation-raised.v1": EscalationRaised,
    "escalation-withdrawn.v1": EscalationWithdrawn,
    "escalation-acknowledged.v1": EscalationAcknowledged,
}
