"""When something can have happened to a work order, and until when a promise can reach."""

from datetime import datetime

from services.dispatch.domain.commands import (
    AcceptWorkOrder,
    AgreeAppointment,
    ExtendTime,
    NotifyCustomer,
    RecordContact,
    WorkOrderCommand,
)
from services.dispatch.domain.errors import (
    BeforeTicketError,
    ImplausiblePromiseError,
    ImplausibleTimeError,
)
from services.dispatch.domain.time_errors import BeforeAcceptanceError, BeforeCompletionError
from services.dispatch.domain.work_order import WorkOrder
from shared.decider import HORIZON, LEEWAY


def check_times(command: WorkOrderCommand, order: WorkOrder) -> None:
    """Raises ImplausiblePromiseError, ImplausibleTimeError and BeforeTicketError."""
    match command:
        case AcceptWorkOrder() | RecordContact() | NotifyCustomer() if command.promised_until:
            if not command.at < command.promised_until <= command.at + HORIZON:
                raise ImplausiblePromiseError
        case ExtendTime():
            _check_until(command.until, command)
            _check_not_before(command.consent_at, order)
        case AgreeAppointment():
            if not command.from_at < command.until:
                raise ImplausibleTimeError
            _check_until(command.until, command)
        case _:
            pass
    _check_not_before(command.at, order)


def check_after_acceptance(at: datetime, order: WorkOrder) -> None:
    """Raises BeforeAcceptanceError."""
    if order.accepted_at is not None and at < order.accepted_at - LEEWAY:
        raise BeforeAcceptanceError


def check_after_completion(at: datetime, order: WorkOrder) -> None:
    """Raises BeforeCompletionError."""
    if order.completed_at is not None and at < order.completed_at - LEEWAY:
        raise BeforeCompletionError


def _check_until(until: datetime, command: WorkOrderCommand) -> None:
    if not command.at < until <= command.at + HORIZON:
        raise ImplausibleTimeError


def _check_not_before(moment: datetime, order: WorkOrder) -> None:
    if order.received_at is not None and moment < order.received_at - LEEWAY:
        raise BeforeTicketError
