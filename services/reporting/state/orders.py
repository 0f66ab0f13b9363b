"""The ticket's work orders, by dispatch's events."""

from typing import Any

import msgspec

from services.reporting.state.parts import WorkOrderPart
from shared.contracts import dispatch
from shared.contracts.terms import STATUSES, Event, Status


def fold_order(order: WorkOrderPart | None, event: Event) -> WorkOrderPart | None:
    """The work order after one of its events; of one never offered nothing is told."""
    if isinstance(event, dispatch.WorkOrderOffered):
        return _offered(event)
    if order is None:
        return None
    changes = _main_line(order, event) or _ended(order, event) or _work(order, event)
    changes = changes or _taken_over(order, event) or _beside(event)
    return msgspec.structs.replace(order, **changes) if changes else order


def restored(order: WorkOrderPart) -> WorkOrderPart:
    """As it was before the merger that is taken back cancelled it."""
    if order.cancelled_in is None:
        return order
    return msgspec.structs.replace(
        order, state=order.cancelled_in, cancelled_because=None, cancelled_in=None
    )


def _offered(event: dispatch.WorkOrderOffered) -> WorkOrderPart:
    return WorkOrderPart(
        work_order_id=event.work_order_id,
        round=event.round,
        role=event.role,
        department=event.department,
        handler=event.handler,
        rule=event.rule,
        offered_at=event.at,
    )


def _main_line(order: WorkOrderPart, event: Event) -> dict[str, Any]:
    match event:
        case dispatch.WorkOrderAccepted():
            return {
                "state": "accepted",
                "reached": "accepted",
                "handler": event.handler,
                "accepted_at": event.at,
                "promised_until": event.promised_until or order.promised_until,
            }
        case dispatch.WorkOrderRefused():
            return {"state": "in_arbitration", "reached": "dispatched"}
        case dispatch.WorkOrderArbitrated() | dispatch.WorkOrderTransferred():
            return {
                "state": "offered",
                "reached": "dispatched",
                "department": event.department,
                "handler": event.handler,
                "level": None,
            }
        case _:
            return {}


def _ended(order: WorkOrderPart, event: Event) -> dict[str, Any]:
    match event:
        case dispatch.WorkOrderCompleted():
            return {
                "state": "completed",
                "reached": "completed",
                "solved": event.solved,
                "completed_at": event.at,
            }
        case dispatch.WorkOrderCancelled():
            return {
                "state": "cancelled",
                "cancelled_because": event.reason,
                "cancelled_in": order.state,
            }
        case _:
            return {}


def _work(order: WorkOrderPart, event: Event) -> dict[str, Any]:
    match event:
        case dispatch.ContactAttempted():
            return {
                "reached": _in_progress(order),
                "contact_attempts": order.contact_attempts + 1,
                "promised_until": event.promised_until or order.promised_until,
            }
        case dispatch.ComplaintVerified():
            return {"reached": _in_progress(order), "finding": event.finding}
        case dispatch.ProgressReported():
            reports = order.progress_reports + 1
            return {"reached": _in_progress(order), "progress_reports": reports}
        case dispatch.CustomerNotified(about="result"):
            told = {"state": "notified", "reached": "notified", "notified_at": event.at}
            return {**told, "promised_until": event.promised_until or order.promised_until}
        case dispatch.CustomerNotified():
            promised = event.promised_until or order.promised_until
            return {"reached": _in_progress(order), "promised_until": promised}
        case _:
            return {}


def _taken_over(order: WorkOrderPart, event: Event) -> dict[str, Any]:
    if not isinstance(event, dispatch.TakenOver):
        return {}
    return {
        "state": "offered" if order.state == "in_arbitration" else order.state,
        "level": event.level,
        "handler": event.handler,
        "department": event.department or order.department,
    }


def _in_progress(order: WorkOrderPart) -> Status:
    """Who is called about a result is not back in the middle of the work."""
    return max("in_progress", order.reached, key=STATUSES.index)


def _beside(event: Event) -> dict[str, Any]:
    match event:
        case dispatch.ExtensionAgreed():
            return {"extension_until": event.until}
        case dispatch.HandlingSuspended():
            return {"suspended": event.reason}
        case dispatch.HandlingResumed():
            return {"suspended": None}
        case dispatch.AppointmentAgreed():
            return {"appointment_from": event.from_at, "appointment_until": event.until}
        case dispatch.AppointmentMissed():
            return {"appointment_from": None, "appointment_until": None}
        case dispatch.AppealAnswered():
            return {"state": "completed", "completed_at": event.at}
        case _:
            return {}
