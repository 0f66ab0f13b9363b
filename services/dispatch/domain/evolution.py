"""A work order as its events tell it."""

from dataclasses import replace
from typing import assert_never

from services.dispatch.domain.answered import answered
from services.dispatch.domain.holders import holders_after
from services.dispatch.domain.work_order import (
    Appeal,
    Appointment,
    ContactAttempt,
    Extension,
    FollowUp,
    MissedAppointment,
    Notice,
    Suspension,
    WorkOrder,
)
from shared.contracts.dispatch import (
    AgreementEvent,
    AnswerEvent,
    AppointmentAgreed,
    AppointmentMissed,
    CaseChanged,
    ComplaintVerified,
    ContactAttempted,
    CustomerNotified,
    ExtensionAgreed,
    HandlingEvent,
    HandlingResumed,
    HandlingSuspended,
    MainLineEvent,
    ProgressMessageSent,
    ProgressReported,
    WorkOrderAccepted,
    WorkOrderArbitrated,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderOffered,
    WorkOrderRefused,
    WorkOrderTransferred,
)


def evolve_order(order: WorkOrder | None, event: HandlingEvent) -> WorkOrder | None:
    """The work order after one of its events; None for events of one never offered."""
    after = _order_after(order, event)
    if after is None:
        return None
    return replace(after, holders=holders_after(after.holders, after.holding, event.at))


def _order_after(order: WorkOrder | None, event: HandlingEvent) -> WorkOrder | None:
    if isinstance(event, WorkOrderOffered):
        return offered_order(event)
    if order is None:
        return None
    if isinstance(event, AgreementEvent):
        return _agreed(order, event)
    if isinstance(event, AnswerEvent):
        return answered(order, event)
    if isinstance(event, ProgressMessageSent):
        return replace(order, messages=(*order.messages, event.about))
    return _evolved(order, event)


def reclassified(order: WorkOrder, event: CaseChanged) -> WorkOrder:
    """The work order as the matter that it is from here on, if it was still open."""
    changes = order.work_order_id in event.work_order_ids
    return replace(order, case=event.case) if changes else order


def offered_order(event: WorkOrderOffered) -> WorkOrder:
    """The work order as it begins."""
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
        product=event.product,
        in_writing=event.in_writing,
        received_at=event.received_at,
        appeal=_appeal_of(event),
        department_level=event.department_level,
    )


def _appeal_of(event: WorkOrderOffered) -> Appeal | None:
    if event.appeal_id is None:
        return None
    return Appeal(appeal_id=event.appeal_id, through=event.through)


def _evolved(order: WorkOrder, event: MainLineEvent) -> WorkOrder:  # noqa: C901 - a case an event
    match event:
        case WorkOrderOffered():
            return order
        case WorkOrderAccepted():
            return _accepted(order, event)
        case WorkOrderRefused():
            return _refused(order, event)
        case WorkOrderArbitrated() | WorkOrderTransferred():
            return _sent_on(order, event)
        case ContactAttempted():
            return _contacted(order, event)
        case ComplaintVerified():
            return replace(order, finding=event.finding)
        case ProgressReported():
            return _followed_up(order, event)
        case WorkOrderCompleted():
            return replace(order, state="completed", solved=event.solved, completed_at=event.at)
        case CustomerNotified():
            return _notified(order, event)
        case WorkOrderCancelled():
            return _cancelled(order, event)
        case _:
            assert_never(event)


def _accepted(order: WorkOrder, event: WorkOrderAccepted) -> WorkOrder:
    return replace(
        order,
        state="accepted",
        handler=event.handler,
        promised_until=event.promised_until or order.promised_until,
        accepted_at=event.at,
    )


def _refused(order: WorkOrder, event: WorkOrderRefused) -> WorkOrder:
    return replace(order, state="in_arbitration", proposed_department=event.proposed_department)


def _sent_on(order: WorkOrder, event: WorkOrderArbitrated | WorkOrderTransferred) -> WorkOrder:
    return replace(
        order,
        state="offered",
        department=event.department,
        department_level=event.department_level,
        handler=event.handler,
        proposed_department=None,
        level=None,
        taken_over_at=None,
    )


def _contacted(order: WorkOrder, event: ContactAttempted) -> WorkOrder:
    attempt = ContactAttempt(
        at=event.at,
        channel=event.channel,
        outcome=event.outcome,
        note_left=event.note_left,
        guidance=event.guidance,
    )
    return replace(
        order,
        contact_attempts=(*order.contact_attempts, attempt),
        promised_until=event.promised_until or order.promised_until,
    )


def _followed_up(order: WorkOrder, event: ProgressReported) -> WorkOrder:
    one = FollowUp(at=event.at, done=event.done)
    return replace(order, progress=(*order.progress, one))


def _notified(order: WorkOrder, event: CustomerNotified) -> WorkOrder:
    notice = Notice(at=event.at, about=event.about, outcome=event.outcome)
    return replace(
        order,
        state="notified" if event.about == "result" else order.state,
        notices=(*order.notices, notice),
        promised_until=event.promised_until or order.promised_until,
    )


def _cancelled(order: WorkOrder, event: WorkOrderCancelled) -> WorkOrder:
    return replace(
        order,
        state="cancelled",
        cancelled_because=event.reason,
        cancelled_in=order.state,
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
