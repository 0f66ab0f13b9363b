"""A work order as its events tell it."""

from dataclasses import replace
from typing import assert_never

from services.dispatch.domain.work_order import (
    Appointment,
    ContactAttempt,
    Extension,
    FollowUp,
    MissedAppointment,
    Notice,
    Proposal,
    Signature,
    Suspension,
    WorkOrder,
    WrittenAnswer,
)
from shared.contracts.dispatch import (
    AgreementEvent,
    AnswerEvent,
    AppointmentAgreed,
    AppointmentMissed,
    ComplaintVerified,
    ContactAttempted,
    CustomerNotified,
    ExtensionAgreed,
    FormSigned,
    HandlingEvent,
    HandlingResumed,
    HandlingSuspended,
    MainLineEvent,
    ProgressReported,
    SolutionProposed,
    TakenOver,
    WorkOrderAccepted,
    WorkOrderArbitrated,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderOffered,
    WorkOrderRefused,
    WorkOrderTransferred,
    WrittenAnswerReviewed,
    WrittenAnswerSent,
)


def evolve_order(order: WorkOrder | None, event: HandlingEvent) -> WorkOrder | None:
    """The work order after one of its events; None for events of one never offered."""
    if isinstance(event, WorkOrderOffered):
        return _offered(event)
    if order is None:
        return None
    if isinstance(event, AgreementEvent):
        return _agreed(order, event)
    if isinstance(event, AnswerEvent):
        return _answered(order, event)
    return _evolved(order, event)


def _offered(event: WorkOrderOffered) -> WorkOrder:
    return WorkOrder(
        work_order_id=event.work_order_id,
        ticket_id=event.ticket_id,
        number=event.number,
        case=event.case,
        round=event.round,
        role=event.role,
        state="offered",
        department=event.department,
        rule=event.rule,
        offered_at=event.at,
        handler=event.handler,
        first_owner=event.first_owner,
        area=event.area,
        against_person=event.against_person,
        received_at=event.received_at,
    )


def _evolved(order: WorkOrder, event: MainLineEvent) -> WorkOrder:  # noqa: C901 - a case an event
    match event:
        case WorkOrderOffered():
            return order
        case WorkOrderAccepted():
            promise = event.promised_until or order.promised_until
            return replace(order, state="accepted", handler=event.handler, promised_until=promise)
        case WorkOrderRefused():
            proposed = event.proposed_department
            return replace(order, state="in_arbitration", proposed_department=proposed)
        case WorkOrderArbitrated() | WorkOrderTransferred():
            return replace(
                order,
                state="offered",
                department=event.department,
                handler=event.handler,
                proposed_department=None,
            )
        case ContactAttempted():
            return _contacted(order, event)
        case ComplaintVerified():
            return replace(order, finding=event.finding)
        case ProgressReported():
            one = FollowUp(at=event.at, done=event.done)
            return replace(order, progress=(*order.progress, one))
        case WorkOrderCompleted():
            return replace(order, state="completed", solved=event.solved)
        case CustomerNotified():
            return _notified(order, event)
        case WorkOrderCancelled():
            return replace(order, state="cancelled", cancelled_because=event.reason)
        case _:
            assert_never(event)


def _contacted(order: WorkOrder, event: ContactAttempted) -> WorkOrder:
    attempt = ContactAttempt(
        at=event.at, channel=event.channel, outcome=event.outcome, note_left=event.note_left
    )
    return replace(
        order,
        contact_attempts=(*order.contact_attempts, attempt),
        promised_until=event.promised_until or order.promised_until,
    )


def _notified(order: WorkOrder, event: CustomerNotified) -> WorkOrder:
    notice = Notice(at=event.at, about=event.about, outcome=event.outcome)
    return replace(
        order,
        state="notified" if event.about == "result" else order.state,
        notices=(*order.notices, notice),
        promised_until=event.promised_until or order.promised_until,
    )


def _agreed(order: WorkOrder, event: AgreementEvent) -> WorkOrder:
    match event:
        case ExtensionAgreed():
            extension = Extension(
                until=event.until, consent_at=event.consent_at, consent_means=event.consent_means
            )
            return replace(order, extension=extension)
        case HandlingSuspended():
            return replace(order, suspension=Suspension(reason=event.reason, at=event.at))
        case HandlingResumed():
            return replace(order, suspension=None)
        case AppointmentAgreed():
            appointment = Appointment(from_at=event.from_at, until=event.until)
            return replace(order, appointment=appointment)
        case AppointmentMissed():
            missed = MissedAppointment(
                from_at=event.from_at, until=event.until, note_left=event.note_left, at=event.at
            )
            missed_appointments = (*order.missed_appointments, missed)
            return replace(order, appointment=None, missed_appointments=missed_appointments)
        case _:
            assert_never(event)


def _answered(order: WorkOrder, event: AnswerEvent) -> WorkOrder:
    match event:
        case SolutionProposed():
            return _proposed(order, event)
        case TakenOver():
            return replace(order, level=event.level, handler=event.handler)
        case WrittenAnswerSent():
            answer = WrittenAnswer(at=event.at, written_by=event.written_by)
            return replace(order, written_answer=answer)
        case WrittenAnswerReviewed():
            return _reviewed(order, event)
        case FormSigned():
            signature = Signature(at=event.at, signed_as=event.signed_as, signed_by=event.signed_by)
            return replace(order, signatures=(*order.signatures, signature))
        case _:
            assert_never(event)


def _proposed(order: WorkOrder, event: SolutionProposed) -> WorkOrder:
    proposal = Proposal(
        at=event.at,
        level=event.level,
        remedy=event.remedy,
        accepted_by_customer=event.accepted_by_customer,
    )
    return replace(order, proposals=(*order.proposals, proposal))


def _reviewed(order: WorkOrder, event: WrittenAnswerReviewed) -> WorkOrder:
    if order.written_answer is None:
        return order
    reviewed = replace(order.written_answer, approved=event.approved, reviewed_by=event.reviewed_by)
    return replace(order, written_answer=reviewed)
