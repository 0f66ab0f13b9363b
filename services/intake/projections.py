"""What intake shows: each ticket with the status of its whole life, and how to find it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Literal, assert_never, get_args
from uuid import UUID

import msgspec

from services.intake.domain.errors import MergeTargetNotOpenError
from services.intake.promises import Promise, with_promise
from shared.contracts import dispatch, revisit, sla
from shared.contracts.intake import (
    ClosedAs,
    KnowledgePublished,
    TicketAnswered,
    TicketClosed,
    TicketEvent,
    TicketMerged,
    TicketReclassified,
    TicketRegistered,
    TicketReopened,
    TicketSupplemented,
    TicketWithdrawn,
)
from shared.contracts.terms import Case, Event
from shared.listing import column_time
from shared.tables import Fold, RowChange, Table

Status = Literal[
    "registered",
    "dispatched",
    "accepted",
    "in_progress",
    "completed",
    "notified",
    "in_revisit",
    "closed",
    "withdrawn",
    "merged",
]
STATUSES: tuple[Status, ...] = get_args(Status)
End = Literal["closed", "withdrawn", "merged"]

_AFTER: Mapping[type[Event], Status] = {
    dispatch.WorkOrderOffered: "dispatched",
    dispatch.WorkOrderArbitrated: "dispatched",
    dispatch.WorkOrderTransferred: "dispatched",
    dispatch.WorkOrderRefused: "dispatched",
    dispatch.WorkOrderAccepted: "accepted",
    dispatch.ContactAttempted: "in_progress",
    dispatch.ComplaintVerified: "in_progress",
    dispatch.ProgressReported: "in_progress",
    dispatch.WorkOrderCompleted: "completed",
    dispatch.CustomerNotified: "notified",
    revisit.RevisitAttempted: "in_revisit",
    revisit.RevisitConcluded: "in_revisit",
    revisit.RectificationOrdered: "dispatched",
}


class Reached(msgspec.Struct, frozen=True):
    """How far a service got with the ticket: its last word, which its own order makes right."""

    round: int = 1
    status: Status = "registered"


class TicketSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as lists and answers show it."""

    ticket_id: UUID
    number: str
    version: int
    case: Case
    external_id: str | None
    customer_name: str
    customer_phone: str | None
    product: str | None
    area: str | None
    content_id: UUID
    received_at: datetime
    answered_round: int = 0
    reopened_round: int = 1
    end: End | None = None
    closed_as: ClosedAs | None = None
    merged_into: UUID | None = None
    dispatch: Reached = Reached()
    revisit: Reached = Reached()
    department: str | None = None
    promises: tuple[Promise, ...] = ()

    @property
    def rounds(self) -> int:
        """The round that the ticket is in, from 1."""
        return max(self.reopened_round, self.dispatch.round, self.revisit.round)

    @property
    def status(self) -> Status:
        """Over all services: what is further in the newest round."""
        if self.end:
            return self.end
        answered: Status = "notified" if self.answered_round == self.rounds else "registered"
        reached = (self.dispatch, self.revisit, Reached(self.rounds, answered))
        newest = [one.status for one in reached if one.round == self.rounds]
        return max(newest, key=STATUSES.index)

    @property
    def is_notified(self) -> bool:
        """Whether this round's result reached the customer through dispatch."""
        return STATUSES.index(self.status) >= STATUSES.index("notified")


TICKETS = Table(
    "tickets",
    TicketSummary,
    {
        "client": lambda row: row.case.client,
        "status": lambda row: row.status,
        "kind": lambda row: row.case.kind,
        "severity": lambda row: row.case.severity,
        "tier": lambda row: row.case.tier,
        "department": lambda row: row.department,
        "customer_ref": lambda row: str(row.case.customer_ref),
        "external_id": lambda row: row.external_id,
        "number": lambda row: row.number,
        "received_at": lambda row: column_time(row.received_at),
    },
    indexes=(
        ("client", "received_at"),
        ("customer_ref", "received_at"),
        ("number",),
        ("received_at",),
    ),
)


def project_summary(
    view: TicketSummary | None, event: TicketEvent, version: int
) -> TicketSummary | None:
    """The ticket's own events, the newest at `version`."""
    if isinstance(event, TicketRegistered):
        return _registered(event, version)
    if view is None:
        return None
    match event:
        case TicketAnswered():
            return msgspec.structs.replace(view, version=version, answered_round=event.round)
        case TicketSupplemented() | KnowledgePublished():
            return msgspec.structs.replace(view, version=version)
        case TicketReclassified():
            return msgspec.structs.replace(view, version=version, case=event.case)
        case TicketWithdrawn():
            return msgspec.structs.replace(view, version=version, end="withdrawn")
        case TicketMerged():
            return msgspec.structs.replace(
                view, version=version, end="merged", merged_into=event.into
            )
        case TicketReopened():
            return msgspec.structs.replace(
                view, version=version, reopened_round=event.round, end=None, closed_as=None
            )
        case TicketClosed():
            return msgspec.structs.replace(
                view, version=version, end="closed", closed_as=event.closed_as
            )
        case _:
            assert_never(event)


def _registered(event: TicketRegistered, version: int) -> TicketSummary:
    return TicketSummary(
        ticket_id=event.ticket_id,
        number=event.number,
        version=version,
        case=event.case,
        external_id=event.external_id,
        customer_name=event.customer_name,
        customer_phone=event.customer_phone,
        product=event.product,
        area=event.area,
        content_id=event.content.text_id,
        received_at=event.at,
    )


def ticket_changes(event: TicketEvent, version: int) -> Iterable[RowChange]:
    """What an event changes in the views."""
    project = partial(project_summary, event=event, version=version)
    yield Fold(TICKETS, str(event.ticket_id), project)


def while_open(ticket_id: UUID) -> RowChange:
    """Lets an append through only while that ticket is open: judged under the write lock.

    Raises MergeTargetNotOpenError from the append.
    """

    def project(view: TicketSummary | None) -> None:
        if view is None or view.end:
            raise MergeTargetNotOpenError

    return Fold(TICKETS, str(ticket_id), project)


def project_progress(
    view: TicketSummary | None, event: dispatch.HandlingEvent | revisit.CallBackEvent
) -> TicketSummary | None:
    """How far dispatch and revisit are; each one's events come in its own order.

    Another department's help moves nothing (T-08).
    """
    status = _AFTER.get(type(event))
    helps = isinstance(event, dispatch.WorkOrderEvent) and event.role == "help"
    if view is None or status is None or helps:
        return view
    if isinstance(event, dispatch.CustomerNotified) and event.about != "result":
        status = view.dispatch.status if _is_beyond(view.dispatch, event.round) else "in_progress"
    reached = Reached(event.round, status)
    if isinstance(event, revisit.CallBackEvent):
        return msgspec.structs.replace(view, revisit=reached)
    department = getattr(event, "department", None) or view.department
    return msgspec.structs.replace(view, dispatch=reached, department=department)


def _is_beyond(reached: Reached, in_round: int) -> bool:
    further = STATUSES.index(reached.status) > STATUSES.index("in_progress")
    return reached.round == in_round and further


def project_promise(view: TicketSummary | None, event: sla.ClockEvent) -> TicketSummary | None:
    """What sla says of one clock."""
    if view is None:
        return None
    return msgspec.structs.replace(view, promises=with_promise(view.promises, event))
