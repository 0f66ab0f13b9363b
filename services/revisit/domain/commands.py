"""What revisit can be asked to do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.revisit.domain.outbound_rules import OutboundRules
from shared.contracts.revisit import AttemptOutcome, CancelReason, PassedTo, TaskOutcome
from shared.contracts.terms import Case, ContactChannel, Text
from shared.packs import Attempts, PlannedTask, Retry


@dataclass(frozen=True, kw_only=True)
class ScheduleRevisit:
    """The customer was told the result of a round."""

    ticket_id: UUID
    round: int
    case: Case
    number: str
    department: str | None
    told_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AttemptRevisit:
    ticket_id: UUID
    round: int
    channel: ContactChannel
    outcome: AttemptOutcome
    note: Text | None
    retry: Retry | None = None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ConcludeRevisit:
    """What the customer said; without `solved` that nobody could ask them."""

    ticket_id: UUID
    round: int
    solved: bool | None
    before_unreachable: Attempts
    retry: Retry | None = None
    score: int | None
    remarks: Text | None
    new_complaint: Text | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CancelRevisits:
    """Nobody needs calling any more: about the rounds up to this one, or (None) about any.

    `at` is when the ticket ended, not when that was heard of: as dispatch cancels its work orders.
    """

    ticket_id: UUID
    up_to_round: int | None
    reason: CancelReason
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RescheduleRevisits:
    """The ticket was not merged after all; `missed` are results heard of while it was."""

    ticket_id: UUID
    missed: tuple[ScheduleRevisit, ...]
    at: datetime


RevisitCommand = (
    ScheduleRevisit | AttemptRevisit | ConcludeRevisit | CancelRevisits | RescheduleRevisits
)


@dataclass(frozen=True, kw_only=True)
class CreateOutboundTask:
    """Another system saw a key moment; without `rules` the pack offers no calls for it.

    Where the moment stands for several tasks (T-12), `step` is the one to be created.
    """

    task_id: UUID
    client: str
    customer_ref: UUID
    moment: str
    exempt: bool
    due_at: datetime | None
    passed_to: PassedTo | None
    rules: OutboundRules | None
    step: PlannedTask | None = None
    served: bool = True
    """Whether the customer is in the month's served group, or nobody knows that group (M-01)."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AttemptOutboundTask:
    task_id: UUID
    channel: ContactChannel
    outcome: AttemptOutcome
    note: Text | None
    rules: OutboundRules
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HandOverOutboundTask:
    """It can't be solved on the phone; `appointment_at` is when the customer is expected."""

    task_id: UUID
    passed_to: PassedTo
    appointment_at: datetime | None
    note: Text | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ConcludeOutboundTask:
    task_id: UUID
    outcome: TaskOutcome
    score: int | None
    information_passed_at: datetime | None
    filled_fields: tuple[str, ...] | None
    at: datetime


OutboundTaskCommand = (
    CreateOutboundTask | AttemptOutboundTask | HandOverOutboundTask | ConcludeOutboundTask
)


@dataclass(frozen=True, kw_only=True)
class ImportServedGroup:
    """Whom a client's phone managers serve in a month, or some of them (M-01)."""

    client: str
    month: str
    customer_refs: tuple[UUID, ...]
    start_count: int | None
    end_count: int | None
    at: datetime
