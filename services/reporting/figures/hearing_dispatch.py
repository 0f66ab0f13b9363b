"""What dispatch's events tell of a ticket's work orders, and of what its customer was promised."""

from msgspec.structs import replace

from services.reporting.figures.facts import Dispatch, OrderFacts, PromiseFacts
from services.reporting.figures.heard import Heard
from shared.contracts import dispatch


def evolve_dispatch(known: Dispatch, heard: Heard) -> Dispatch:
    """The section after one event."""
    event = heard.event
    if isinstance(event, dispatch.WorkOrderOffered):
        return _with(known, str(event.work_order_id), _offered(event))
    if not isinstance(event, dispatch.WorkOrderEvent):
        return known
    key = str(event.work_order_id)
    order = known.orders.get(key)
    if order is not None:
        known = _with(known, key, _evolve(order, heard))
    return _with_promise(known, event, heard)


def _with(known: Dispatch, key: str, order: OrderFacts) -> Dispatch:
    return replace(known, orders={**known.orders, key: order})


def _offered(event: dispatch.WorkOrderOffered) -> OrderFacts:
    return OrderFacts(
        round=event.round,
        role=event.role,
        department=event.department,
        level=event.department_level,
        product=event.product,
    )


def _evolve(order: OrderFacts, heard: Heard) -> OrderFacts:
    event = heard.event
    match event:
        case (
            dispatch.WorkOrderArbitrated()
            | dispatch.WorkOrderTransferred()
            | dispatch.TakenOver(department=str())
        ):
            department = event.department or order.department
            return replace(order, department=department, level=event.department_level)
        case dispatch.ComplaintVerified():
            return replace(order, finding=event.finding)
        case dispatch.WorkOrderCompleted():
            return replace(order, completed_at=event.at, solved=event.solved)
        case dispatch.CustomerNotified(about="result"):
            return replace(order, told_at=order.told_at or event.at)
        case dispatch.FormSigned():
            signed = dict.fromkeys((*order.signed_as, event.signed_as))
            return replace(order, signed_as=tuple(signed))
        case dispatch.WorkOrderCancelled():
            return replace(order, cancelled=True)
        case _:
            return order


def _with_promise(known: Dispatch, event: dispatch.WorkOrderEvent, heard: Heard) -> Dispatch:
    match event:
        case (
            dispatch.WorkOrderAccepted(promised_until=until)
            | dispatch.ContactAttempted(promised_until=until)
            | dispatch.CustomerNotified(promised_until=until)
        ) if until is not None:
            accepted = isinstance(event, dispatch.WorkOrderAccepted)
            promise = PromiseFacts(
                # Whoever's key said so: who takes the work order on is who promises.
                made_by=event.handler if accepted and event.handler else heard.actor,
                handler=event.handler,
                made_at=event.at,
                until=until,
                work_order_id=event.work_order_id,
            )
            return replace(known, promises={**known.promises, str(heard.event_id): promise})
        case _:
            return known
