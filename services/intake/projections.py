"""What intake shows: each ticket with the status of its whole life, and how to find it."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Literal, assert_never
from uuid import UUID

import msgspec

from services.intake.appeals import Appeal, with_appeal
from services.intake.progress import (
    AFTER,
    STATUSES,
    Reached,
    RevisitResult,
    Status,
    with_result,
)
from services.intake.promises import Promise, with_promise
from shared.canary import is_canary
from shared.contracts import dispatch, revisit, sla
from shared.contracts.intake import (
    AppealEvent,
    ClosedAs,
    KnowledgePublished,
    RaisedIn,
    TicketAnswered,
    TicketClosed,
    TicketEvent,
    TicketMerged,
    TicketReclassified,
    TicketRegistered,
    TicketReopened,
    TicketSupplemented,
    TicketUnmerged,
    TicketWithdrawn,
)
from shared.contracts.terms import Case
from shared.listing import column_time
from shared.tables import Fold, RowChange, Table

End = Literal["closed", "withdrawn", "merged"]
Progress = dispatch.HandlingEvent | revisit.CallBackEvent
"""What says how far dispatch and revisit are with a ticket."""


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
    appeal: Appeal | None = None
    revisits: tuple[RevisitResult, ...] = ()
    repeats: int = 0
    publicity_threat: bool = False
    against_person: str | None = None
    raised_in: RaisedIn | None = None
    raised: tuple[UUID, ...] = ()
    """What its customer brought up besides, when called back (T-13)."""

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
    return msgspec.structs.replace(view, version=version, **_changes(view, event))


def _changes(  # noqa: C901 - a case an event
    view: TicketSummary, event: TicketEvent
) -> dict[str, Any]:
    if isinstance(event, AppealEvent):
        return {"appeal": with_appeal(view.appeal, event)}
    match event:
        case TicketAnswered():
            return {"answered_round": event.round}
        case TicketSupplemented():
            threat = view.publicity_threat or event.publicity_threat
            return {"repeats": view.repeats + event.repeat, "publicity_threat": threat}
        case TicketReclassified():
            return {"case": event.case}
        case TicketWithdrawn():
            return {"end": "withdrawn"}
        case TicketMerged():
            return {"end": "merged", "merged_into": event.into}
        case TicketUnmerged():
            return {"end": None, "merged_into": None}
        case TicketReopened():
            return {"reopened_round": event.round, "end": None, "closed_as": None}
        case TicketClosed():
            return {"end": "closed", "closed_as": event.closed_as}
        case TicketRegistered() | KnowledgePublished():
            return {}
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
        raised_in=event.raised_in,
        against_person=event.against_person,
    )


def ticket_changes(event: TicketEvent, version: int) -> Iterable[RowChange]:
    """What an event changes in the views; a canary stands in none."""
    if is_canary(event.ticket_id):
        return
    project = partial(project_summary, event=event, version=version)
    yield Fold(TICKETS, str(event.ticket_id), project)
    if isinstance(event, TicketRegistered) and event.raised_in is not None:
        first = str(event.raised_in.ticket_id)
        yield Fold(TICKETS, first, partial(project_raised, ticket_id=event.ticket_id))


def project_raised(view: TicketSummary | None, ticket_id: UUID) -> TicketSummary | None:
    """The ticket whose revisit brought up the other one."""
    if view is None or ticket_id in view.raised:
        return view
    return msgspec.structs.replace(view, raised=(*view.raised, ticket_id))


def project_progress(view: TicketSummary | None, event: Progress) -> TicketSummary | None:
    """How far dispatch and revisit are; each one's events come in its own order.

    Another department's help moves nothing (T-08), nor does an appeal's own work order (U-12),
    nor what is written down of an earlier round.
    """
    status = AFTER.get(type(event))
    beside = isinstance(event, dispatch.WorkOrderEvent) and event.role != "main"
    if view is None or beside or event.round < _round_of(view, event):
        return view
    if isinstance(event, dispatch.TakenOver):  # who has it now changes, not how far it is
        return msgspec.structs.replace(view, department=event.department or view.department)
    if status is None:
        return view
    if isinstance(event, dispatch.CustomerNotified) and event.about != "result":
        status = "in_progress"
    if status == "in_progress" and _is_beyond(view.dispatch, event.round):
        status = view.dispatch.status  # the customer is called about the result too
    reached = Reached(event.round, status)
    if isinstance(event, revisit.CallBackEvent):
        return msgspec.structs.replace(view, revisit=reached)
    department = getattr(event, "department", None) or view.department
    return msgspec.structs.replace(view, dispatch=reached, department=department)


def project_result(
    view: TicketSummary | None, event: revisit.RevisitConcluded
) -> TicketSummary | None:
    """The result on the ticket's record, of whatever round (H-19), and how far revisit is."""
    if view is None:
        return None
    results = with_result(view.revisits, event)
    return project_progress(msgspec.structs.replace(view, revisits=results), event)


def _round_of(view: TicketSummary, event: Progress) -> int:
    """The round that the event's service is in."""
    return (view.revisit if isinstance(event, revisit.CallBackEvent) else view.dispatch).round


def _is_beyond(reached: Reached, in_round: int) -> bool:
    further = STATUSES.index(reached.status) > STATUSES.index("in_progress")
    return reached.round == in_round and further


def project_promise(view: TicketSummary | None, event: sla.ClockEvent) -> TicketSummary | None:
    """What sla says of one clock."""
    if view is None:
        return None
    return msgspec.structs.replace(view, promises=with_promise(view.promises, event))
