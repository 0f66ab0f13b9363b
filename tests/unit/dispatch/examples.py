"""Named sample events and commands: one ticket of a general complaint, on a Monday in November."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.dispatch.domain.commands import (
    AcceptWorkOrder,
    AgreeAppointment,
    ArbitrateWorkOrder,
    AskForHelp,
    CompleteWorkOrder,
    ExtendTime,
    NotifyCustomer,
    ProposeSolution,
    RecordContact,
    RecordNoShow,
    RefuseWorkOrder,
    ReportProgress,
    ResumeHandling,
    ReviewWrittenAnswer,
    SendWrittenAnswer,
    SignForm,
    SuspendHandling,
    TakeOver,
    TransferWorkOrder,
    VerifyComplaint,
)
from services.dispatch.domain.ticket_commands import (
    CancelWorkOrders,
    ChangeCase,
    HearOfDelay,
    HearOfEscalation,
    ManagerTakes,
    OfferNextRound,
    OfferWorkOrder,
    ProgressMessages,
    Takeovers,
    UnmergeTicket,
)
from services.dispatch.domain.work_order import WorkOrderState, work_order_id
from shared.contracts import intake, revisit
from shared.contracts.dispatch import (
    AppointmentAgreed,
    AppointmentMissed,
    CancelReason,
    ComplaintVerified,
    ContactAttempted,
    ContactOutcome,
    CustomerNotified,
    DispatchEvent,
    ExtensionAgreed,
    FactKept,
    FormSigned,
    HandlingResumed,
    HandlingSuspended,
    KeptFact,
    NoticeAbout,
    NoticeOutcome,
    ProgressReported,
    SolutionProposed,
    TakenOver,
    WorkOrderAccepted,
    WorkOrderArbitrated,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderRefused,
    WorkOrderTransferred,
    WrittenAnswerReviewed,
    WrittenAnswerSent,
)
from shared.contracts.terms import Case, ContactChannel
from shared.directory import load_directory
from shared.packs import shipped
from tests.unit.support import examples
from tests.unit.support.examples import AT, CASE, HOUR, NOTIFIED, NUMBER, TEXT, T, W

W2 = work_order_id(T, 2)
REQUIRED = shipped().named("hotline-400").contact.before_unreachable

MERGED = intake.TicketMerged(ticket_id=T, into=UUID(int=12), at=AT + HOUR)
UNMERGED = intake.TicketUnmerged(ticket_id=T, merged_into=UUID(int=12), case=CASE, at=AT + 2 * HOUR)
REOPENED = intake.TicketReopened(ticket_id=T, round=2, case=CASE, reason=TEXT, at=AT + 2 * HOUR)
WITHDRAWN = intake.TicketWithdrawn(ticket_id=T, reason=TEXT, at=AT + HOUR)
ANSWERED = msgspec.structs.replace(examples.ANSWERED, at=AT + HOUR)
CLOSED = intake.TicketClosed(ticket_id=T, round=1, closed_as="solved", at=AT + HOUR)
RECTIFICATION = revisit.RectificationOrdered(
    revisit_id=UUID(int=9), ticket_id=T, round=2, case=CASE, number=NUMBER, at=AT + HOUR
)
OFFERED = msgspec.structs.replace(examples.OFFERED, received_at=AT)
OFFERED_AGAIN = msgspec.structs.replace(
    OFFERED, work_order_id=W2, round=2, rule="rectification", at=AT + HOUR
)
ACCEPTED = WorkOrderAccepted(work_order_id=W, ticket_id=T, round=1, handler="xu-lei", at=AT)
REFUSED = WorkOrderRefused(
    work_order_id=W, ticket_id=T, round=1, department="billing", reason=TEXT, at=AT
)
ARBITRATED = WorkOrderArbitrated(
    work_order_id=W, ticket_id=T, round=1, department="key-accounts", reason=TEXT, at=AT
)
TRANSFERRED = WorkOrderTransferred(
    work_order_id=W,
    ticket_id=T,
    round=1,
    from_department="billing",
    department="key-accounts",
    reason=TEXT,
    at=AT,
)
VERIFIED = ComplaintVerified(work_order_id=W, ticket_id=T, round=1, finding="substantiated", at=AT)
COMPLETED = WorkOrderCompleted(
    work_order_id=W,
    ticket_id=T,
    round=1,
    department="billing",
    solution=TEXT,
    solved=True,
    at=AT,
)


def attempted(
    outcome: ContactOutcome,
    at: datetime = AT,
    channel: ContactChannel = "phone",
    *,
    note_left: bool = False,
) -> ContactAttempted:
    return ContactAttempted(
        work_order_id=W,
        ticket_id=T,
        round=1,
        channel=channel,
        outcome=outcome,
        handler="xu-lei",
        note_left=note_left,
        at=at,
    )


def reported(at: datetime = AT, *, done: bool = False) -> ProgressReported:
    return ProgressReported(work_order_id=W, ticket_id=T, round=1, done=done, reason=TEXT, at=at)


def notified(
    about: NoticeAbout = "result", outcome: NoticeOutcome = "reached", at: datetime = AT
) -> CustomerNotified:
    return msgspec.structs.replace(NOTIFIED, about=about, outcome=outcome, at=at)


def cancelled(reason: CancelReason, at: datetime = AT) -> WorkOrderCancelled:
    return WorkOrderCancelled(work_order_id=W, ticket_id=T, round=1, reason=reason, at=at)


def kept(fact: KeptFact, in_round: int = 1, case: Case | None = None) -> FactKept:
    return FactKept(ticket_id=T, round=in_round, fact=fact, case=case, at=AT + HOUR)


OFFER = OfferWorkOrder(
    ticket_id=T,
    number=NUMBER,
    case=CASE,
    department="billing",
    rule="billing-matters",
    handler=None,
    first_owner="zhang-min",
    area=None,
    against_person=None,
    received_at=AT,
    at=AT,
)
RECTIFY = OfferNextRound(ticket_id=T, round=2, case=CASE, ordered_at=AT + HOUR, at=AT + HOUR)
SEVERE = msgspec.structs.replace(CASE, severity="major")
MANAGER = ManagerTakes(severities=("complex", "major"), people={"billing": "gao-feng"})
CHANGE_CASE = ChangeCase(
    ticket_id=T, case=SEVERE, manager_takes=MANAGER, reclassified_at=AT, at=AT + HOUR
)
MESSAGES: ProgressMessages = {("hotline-400", 1): ("registered", "dispatched", "delayed", "result")}
DELAY = HearOfDelay(ticket_id=T, round=1, messages=MESSAGES, missed_at=AT, at=AT + HOUR)
ESCALATION = HearOfEscalation(
    ticket_id=T,
    round=1,
    escalation_id=UUID(int=101),
    clock="answer",
    step="level-2",
    due_at=AT + HOUR,
    takeovers=Takeovers(packs=shipped(), directory=load_directory()),
    at=AT + 2 * HOUR,
)
UNMERGE = UnmergeTicket(ticket_id=T, at=AT + HOUR)
ACCEPT = AcceptWorkOrder(work_order_id=W, handler="xu-lei", at=AT)
REFUSE = RefuseWorkOrder(work_order_id=W, reason=TEXT, at=AT)
ARBITRATE = ArbitrateWorkOrder(
    work_order_id=W, department="key-accounts", handler=None, reason=TEXT, at=AT
)
TRANSFER = TransferWorkOrder(
    work_order_id=W, department="key-accounts", handler=None, reason=TEXT, at=AT
)
CONTACT = RecordContact(work_order_id=W, channel="phone", outcome="no_answer", at=AT)
VERIFY = VerifyComplaint(work_order_id=W, finding="substantiated", at=AT)
REPORT = ReportProgress(work_order_id=W, done=False, reason=TEXT, at=AT)
COMPLETE = CompleteWorkOrder(work_order_id=W, solution=TEXT, before_unsolved=3, at=AT)
NOTIFY = NotifyCustomer(
    work_order_id=W,
    about="result",
    channel="phone",
    outcome="reached",
    before_unreachable=REQUIRED,
    at=AT,
)


EXTEND = ExtendTime(
    work_order_id=W,
    offered=True,
    until=AT + 24 * HOUR,
    reason=TEXT,
    consent_by=TEXT,
    consent_at=AT,
    consent_means="phone",
    at=AT,
)
EXTENDED = ExtensionAgreed(
    work_order_id=W,
    ticket_id=T,
    round=1,
    until=AT + 24 * HOUR,
    reason=TEXT,
    consent_by=TEXT,
    consent_at=AT,
    consent_means="phone",
    at=AT,
)


SUSPEND = SuspendHandling(work_order_id=W, reason="awaiting_customer", offered=True, at=AT)
SUSPENDED = HandlingSuspended(
    work_order_id=W, ticket_id=T, round=1, reason="awaiting_customer", at=AT
)
RESUME = ResumeHandling(work_order_id=W, at=AT + HOUR)
RESUMED = HandlingResumed(work_order_id=W, ticket_id=T, round=1, at=AT + HOUR)


APPOINT = AgreeAppointment(
    work_order_id=W, from_at=AT + 24 * HOUR, until=AT + 26 * HOUR, note=TEXT, at=AT
)
APPOINTED = AppointmentAgreed(
    work_order_id=W,
    ticket_id=T,
    round=1,
    from_at=AT + 24 * HOUR,
    until=AT + 26 * HOUR,
    note=TEXT,
    at=AT,
)
MISS = RecordNoShow(work_order_id=W, note_left=True, at=AT + 24 * HOUR)
MISSED = AppointmentMissed(
    work_order_id=W,
    ticket_id=T,
    round=1,
    from_at=AT + 24 * HOUR,
    until=AT + 26 * HOUR,
    note_left=True,
    at=AT + 24 * HOUR,
)


PROPOSE = ProposeSolution(
    work_order_id=W,
    solution=TEXT,
    level="handler",
    accepted_by_customer=True,
    authority=None,
    remedy="refund",
    at=AT,
)
PROPOSED = SolutionProposed(
    work_order_id=W,
    ticket_id=T,
    round=1,
    solution=TEXT,
    level="handler",
    accepted_by_customer=True,
    remedy="refund",
    at=AT,
)


TAKE_OVER = TakeOver(work_order_id=W, level="manager", handler="gao-feng", at=AT)
TAKEN_OVER = TakenOver(
    work_order_id=W, ticket_id=T, round=1, level="manager", handler="gao-feng", at=AT
)
WRITE = SendWrittenAnswer(work_order_id=W, text=TEXT, written_by="xu-lei", at=AT)
WRITTEN = WrittenAnswerSent(
    work_order_id=W, ticket_id=T, round=1, text=TEXT, written_by="xu-lei", at=AT
)
REVIEW = ReviewWrittenAnswer(
    work_order_id=W, approved=True, reviewed_by="cui-jun", note=TEXT, at=AT
)
REVIEWED = WrittenAnswerReviewed(
    work_order_id=W,
    ticket_id=T,
    round=1,
    approved=True,
    reviewed_by="cui-jun",
    note=TEXT,
    at=AT,
)
SIGN = SignForm(work_order_id=W, signed_as="handler", signed_by="xu-lei", opinion=TEXT, at=AT)
SIGNED = FormSigned(
    work_order_id=W,
    ticket_id=T,
    round=1,
    signed_as="handler",
    signed_by="xu-lei",
    opinion=TEXT,
    at=AT,
)


H = work_order_id(T, 1, "help", "key-accounts")
"""The work order of a department that helps."""
ASK = AskForHelp(work_order_id=W, department="key-accounts", handler=None, request=TEXT, at=AT)
ASKED = msgspec.structs.replace(
    OFFERED, work_order_id=H, role="help", department="key-accounts", rule="help", request=TEXT
)


def cancel(reason: CancelReason, in_round: int = 1) -> CancelWorkOrders:
    return CancelWorkOrders(ticket_id=T, round=in_round, reason=reason, at=AT + HOUR)


PAST: dict[WorkOrderState, tuple[DispatchEvent, ...]] = {
    "offered": (OFFERED,),
    "accepted": (OFFERED, ACCEPTED),
    "in_arbitration": (OFFERED, REFUSED),
    "completed": (OFFERED, ACCEPTED, COMPLETED),
    "notified": (OFFERED, ACCEPTED, COMPLETED, notified()),
    "cancelled": (OFFERED, cancelled("answered")),
}
"""How a work order comes to each of its states."""
