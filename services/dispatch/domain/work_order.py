"""A work order: one round of a ticket at a department."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Literal, assert_never
from uuid import UUID, uuid5

from shared.contracts.dispatch import (
    CancelReason,
    ComplaintVerified,
    ContactAttempted,
    ContactOutcome,
    CustomerNotified,
    Finding,
    HandlingEvent,
    NoticeAbout,
    NoticeOutcome,
    ProgressReported,
    Role,
    WorkOrderAccepted,
    WorkOrderArbitrated,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderOffered,
    WorkOrderRefused,
    WorkOrderTransferred,
)
from shared.contracts.terms import Case, ContactChannel
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

    @property
    def is_open(self) -> bool:
        """Whether the customer still waits for this round's result."""
        return self.state not in {"notified", "cancelled"}

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


def work_order_id(ticket_id: UUID, in_round: int, role: Role = "main") -> UUID:
    """The same for the same round and role, whoever asks."""
    return uuid5(ticket_id, f"{in_round}/{role}")


def evolve_order(order: WorkOrder | None, event: HandlingEvent) -> WorkOrder | None:
    """The work order after one of its events; None for events of one never offered."""
    if isinstance(event, WorkOrderOffered):
        return _offered(event)
    return None if order is None else _evolved(order, event)


def _offered(event: WorkOrderOffered) -> WorkOrder:
    return WorkOrder(
        work_order_id=event.work_order_id,
        ticket_id=event.ticket_id,
        number=event.number,
        case=event.case,
        round=event.round,
        role=event.role,
        state="offered",
        department=event.department,
        rule=event.rule,
        offered_at=event.at,
        handler=event.handler,
        first_owner=event.first_owner,
        area=event.area,
        against_person=event.against_person,
        received_at=event.received_at,
    )


def _evolved(order: WorkOrder, event: HandlingEvent) -> WorkOrder:  # noqa: C901 - a case an event
    match event:
        case WorkOrderOffered():
            return order
        case WorkOrderAccepted():
            promise = event.promised_until or order.promised_until
            return replace(order, state="accepted", handler=event.handler, promised_until=promise)
        case WorkOrderRefused():
            proposed = event.proposed_department
            return replace(order, state="in_arbitration", proposed_department=proposed)
        case WorkOrderArbitrated() | WorkOrderTransferred():
            return replace(
                order,
                state="offered",
                department=event.department,
                handler=event.handler,
                proposed_department=None,
            )
        case ContactAttempted():
            return _contacted(order, event)
        case ComplaintVerified():
            return replace(order, finding=event.finding)
        case ProgressReported():
            one = FollowUp(at=event.at, done=event.done)
            return replace(order, progress=(*order.progress, one))
        case WorkOrderCompleted():
            return replace(order, state="completed", solved=event.solved)
        case CustomerNotified():
            return _notified(order, event)
        case WorkOrderCancelled():
            return replace(order, state="cancelled", cancelled_because=event.reason)
        case _:
            assert_never(event)


def _contacted(order: WorkOrder, event: ContactAttempted) -> WorkOrder:
    attempt = ContactAttempt(
        at=event.at, channel=event.channel, outcome=event.outcome, note_left=event.note_left
    )
    return replace(
        order,
        contact_attempts=(*order.contact_attempts, attempt),
        promised_until=event.promised_until or order.promised_until,
    )


def _notified(order: WorkOrder, event: CustomerNotified) -> WorkOrder:
    notice = Notice(at=event.at, about=event.about, outcome=event.outcome)
    return replace(
        order,
        state="notified" if event.about == "result" else order.state,
        notices=(*order.notices, notice),
        promised_until=event.promised_until or order.promised_until,
    )
