"""What dispatch says: who must solve a ticket, how far they are, what the customer was told."""

from typing import Literal
from uuid import UUID

from shared.contracts.terms import (
    Case,
    ContactChannel,
    Event,
    Level,
    Moment,
    PauseReason,
    PersonalDataRead,
    TakeoverLevel,
    Text,
)

Role = Literal["main", "help"]
ContactOutcome = Literal["reached", "no_answer", "nobody_home", "refused", "wrong_number"]
Finding = Literal["substantiated", "unsubstantiated"]
NoticeAbout = Literal["result", "progress", "overdue"]
NoticeOutcome = Literal["reached", "unreachable"]
Signatory = Literal["handler", "department_manager", "project_manager"]
CancelReason = Literal["answered", "withdrawn", "merged", "closed"]
KeptFact = Literal["answered", "withdrawn", "merged", "closed", "rectification_ordered"]


class WorkOrderEvent(Event, frozen=True, kw_only=True):
    """Names the work order, and whether it is the round's own or another department's help."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    role: Role = "main"


class WorkOrderOffered(WorkOrderEvent, frozen=True, kw_only=True):
    """One round of a ticket is a department's to solve, by the routing rule named."""

    case: Case
    number: str
    department: str
    rule: str
    handler: str | None = None
    first_owner: str | None = None
    area: str | None = None
    against_person: str | None = None
    """Whom the complaint is about: never the one who handles it."""
    received_at: Moment | None = None
    """When the customer got in touch, in whatever round: nothing was done about it before."""
    request: Text | None = None
    """What another department asks for (T-08)."""


class WorkOrderAccepted(WorkOrderEvent, frozen=True, kw_only=True):
    """A handler took it on; T-06: what the customer was promised, if anything."""

    handler: str
    promised_until: Moment | None = None


class WorkOrderRefused(WorkOrderEvent, frozen=True, kw_only=True):
    """The department says it is not its matter; the centre arbitrates, the clock runs on."""

    department: str
    reason: Text
    proposed_department: str | None = None


class WorkOrderArbitrated(WorkOrderEvent, frozen=True, kw_only=True):
    """The centre decided whose matter a refused work order is."""

    department: str
    reason: Text
    handler: str | None = None


class WorkOrderTransferred(WorkOrderEvent, frozen=True, kw_only=True):
    """Handed to another department, with the reason."""

    from_department: str
    department: str
    reason: Text
    handler: str | None = None


class ContactAttempted(WorkOrderEvent, frozen=True, kw_only=True):
    """The handler tried to reach the customer."""

    channel: ContactChannel
    outcome: ContactOutcome
    note_left: bool = False
    promised_until: Moment | None = None
    note: Text | None = None


class ComplaintVerified(WorkOrderEvent, frozen=True, kw_only=True):
    """The department's finding (H-04, H-05)."""

    finding: Finding
    note: Text | None = None


class ProgressReported(WorkOrderEvent, frozen=True, kw_only=True):
    """H-16: not done, and why; or done after all."""

    done: bool
    reason: Text | None = None


class WorkOrderCompleted(WorkOrderEvent, frozen=True, kw_only=True):
    """The department completed its part and returned the form (H-15, H-27)."""

    department: str
    solution: Text
    solved: bool


class CustomerNotified(WorkOrderEvent, frozen=True, kw_only=True):
    """The customer was told, or could not be reached in as many tries as the pack asks."""

    case: Case
    number: str
    department: str
    about: NoticeAbout
    channel: ContactChannel
    outcome: NoticeOutcome
    handler: str | None = None
    promised_until: Moment | None = None
    note: Text | None = None


class ExtensionAgreed(WorkOrderEvent, frozen=True, kw_only=True):
    """T-04: the customer consented to a longer time; who, when, how, and until when."""

    until: Moment
    reason: Text
    consent_by: Text
    consent_at: Moment
    consent_means: ContactChannel


class HandlingSuspended(WorkOrderEvent, frozen=True, kw_only=True):
    """Work rests, for a reason that may pause the pack's clocks."""

    reason: PauseReason


class HandlingResumed(WorkOrderEvent, frozen=True, kw_only=True):
    """Work goes on."""


class AppointmentAgreed(WorkOrderEvent, frozen=True, kw_only=True):
    """C-04: when the handler comes; in place of another, why and that the customer agreed."""

    from_at: Moment
    until: Moment
    reason: Text | None = None
    customer_agreed: bool = False
    note: Text | None = None


class AppointmentMissed(WorkOrderEvent, frozen=True, kw_only=True):
    """C-05: the customer did not keep it, and a written note was left."""

    from_at: Moment
    until: Moment
    note_left: bool


class SolutionProposed(WorkOrderEvent, frozen=True, kw_only=True):
    """T-07: what the customer was offered, by which level, and whether they accepted it."""

    solution: Text
    level: Level
    accepted_by_customer: bool
    remedy: str | None = None


class TakenOver(WorkOrderEvent, frozen=True, kw_only=True):
    """H-07, U-11: handed up, to a handler there; the first owner stays."""

    level: TakeoverLevel
    handler: str


class WrittenAnswerSent(WorkOrderEvent, frozen=True, kw_only=True):
    """H-17: the department's answer in writing, to the quality centre."""

    text: Text
    written_by: str


class WrittenAnswerReviewed(WorkOrderEvent, frozen=True, kw_only=True):
    """H-18: the quality centre's word on the written answer."""

    approved: bool
    reviewed_by: str
    note: Text | None = None


class FormSigned(WorkOrderEvent, frozen=True, kw_only=True):
    """H-28: the handling form carries an opinion, signed and dated."""

    signed_as: Signatory
    signed_by: str
    opinion: Text


class WorkOrderCancelled(WorkOrderEvent, frozen=True, kw_only=True):
    """Nothing left to do for the department."""

    reason: CancelReason


class FactKept(Event, frozen=True, kw_only=True):
    """Another service's word that came before its turn, or left nothing open to cancel.

    A later decision needs it: topics have no common order.
    """

    ticket_id: UUID
    round: int
    fact: KeptFact
    case: Case | None = None


AgreementEvent = (
    ExtensionAgreed | HandlingSuspended | HandlingResumed | AppointmentAgreed | AppointmentMissed
)
"""What was agreed with the customer."""
AnswerEvent = SolutionProposed | TakenOver | WrittenAnswerSent | WrittenAnswerReviewed | FormSigned
"""What the department answers, and who stands for it."""
MainLineEvent = (
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
"""By what every work order goes its way."""
HandlingEvent = MainLineEvent | AgreementEvent | AnswerEvent
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
    "extension-agreed.v1": ExtensionAgreed,
    "handling-suspended.v1": HandlingSuspended,
    "handling-resumed.v1": HandlingResumed,
    "appointment-agreed.v1": AppointmentAgreed,
    "appointment-missed.v1": AppointmentMissed,
    "solution-proposed.v1": SolutionProposed,
    "taken-over.v1": TakenOver,
    "written-answer-sent.v1": WrittenAnswerSent,
    "written-answer-reviewed.v1": WrittenAnswerReviewed,
    "form-signed.v1": FormSigned,
    "work-order-cancelled.v1": WorkOrderCancelled,
    "fact-kept.v1": FactKept,
    "personal-data-read.v1": PersonalDataRead,
}
