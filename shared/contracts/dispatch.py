"""What dispatch says: who must solve a ticket, how far they are, what the customer was told."""

from typing import Literal
from uuid import UUID

from shared.contracts.terms import Case, ContactChannel, Event, Moment, PersonalDataRead, Text

Role = Literal["main", "help"]
ContactOutcome = Literal["reached", "no_answer", "nobody_home", "refused", "wrong_number"]
Finding = Literal["substantiated", "unsubstantiated"]
NoticeAbout = Literal["result", "progress", "overdue"]
NoticeOutcome = Literal["reached", "unreachable"]
CancelReason = Literal["answered", "withdrawn", "merged", "closed"]
KeptFact = Literal["answered", "withdrawn", "merged", "closed", "rectification_ordered"]


class WorkOrderOffered(Event, frozen=True, kw_only=True):
    """One round of a ticket is a department's to solve, by the routing rule named."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    case: Case
    number: str
    department: str
    rule: str
    role: Role = "main"
    handler: str | None = None
    first_owner: str | None = None
    area: str | None = None
    against_person: str | None = None
    """Whom the complaint is about: never the one who handles it."""
    received_at: Moment | None = None
    """When the customer got in touch, in whatever round: nothing was done about it before."""


class WorkOrderAccepted(Event, frozen=True, kw_only=True):
    """A handler took it on; T-06: what the customer was promised, if anything."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    handler: str
    promised_until: Moment | None = None


class WorkOrderRefused(Event, frozen=True, kw_only=True):
    """The department says it is not its matter; the centre arbitrates, the clock runs on."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    department: str
    reason: Text
    proposed_department: str | None = None


class WorkOrderArbitrated(Event, frozen=True, kw_only=True):
    """The centre decided whose matter a refused work order is."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    department: str
    reason: Text
    handler: str | None = None


class WorkOrderTransferred(Event, frozen=True, kw_only=True):
    """Handed to another department, with the reason."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    from_department: str
    department: str
    reason: Text
    handler: str | None = None


class ContactAttempted(Event, frozen=True, kw_only=True):
    """The handler tried to reach the customer."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    channel: ContactChannel
    outcome: ContactOutcome
    note_left: bool = False
    promised_until: Moment | None = None
    note: Text | None = None


class ComplaintVerified(Event, frozen=True, kw_only=True):
    """The department's finding (H-04, H-05)."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    finding: Finding
    note: Text | None = None


class ProgressReported(Event, frozen=True, kw_only=True):
    """H-16: not done, and why; or done after all."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    done: bool
    reason: Text | None = None


class WorkOrderCompleted(Event, frozen=True, kw_only=True):
    """The department completed its part and returned the form (H-15, H-27)."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    department: str
    solution: Text
    solved: bool


class CustomerNotified(Event, frozen=True, kw_only=True):
    """The customer was told, or could not be reached in as many tries as the pack asks."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    case: Case
    number: str
    department: str
    about: NoticeAbout
    channel: ContactChannel
    outcome: NoticeOutcome
    handler: str | None = None
    promised_until: Moment | None = None
    note: Text | None = None


class WorkOrderCancelled(Event, frozen=True, kw_only=True):
    """Nothing left to do for the department."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    reason: CancelReason


class FactKept(Event, frozen=True, kw_only=True):
    """Another service's word that came before its turn, or left nothing open to cancel.

    A later decision needs it: topics have no common order.
    """

    ticket_id: UUID
    round: int
    fact: KeptFact
    case: Case | None = None


HandlingEvent = (
    WorkOrderOffered
    | WorkOrderAccepted
    | WorkOrderRefused
    | WorkOrderArbitrated
    | WorkOrderTransferred
    | ContactAttempted
    | ComplaintVerified
    | ProgressReported
    | WorkOrderCompleted
    | CustomerNotified
    | WorkOrderCancelled
)
"""What changes a work order."""
DispatchEvent = HandlingEvent | FactKept

EVENTS: dict[str, type[Event]] = {
    "work-order-offered.v1": WorkOrderOffered,
    "work-order-accepted.v1": WorkOrderAccepted,
    "work-order-refused.v1": WorkOrderRefused,
    "work-order-arbitrated.v1": WorkOrderArbitrated,
    "work-order-transferred.v1": WorkOrderTransferred,
    "contact-attempted.v1": ContactAttempted,
    "complaint-verified.v1": ComplaintVerified,
    "progress-reported.v1": ProgressReported,
    "work-order-completed.v1": WorkOrderCompleted,
    "customer-notified.v1": CustomerNotified,
    "work-order-cancelled.v1": WorkOrderCancelled,
    "fact-kept.v1": FactKept,
    "personal-data-read.v1": PersonalDataRead,
}
