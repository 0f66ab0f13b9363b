"""What is done about a work order: contact, verify, report, complete, tell the customer."""

from typing import assert_never

from services.dispatch.domain.agreement_errors import SuspendedError
from services.dispatch.domain.appealing import check_no_appeal
from services.dispatch.domain.commands import (
    CompleteWorkOrder,
    HandlingCommand,
    NotifyCustomer,
    RecordContact,
    ReportProgress,
    VerifyComplaint,
)
from services.dispatch.domain.errors import (
    AlreadyCompletedError,
    AttemptsMissingError,
    FollowUpsMissingError,
    HelpOrderError,
    NotCompletedError,
    NotTheCentreError,
    VisitMissingError,
    WorkOrderCancelledError,
)
from services.dispatch.domain.limits import check_promise
from services.dispatch.domain.messages import messages_about
from services.dispatch.domain.plausibility import check_after_acceptance, check_after_completion
from services.dispatch.domain.trying import follow_ups_by, tried_enough
from services.dispatch.domain.turns import check_accepted, check_in_work
from services.dispatch.domain.work_order import ContactAttempt, FollowUp, Notice, WorkOrder
from shared.contracts.dispatch import (
    ComplaintVerified,
    ContactAttempted,
    CustomerNotified,
    HandlingEvent,
    ProgressReported,
    WorkOrderCompleted,
)


def handle(command: HandlingCommand, order: WorkOrder) -> list[HandlingEvent]:
    match command:
        case RecordContact():
            return record_contact(command, order)
        case VerifyComplaint():
            return verify(command, order)
        case ReportProgress():
            return report_progress(command, order)
        case CompleteWorkOrder():
            return complete(command, order)
        case NotifyCustomer():
            return notify(command, order)
        case _:
            assert_never(command)


def record_contact(command: RecordContact, order: WorkOrder) -> list[HandlingEvent]:
    """Before and after completion: the result must reach the customer too."""
    check_accepted(order)
    attempt = ContactAttempt(
        at=command.at,
        channel=command.channel,
        outcome=command.outcome,
        note_left=command.note_left,
        guidance=command.guidance,
    )
    if attempt in order.contact_attempts:
        return []  # a repeat
    check_promise(command, order)
    return [
        ContactAttempted(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            channel=command.channel,
            outcome=command.outcome,
            handler=order.handler,
            note_left=command.note_left,
            promised_until=command.promised_until,
            note=command.note,
            guidance=command.guidance,
            at=command.at,
        )
    ]


def verify(command: VerifyComplaint, order: WorkOrder) -> list[HandlingEvent]:
    """Another finding, or another note on it, until the form is returned."""
    check_accepted(order)
    if command.finding == order.finding and command.note is None:
        return []  # a repeat
    if order.state != "accepted":
        raise AlreadyCompletedError
    return [
        ComplaintVerified(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            finding=command.finding,
            note=command.note,
            at=command.at,
        )
    ]


def report_progress(command: ReportProgress, order: WorkOrder) -> list[HandlingEvent]:
    check_accepted(order)
    if FollowUp(at=command.at, done=command.done) in order.progress:
        return []  # a repeat
    if order.state != "accepted":
        raise AlreadyCompletedError
    return [
        ProgressReported(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            done=command.done,
            reason=command.reason,
            at=command.at,
        )
    ]


def complete(command: CompleteWorkOrder, order: WorkOrder) -> list[HandlingEvent]:
    """Unsolved only after the pack's follow-ups (H-16); solved only after its visit (C-06)."""
    check_no_appeal(order)
    check_in_work(order)
    check_after_acceptance(command.at, order)
    if order.suspension is not None:
        raise SuspendedError
    follow_ups = follow_ups_by(command.at, order, command.follow_up_zone)
    if not command.solved and follow_ups < command.before_unsolved:
        raise FollowUpsMissingError
    if command.solved and command.visit_after_guidance and order.awaits_visit:
        raise VisitMissingError
    completed = WorkOrderCompleted(
        work_order_id=order.work_order_id,
        ticket_id=order.ticket_id,
        round=order.round,
        role=order.role,
        department=order.department,
        solution=command.solution,
        solved=command.solved,
        at=command.at,
    )
    return [completed, *messages_about(["result"], order, command.messages, command.at)]


def notify(command: NotifyCustomer, order: WorkOrder) -> list[HandlingEvent]:
    """Progress and delay can be told at any time; the result once there is one (H-27)."""
    check_no_appeal(order)
    if order.state == "cancelled":
        raise WorkOrderCancelledError
    if order.role == "help" and command.about == "result":
        raise HelpOrderError
    if _is_told(command, order):
        return []  # a repeat
    if command.about == "result":
        _check_result(command, order)
    check_promise(command, order)
    return [
        CustomerNotified(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            case=order.case,
            number=order.number,
            department=order.department,
            about=command.about,
            channel=command.channel,
            outcome=command.outcome,
            handler=order.handler,
            promised_until=command.promised_until,
            note=command.note,
            at=command.at,
        )
    ]


def _is_told(command: NotifyCustomer, order: WorkOrder) -> bool:
    """The result is told once; a customer given up as unreachable may still be reached."""
    if command.about == "result":
        told = {notice.outcome for notice in order.notices if notice.about == "result"}
        return "reached" in told or command.outcome in told
    return Notice(at=command.at, about=command.about, outcome=command.outcome) in order.notices


def _check_result(command: NotifyCustomer, order: WorkOrder) -> None:
    if command.is_told_by_another:
        raise NotTheCentreError
    if order.state not in {"completed", "notified"}:
        raise NotCompletedError
    check_after_completion(command.at, order)
    enough = tried_enough(command.at, order, command.before_unreachable)
    if command.outcome == "unreachable" and not enough:
        raise AttemptsMissingError
