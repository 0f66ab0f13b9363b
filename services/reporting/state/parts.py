"""What a ticket consists of for who looks back: itself, its work orders, clocks and call-backs."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shared.contracts import dispatch, intake, sla
from shared.contracts.terms import Channel, Kind, Level, PauseReason, Severity, Status, Tier

OrderState = Literal["offered", "accepted", "in_arbitration", "completed", "notified", "cancelled"]
ClockState = Literal["running", "paused", "met", "met_late", "missed", "cancelled"]
RungState = Literal["raised", "acknowledged", "withdrawn"]
RevisitState = Literal["due", "in_progress", "concluded", "cancelled"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of a ticket, replaced whenever an event changes it."""


class TicketPart(Part, frozen=True, kw_only=True):
    """What intake says of it, and how far all services are."""

    number: str
    status: Status = "registered"
    rounds: int = 1
    kind: Kind
    severity: Severity
    category: str | None
    channel: Channel
    tier: Tier
    client: str
    customer_name: str
    """Masked."""
    customer_phone: str | None
    """Masked."""
    product: str | None
    area: str | None
    branch: str | None
    merchant: str | None
    receiver: str | None
    external_id: str | None
    received_at: datetime
    supplements: int = 0
    repeats: int = 0
    publicity_threat: bool = False
    answered_round: int = 0
    reopened_round: int = 1
    end: Literal["closed", "withdrawn", "merged"] | None = None
    closed_as: intake.ClosedAs | None = None
    merged_into: UUID | None = None
    appeal_open: bool = False


class WorkOrderPart(Part, frozen=True, kw_only=True):
    """One department's share of one round."""

    work_order_id: UUID
    round: int
    role: dispatch.Role
    state: OrderState = "offered"
    reached: Status = "dispatched"
    """How far the ticket is by it."""
    department: str
    handler: str | None
    level: Level | None = None
    rule: str
    offered_at: datetime
    accepted_at: datetime | None = None
    completed_at: datetime | None = None
    notified_at: datetime | None = None
    solved: bool | None = None
    finding: dispatch.Finding | None = None
    contact_attempts: int = 0
    progress_reports: int = 0
    promised_until: datetime | None = None
    extension_until: datetime | None = None
    appointment_from: datetime | None = None
    appointment_until: datetime | None = None
    suspended: PauseReason | None = None
    cancelled_because: dispatch.CancelReason | None = None
    cancelled_in: OrderState | None = None


class RungPart(Part, frozen=True, kw_only=True):
    """A step of the ladder that was raised."""

    step: sla.Step
    state: RungState = "raised"
    due_at: datetime
    raised_at: datetime
    addressee: tuple[str, ...]
    acknowledged_by: str | None = None
    reason: str | None = None
    """Why it was withdrawn."""


class ClockPart(Part, frozen=True, kw_only=True):
    """One promise as sla had said it by then."""

    clock: str
    round: int
    occurrence: str
    state: ClockState = "running"
    started_at: datetime
    target_at: datetime | None
    due_at: datetime | None
    """None while it is paused, and where only a later fact sets the limit."""
    provisional: bool
    moves: int = 0
    """How often the promised time became another one."""
    moved_because: str | None = None
    paused_because: PauseReason | None = None
    missed_at: datetime | None = None
    stopped_at: datetime | None = None
    cancelled_because: sla.CancelReason | None = None
    pack: str
    pack_version: int
    calendar_version: str
    rungs: tuple[RungPart, ...] = ()


class RevisitPart(Part, frozen=True, kw_only=True):
    """One call-back."""

    revisit_id: UUID
    round: int
    state: RevisitState = "due"
    attempts: int = 0
    solved: bool | None = None
    score: int | None = None
    concluded_at: datetime | None = None
    rectification: bool = False
    """Whether it sent the ticket back into another round."""
    cancelled_because: str | None = None


class PolicyPart(Part, frozen=True, kw_only=True):
    """By which regulation it was judged then."""

    pack: str
    pack_version: int
    calendars: tuple[str, ...] = ()


class TicketState(msgspec.Struct, frozen=True, kw_only=True):
    """All of it; `ticket` and `policy` are None before its registration was known."""

    ticket: TicketPart | None
    policy: PolicyPart | None
    work_orders: list[WorkOrderPart]
    clocks: list[ClockPart]
    revisits: list[RevisitPart]
