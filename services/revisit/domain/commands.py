"""What revisit can be asked to do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.revisit.domain.outbound_rules import OutboundRules
from shared.contracts.revisit import AttemptOutcome, CancelReason, PassedTo, TaskOutcome
from shared.contracts.terms import Case, ContactChannel, Text
from shared.packs import Attempts, Retry


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
    """Nobody needs calling any more: about the rounds up to this one, or (None) about any."""

    ticket_id: UUID
    up_to_round: int | None
    reason: CancelReason
    at: datetime


RevisitCommand = ScheduleRevisit | AttemptRevisit | ConcludeRevisit | CancelRevisits


@dataclass(frozen=True, kw_only=True)
class CreateOutboundTask:
    """Another system saw a key moment; without `rules` the pack offers no calls for it."""

    task_id: UUID
    client: str
    customer_ref: UUID
    moment: str
    exempt: bool
    due_at: datetime | None
    passed_to: PassedTo | None
    rules: OutboundRules | None
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
class ConcludeOutboundTask:
    task_id: UUID
    outcome: TaskOutcome
    score: int | None
    information_passed_at: datetime | None
    filled_fields: tuple[str, ...] | None
    at: datetime


OutboundTaskCommand = CreateOutboundTask | AttemptOutboundTask | ConcludeOutboundTask
