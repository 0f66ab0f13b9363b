"""What dispatch says: who must solve a ticket, how far they are, what the customer was told."""

from shared.contracts.dispatch.agreements import (
    AppointmentAgreed,
    AppointmentMissed,
    ExtensionAgreed,
    HandlingResumed,
    HandlingSuspended,
)
from shared.contracts.dispatch.answers import (
    AppealAnswered,
    FormSigned,
    SolutionProposed,
    TakenOver,
    WrittenAnswerReviewed,
    WrittenAnswerSent,
)
from shared.contracts.dispatch.heard import CaseChanged, DelayHeard, FactKept
from shared.contracts.dispatch.main_line import (
    ComplaintVerified,
    ContactAttempted,
    CustomerNotified,
    ProgressMessageSent,
    ProgressReported,
    WorkOrderAccepted,
    WorkOrderArbitrated,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderEvent,
    WorkOrderOffered,
    WorkOrderRefused,
    WorkOrderTransferred,
)
from shared.contracts.dispatch.terms import (
    CancelReason,
    ContactOutcome,
    Finding,
    Guidance,
    KeptFact,
    NoticeAbout,
    NoticeOutcome,
    Role,
    Signatory,
)
from shared.contracts.terms import CheckpointSigned, Event, PersonalDataRead, TextsErased

__all__ = [
    "EVENTS",
    "AgreementEvent",
    "AnswerEvent",
    "AppealAnswered",
    "AppointmentAgreed",
    "AppointmentMissed",
    "CancelReason",
    "CaseChanged",
    "ComplaintVerified",
    "ContactAttempted",
    "ContactOutcome",
    "CustomerNotified",
    "DelayHeard",
    "DispatchEvent",
    "ExtensionAgreed",
    "FactKept",
    "Finding",
    "FormSigned",
    "Guidance",
    "HandlingEvent",
    "HandlingResumed",
    "HandlingSuspended",
    "HeardEvent",
    "KeptFact",
    "MainLineEvent",
    "NoticeAbout",
    "NoticeOutcome",
    "ProgressMessageSent",
    "ProgressReported",
    "Role",
    "Signatory",
    "SolutionProposed",
    "TakenOver",
    "WorkOrderAccepted",
    "WorkOrderArbitrated",
    "WorkOrderCancelled",
    "WorkOrderCompleted",
    "WorkOrderEvent",
    "WorkOrderOffered",
    "WorkOrderRefused",
    "WorkOrderTransferred",
    "WrittenAnswerReviewed",
    "WrittenAnswerSent",
]

AgreementEvent = (
    ExtensionAgreed | HandlingSuspended | HandlingResumed | AppointmentAgreed | AppointmentMissed
)
"""What was agreed with the customer."""
AnswerEvent = (
    SolutionProposed
    | TakenOver
    | WrittenAnswerSent
    | WrittenAnswerReviewed
    | AppealAnswered
    | FormSigned
)
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
HandlingEvent = MainLineEvent | AgreementEvent | AnswerEvent | ProgressMessageSent
"""What changes a work order."""
HeardEvent = FactKept | CaseChanged | DelayHeard
"""What dispatch heard of others and needs for later decisions."""
DispatchEvent = HandlingEvent | HeardEvent

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
    "appeal-answered.v1": AppealAnswered,
    "form-signed.v1": FormSigned,
    "work-order-cancelled.v1": WorkOrderCancelled,
    "fact-kept.v1": FactKept,
    "case-changed.v1": CaseChanged,
    "delay-heard.v1": DelayHeard,
    "progress-message-sent.v1": ProgressMessageSent,
    "personal-data-read.v1": PersonalDataRead,
    "texts-erased.v1": TextsErased,
    "checkpoint-signed.v1": CheckpointSigned,
}
