"""What dispatch can be asked to do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.dispatch import (
    CancelReason,
    ContactOutcome,
    Finding,
    NoticeAbout,
    NoticeOutcome,
    Signatory,
)
from shared.contracts.terms import Case, ContactChannel, Level, PauseReason, TakeoverLevel, Text
from shared.packs import Attempts, Authority


@dataclass(frozen=True, kw_only=True)
class OfferWorkOrder:
    """The first round, to whom the directory named."""

    ticket_id: UUID
    number: str
    case: Case
    department: str
    rule: str
    handler: str | None
    first_owner: str | None
    area: str | None
    against_person: str | None
    received_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OfferNextRound:
    """Unsolved after all: back to the department responsible before (H-20)."""

    ticket_id: UUID
    round: int
    case: Case
    ordered_at: datetime
    at: datetime
    reopened: bool = False
    """Whether intake said so after it closed the ticket: the one way back from an end."""


@dataclass(frozen=True, kw_only=True)
class CancelWorkOrders:
    """The ticket ended, or its round was answered at once."""

    ticket_id: UUID
    round: int
    reason: CancelReason
    at: datetime


@dataclass(frozen=True, kw_only=True)
class _ForWorkOrder:
    work_order_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AcceptWorkOrder(_ForWorkOrder):
    handler: str
    promised_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RefuseWorkOrder(_ForWorkOrder):
    reason: Text
    proposed_department: str | None = None


@dataclass(frozen=True, kw_only=True)
class _AssignWorkOrder(_ForWorkOrder):
    department: str
    handler: str | None
    reason: Text


@dataclass(frozen=True, kw_only=True)
class ArbitrateWorkOrder(_AssignWorkOrder):
    """The centre says whose matter it is."""


@dataclass(frozen=True, kw_only=True)
class TransferWorkOrder(_AssignWorkOrder):
    """From one department to another."""


@dataclass(frozen=True, kw_only=True)
class RecordContact(_ForWorkOrder):
    channel: ContactChannel
    outcome: ContactOutcome
    note_left: bool = False
    promised_until: datetime | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class VerifyComplaint(_ForWorkOrder):
    finding: Finding
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class ReportProgress(_ForWorkOrder):
    done: bool
    reason: Text | None = None


@dataclass(frozen=True, kw_only=True)
class CompleteWorkOrder(_ForWorkOrder):
    solution: Text
    before_unsolved: int
    """How many follow-ups the ticket's pack asks for before it may stay unsolved (H-16)."""
    solved: bool = True


@dataclass(frozen=True, kw_only=True)
class NotifyCustomer(_ForWorkOrder):
    about: NoticeAbout
    channel: ContactChannel
    outcome: NoticeOutcome
    before_unreachable: Attempts
    """What the ticket's pack asks for before a customer counts as unreachable."""
    promised_until: datetime | None = None
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class ExtendTime(_ForWorkOrder):
    offered: bool
    """Whether the ticket's pack knows longer times at all."""
    until: datetime
    reason: Text
    consent_by: Text
    consent_at: datetime
    consent_means: ContactChannel


@dataclass(frozen=True, kw_only=True)
class SuspendHandling(_ForWorkOrder):
    reason: PauseReason


@dataclass(frozen=True, kw_only=True)
class ResumeHandling(_ForWorkOrder):
    """Work goes on."""


@dataclass(frozen=True, kw_only=True)
class AgreeAppointment(_ForWorkOrder):
    from_at: datetime
    until: datetime
    reason: Text | None = None
    customer_agreed: bool = False
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class RecordNoShow(_ForWorkOrder):
    note_left: bool


@dataclass(frozen=True, kw_only=True)
class ProposeSolution(_ForWorkOrder):
    solution: Text
    level: Level
    accepted_by_customer: bool
    authority: Authority | None
    """What each level may promise under the ticket's pack; None: everything."""
    remedy: str | None = None


@dataclass(frozen=True, kw_only=True)
class TakeOver(_ForWorkOrder):
    level: TakeoverLevel
    handler: str


@dataclass(frozen=True, kw_only=True)
class SendWrittenAnswer(_ForWorkOrder):
    text: Text
    written_by: str


@dataclass(frozen=True, kw_only=True)
class ReviewWrittenAnswer(_ForWorkOrder):
    approved: bool
    reviewed_by: str
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class SignForm(_ForWorkOrder):
    signed_as: Signatory
    signed_by: str
    opinion: Text


@dataclass(frozen=True, kw_only=True)
class AskForHelp(_ForWorkOrder):
    department: str
    handler: str | None
    request: Text


AssignmentCommand = AcceptWorkOrder | RefuseWorkOrder | ArbitrateWorkOrder | TransferWorkOrder
"""Whose work order it is."""
HandlingCommand = (
    RecordContact | VerifyComplaint | ReportProgress | CompleteWorkOrder | NotifyCustomer
)
"""What is done about it."""
AgreementCommand = ExtendTime | SuspendHandling | ResumeHandling | AgreeAppointment | RecordNoShow
"""What is agreed with the customer, or has to be waited for."""
AnswerCommand = ProposeSolution | TakeOver | SendWrittenAnswer | ReviewWrittenAnswer | SignForm
"""What the department answers, and who stands for it."""
WorkOrderCommand = (
    AssignmentCommand | HandlingCommand | AgreementCommand | AnswerCommand | AskForHelp
)
"""What people do with a work order."""
DispatchCommand = OfferWorkOrder | OfferNextRound | CancelWorkOrders | WorkOrderCommand
