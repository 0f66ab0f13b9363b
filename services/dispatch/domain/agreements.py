"""What is agreed with the customer, or has to be waited for."""

from typing import assert_never

from services.dispatch.domain.commands import (
    AgreementCommand,
    ExtendTime,
    ResumeHandling,
    SuspendHandling,
)
from services.dispatch.domain.errors import (
    AlreadySuspendedError,
    BeforeSuspensionError,
    ConsentMissingError,
    ExtensionNotLongerError,
)
from services.dispatch.domain.turns import check_accepted, check_in_work
from services.dispatch.domain.work_order import Extension, WorkOrder
from shared.contracts.dispatch import (
    AgreementEvent,
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
        case _:
            assert_never(command)


def extend(command: ExtendTime, order: WorkOrder) -> list[AgreementEvent]:
    """A longer time only with the customer's consent; without it the deadline stands (T-04)."""
    check_in_work(order)
    extension = Extension(
        until=command.until, consent_at=command.consent_at, consent_means=command.consent_means
    )
    if extension == order.extension:
        return []  # a repeat
    if command.consent_at > command.at:
        raise ConsentMissingError
    if order.extension is not None and command.until <= order.extension.until:
        raise ExtensionNotLongerError
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
    check_in_work(order)
    if order.suspension is not None:
        if order.suspension.reason != command.reason:
            raise AlreadySuspendedError
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
