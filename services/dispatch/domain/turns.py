"""Whose turn it is: what must have happened to a work order before something is done about it."""

from typing import assert_never

from services.dispatch.domain.errors import (
    AlreadyCompletedError,
    InArbitrationError,
    NotAcceptedError,
    WorkOrderCancelledError,
)
from services.dispatch.domain.work_order import WorkOrder


def check_accepted(order: WorkOrder) -> None:
    """Somebody took it on, whether or not it is completed by now."""
    match order.state:
        case "accepted" | "completed" | "notified":
            return
        case "offered":
            raise NotAcceptedError
        case "in_arbitration":
            raise InArbitrationError
        case "cancelled":
            raise WorkOrderCancelledError
        case _:
            assert_never(order.state)


def check_in_work(order: WorkOrder) -> None:
    """Somebody took it on, and the form is not returned yet."""
    check_accepted(order)
    if order.state != "accepted":
        raise AlreadyCompletedError


def check_not_done(order: WorkOrder) -> None:
    """Whoever has it, the form is not returned yet."""
    match order.state:
        case "offered" | "accepted" | "in_arbitration":
            return
        case "completed" | "notified":
            raise AlreadyCompletedError
        case "cancelled":
            raise WorkOrderCancelledError
        case _:
            assert_never(order.state)
