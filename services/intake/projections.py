"""What intake shows: each ticket with the status of its whole life, and how to find it."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Literal, assert_never
from uuid import UUID

import msgspec

from services.intake.appeals import Appeal, with_appeal
from services.intake.progress import (
    Reached,
    RevisitResult,
)
from services.intake.promises import Promise
from shared.canary import is_canary
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
from shared.contracts.terms import STATUSES, Case, Status
from shared.listing import column_time
from shared.tables import Fold, RowChange, Table

End = Literal["closed", "withdrawn", "merged"]


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
    # Lists are narrowed within the index: of a million tickets the few that are asked for may be
    # the oldest.
    indexes=(
        ("received_at", "status", "kind", "severity", "tier", "department"),
        ("client", "received_at", "status", "kind", "severity", "tier"),
        ("customer_ref", "received_at"),
        ("external_id",),
        ("number",),
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
