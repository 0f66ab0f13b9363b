"""What is agreed with the customer, or has to be waited for."""

from typing import assert_never

from services.dispatch.domain.agreement_errors import (
    AppointmentNotBegunError,
    AppointmentStandsError,
    BeforeSuspensionError,
    ConsentMissingError,
    ExtensionNotOfferedError,
    NoAppointmentError,
    NoteMissingError,
    SuspendedError,
    SuspensionNotOfferedError,
)
from services.dispatch.domain.commands import (
    AgreeAppointment,
    AgreementCommand,
    ExtendTime,
    RecordNoShow,
    ResumeHandling,
    SuspendHandling,
)
from services.dispatch.domain.errors import HelpOrderError
from services.dispatch.domain.limits import check_extension
from services.dispatch.domain.turns import check_accepted, check_in_work
from services.dispatch.domain.work_order import Appointment, Extension, WorkOrder
from shared.contracts.dispatch import (
    AgreementEvent,
    AppointmentAgreed,
    AppointmentMissed,
    ExtensionAgreed,
    HandlingResumed,
    HandlingSuspended,
)


def agree(command: AgreementCommand, order: WorkOrder) -> list[AgreementEvent]:
    match command:
        case ExtendTime():
            return extend(command, order)
        case SuspendHandling():
            return suspend(command, order)
        case ResumeHandling():
            return resume(command, order)
        case AgreeAppointment():
            return agree_appointment(command, order)
        case RecordNoShow():
            return record_no_show(command, order)
        case _:
            assert_never(command)


def extend(command: ExtendTime, order: WorkOrder) -> list[AgreementEvent]:
    """A longer time only with the customer's consent; without it the deadline stands (T-04)."""
    check_in_work(order)
    if order.role == "help":
        raise HelpOrderError
    if not command.offered:
        raise ExtensionNotOfferedError
    extension = Extension(
        until=command.until, consent_at=command.consent_at, consent_means=command.consent_means
    )
    if extension == order.extension:
        return []  # a repeat
    if command.consent_at > command.at:
        raise ConsentMissingError
    check_extension(command, order)
    return [
        ExtensionAgreed(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            until=command.until,
            reason=command.reason,
            consent_by=command.consent_by,
            consent_at=command.consent_at,
            consent_means=command.consent_means,
            at=command.at,
        )
    ]


def suspend(command: SuspendHandling, order: WorkOrder) -> list[AgreementEvent]:
    """Only for what pauses a clock: work that rests while the time runs is nobody's agreement."""
    check_in_work(order)
    if not command.offered:
        raise SuspensionNotOfferedError
    if order.suspension is not None:
        if order.suspension.reason != command.reason:
            raise SuspendedError
        return []  # a repeat
    return [
        HandlingSuspended(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            reason=command.reason,
            at=command.at,
        )
    ]


def resume(command: ResumeHandling, order: WorkOrder) -> list[AgreementEvent]:
    check_accepted(order)
    if order.suspension is None:
        return []  # a repeat
    if command.at < order.suspension.at:
        raise BeforeSuspensionError
    return [
        HandlingResumed(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            at=command.at,
        )
    ]


def agree_appointment(command: AgreeAppointment, order: WorkOrder) -> list[AgreementEvent]:
    """In place of one that stands only with the reason and the customer's consent (C-04)."""
    check_in_work(order)
    if Appointment(from_at=command.from_at, until=command.until) == order.appointment:
        return []  # a repeat
    is_explained = command.reason is not None and command.customer_agreed
    if order.appointment is not None and not is_explained:
        raise AppointmentStandsError
    return [
        AppointmentAgreed(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            from_at=command.from_at,
            until=command.until,
            reason=command.reason,
            customer_agreed=command.customer_agreed,
            note=command.note,
            at=command.at,
        )
    ]


def record_no_show(command: RecordNoShow, order: WorkOrder) -> list[AgreementEvent]:
    """The customer did not keep it, and a note was left (C-05)."""
    check_in_work(order)
    appointment = order.appointment
    if appointment is None:
        if command.at in {missed.at for missed in order.missed_appointments}:
            return []  # a repeat
        raise NoAppointmentError
    if command.at < appointment.from_at:
        raise AppointmentNotBegunError
    if not command.note_left:
        raise NoteMissingError
    return [
        AppointmentMissed(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            from_at=appointment.from_at,
            until=appointment.until,
            note_left=command.note_left,
            at=command.at,
        )
    ]
