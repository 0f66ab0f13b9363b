"""Whose work order it is: accept, refuse, arbitrate, transfer."""

from typing import assert_never

from services.dispatch.domain.commands import (
    AcceptWorkOrder,
    ArbitrateWorkOrder,
    AssignmentCommand,
    RefuseWorkOrder,
    TransferWorkOrder,
)
from services.dispatch.domain.errors import (
    AlreadyAcceptedError,
    AlreadyCompletedError,
    HandlerComplainedAboutError,
    InArbitrationError,
    NotInArbitrationError,
    NotTheCentreError,
    TakenOverError,
    WorkOrderCancelledError,
)
from services.dispatch.domain.limits import check_promise
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import (
    HandlingEvent,
    WorkOrderAccepted,
    WorkOrderArbitrated,
    WorkOrderRefused,
    WorkOrderTransferred,
)
from shared.contracts.terms import same_person


def assign(command: AssignmentCommand, order: WorkOrder) -> list[HandlingEvent]:
    match command:
        case AcceptWorkOrder():
            return accept(command, order)
        case RefuseWorkOrder():
            return refuse(command, order)
        case ArbitrateWorkOrder():
            return arbitrate(command, order)
        case TransferWorkOrder():
            return transfer(command, order)
        case _:
            assert_never(command)


def accept(command: AcceptWorkOrder, order: WorkOrder) -> list[HandlingEvent]:
    match order.state:
        case "offered" if same_person(command.handler, order.against_person):
            raise HandlerComplainedAboutError
        case "offered" if command.is_managers or _is_anothers(command, order):
            raise TakenOverError
        case "offered":
            check_promise(command, order)
            return [
                WorkOrderAccepted(
                    work_order_id=order.work_order_id,
                    ticket_id=order.ticket_id,
                    round=order.round,
                    role=order.role,
                    handler=command.handler,
                    promised_until=command.promised_until,
                    plan=command.plan,
                    at=command.at,
                )
            ]
        case "accepted" | "completed" | "notified" if _is_same_acceptance(command, order):
            return []  # a repeat
        case "accepted" | "completed" | "notified":
            raise AlreadyAcceptedError
        case "in_arbitration":
            raise InArbitrationError
        case "cancelled":
            raise WorkOrderCancelledError
        case _:
            assert_never(order.state)


def _is_anothers(command: AcceptWorkOrder, order: WorkOrder) -> bool:
    return order.level is not None and not same_person(command.handler, order.handler)


def _is_same_acceptance(command: AcceptWorkOrder, order: WorkOrder) -> bool:
    same_promise = command.promised_until in {None, order.promised_until}
    return command.plan is None and same_promise and same_person(command.handler, order.handler)


def refuse(command: RefuseWorkOrder, order: WorkOrder) -> list[HandlingEvent]:
    match order.state:
        case "offered":
            return [
                WorkOrderRefused(
                    work_order_id=order.work_order_id,
                    ticket_id=order.ticket_id,
                    round=order.round,
                    role=order.role,
                    department=order.department,
                    reason=command.reason,
                    proposed_department=command.proposed_department,
                    at=command.at,
                )
            ]
        case "in_arbitration":
            raise InArbitrationError
        case "accepted":
            raise AlreadyAcceptedError
        case "completed" | "notified":
            raise AlreadyCompletedError
        case "cancelled":
            raise WorkOrderCancelledError
        case _:
            assert_never(order.state)


def arbitrate(command: ArbitrateWorkOrder, order: WorkOrder) -> list[HandlingEvent]:
    match order.state:
        case "in_arbitration" if not command.by_centre:
            raise NotTheCentreError
        case "in_arbitration":
            return [
                WorkOrderArbitrated(
                    work_order_id=order.work_order_id,
                    ticket_id=order.ticket_id,
                    round=order.round,
                    role=order.role,
                    department=command.department,
                    department_level=command.department_level,
                    reason=command.reason,
                    handler=command.handler,
                    at=command.at,
                )
            ]
        case "offered" if command.department == order.department:
            return []  # a repeat
        case "offered" | "accepted" | "completed" | "notified":
            raise NotInArbitrationError
        case "cancelled":
            raise WorkOrderCancelledError
        case _:
            assert_never(order.state)


def transfer(command: TransferWorkOrder, order: WorkOrder) -> list[HandlingEvent]:
    match order.state:
        case "offered" | "accepted" if command.department == order.department:
            return []  # a repeat
        case "offered" | "accepted":
            return [
                WorkOrderTransferred(
                    work_order_id=order.work_order_id,
                    ticket_id=order.ticket_id,
                    round=order.round,
                    role=order.role,
                    from_department=order.department,
                    department=command.department,
                    department_level=command.department_level,
                    reason=command.reason,
                    handler=command.handler,
                    at=command.at,
                )
            ]
        case "in_arbitration":
            raise InArbitrationError
        case "completed" | "notified":
            raise AlreadyCompletedError
        case "cancelled":
            raise WorkOrderCancelledError
        case _:
            assert_never(order.state)
