"""What dispatch can be asked to do."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.dispatch.domain.ticket_commands import ProgressMessages, TicketCommand
from shared.contracts.dispatch import (
    ContactOutcome,
    Finding,
    Guidance,
    NoticeAbout,
    NoticeOutcome,
    Signatory,
)
from shared.contracts.terms import (
    AppealOutcome,
    ContactChannel,
    DepartmentLevel,
    Level,
    PauseReason,
    TakeoverLevel,
    Text,
)
from shared.packs import Attempts, Authority


@dataclass(frozen=True, kw_only=True)
class AnswerLimit:
    """By when the customer of the round is owed the answer, as sla said it last."""

    is_set: bool = False
    """Whether the ticket's pack sets one."""
    due_at: datetime | None = None
    """None: nothing was heard of it yet."""


@dataclass(frozen=True, kw_only=True)
class _ForWorkOrder:
    work_order_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AcceptWorkOrder(_ForWorkOrder):
    handler: str
    promised_until: datetime | None = None
    limit: AnswerLimit = AnswerLimit()
    plan: Text | None = None
    is_managers: bool = False
    """Whether its severity gave it to the department's manager, which the handler isn't (H-07)."""


@dataclass(frozen=True, kw_only=True)
class RefuseWorkOrder(_ForWorkOrder):
    reason: Text
    proposed_department: str | None = None


@dataclass(frozen=True, kw_only=True)
class _AssignWorkOrder(_ForWorkOrder):
    department: str
    handler: str | None
    reason: Text
    department_level: DepartmentLevel | None = None
    by_centre: bool = True
    """Whether who says so acts for no department alone: what an arbitration takes."""


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
    limit: AnswerLimit = AnswerLimit()
    note: Text | None = None
    guidance: Guidance | None = None


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
    follow_up_zone: str | None = None
    """In whose weeks one follow-up counts; None: each counts (H-16)."""
    visit_after_guidance: bool = False
    """Whether the pack has the customer visited whom the phone could not help (C-06)."""
    messages: ProgressMessages = field(default_factory=dict)
    solved: bool = True


@dataclass(frozen=True, kw_only=True)
class NotifyCustomer(_ForWorkOrder):
    about: NoticeAbout
    channel: ContactChannel
    outcome: NoticeOutcome
    before_unreachable: Attempts
    """What the ticket's pack asks for before a customer counts as unreachable."""
    is_told_by_another: bool = False
    """Whether the pack has the centre tell the result, and whoever says so is not it (H-27)."""
    promised_until: datetime | None = None
    limit: AnswerLimit = AnswerLimit()
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
    limit: AnswerLimit = AnswerLimit()


@dataclass(frozen=True, kw_only=True)
class SuspendHandling(_ForWorkOrder):
    """`offered`: whether any clock of the ticket's pack pauses for that reason."""

    reason: PauseReason
    offered: bool


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
    department: str | None = None
    """The handler's, at a level above departments' own people; None: it stays (U-01)."""
    department_level: DepartmentLevel | None = None


@dataclass(frozen=True, kw_only=True)
class SendWrittenAnswer(_ForWorkOrder):
    text: Text
    written_by: str


@dataclass(frozen=True, kw_only=True)
class ReviewWrittenAnswer(_ForWorkOrder):
    approved: bool
    reviewed_by: str
    note: Text | None = None
    is_of_centre: bool = True
    """Whether they are the quality centre's; systems that enter for people count as that."""


@dataclass(frozen=True, kw_only=True)
class AnswerAppeal(_ForWorkOrder):
    answering: tuple[str, ...]
    """The departments that may."""
    outcome: AppealOutcome
    text: Text


@dataclass(frozen=True, kw_only=True)
class SignForm(_ForWorkOrder):
    signed_as: Signatory
    signed_by: str
    opinion: Text
    is_known: bool = False
    """Whether the directory knows who signs; systems that enter for people it doesn't."""
    is_handler: bool = False
    """Whether they handled it, or stand in for who did."""
    is_manager: bool = False
    """Whether by the directory they act as the department's manager, or stand above it."""


@dataclass(frozen=True, kw_only=True)
class AskForHelp(_ForWorkOrder):
    department: str
    handler: str | None
    request: Text
    department_level: DepartmentLevel | None = None


AssignmentCommand = AcceptWorkOrder | RefuseWorkOrder | ArbitrateWorkOrder | TransferWorkOrder
"""Whose work order it is."""
HandlingCommand = (
    RecordContact | VerifyComplaint | ReportProgress | CompleteWorkOrder | NotifyCustomer
)
"""What is done about it."""
AgreementCommand = ExtendTime | SuspendHandling | ResumeHandling | AgreeAppointment | RecordNoShow
"""What is agreed with the customer, or has to be waited for."""
AnswerCommand = (
    ProposeSolution | TakeOver | SendWrittenAnswer | ReviewWrittenAnswer | AnswerAppeal | SignForm
)
"""What the department answers, and who stands for it."""
WorkOrderCommand = (
    AssignmentCommand | HandlingCommand | AgreementCommand | AnswerCommand | AskForHelp
)
"""What people do with a work order."""
DispatchCommand = TicketCommand | WorkOrderCommand
