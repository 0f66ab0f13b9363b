"""How far a ticket is with its departments, as dispatch's own events tell it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.dispatch.domain.errors import WorkOrderNotFoundError
from services.dispatch.domain.evolution import evolve_order
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import DispatchEvent, FactKept, WorkOrderCancelled, WorkOrderOffered


@dataclass(frozen=True)
class Unheard:
    """Its registration was not heard of yet; perhaps other things were."""

    kept: tuple[FactKept, ...] = ()


@dataclass(frozen=True)
class InHand:
    """Rounds at departments, the newest last."""

    work_orders: tuple[WorkOrder, ...]
    kept: tuple[FactKept, ...] = ()


@dataclass(frozen=True)
class Ended:
    """Closed, withdrawn or merged: nothing is offered any more, unless intake reopens it."""

    work_orders: tuple[WorkOrder, ...]


Ticket = Unheard | InHand | Ended


def work_orders_of(ticket: Ticket) -> tuple[WorkOrder, ...]:
    return () if isinstance(ticket, Unheard) else ticket.work_orders


def newest_round(work_orders: Sequence[WorkOrder]) -> WorkOrder:
    """The ticket's own; who was asked for help has work orders beside it."""
    return [order for order in work_orders if order.role == "main"][-1]


def find_order(ticket: Ticket, wanted: UUID) -> WorkOrder:
    """Raises WorkOrderNotFoundError."""
    for order in work_orders_of(ticket):
        if order.work_order_id == wanted:
            return order
    raise WorkOrderNotFoundError


def evolve(ticket: Ticket, event: DispatchEvent) -> Ticket:
    if isinstance(event, FactKept):
        return _keep(ticket, event)
    orders = {order.work_order_id: order for order in work_orders_of(ticket)}
    order = evolve_order(orders.get(event.work_order_id), event)
    if order is None:
        return ticket
    work_orders = tuple({**orders, order.work_order_id: order}.values())
    match event:
        case WorkOrderCancelled(reason="withdrawn" | "merged" | "closed"):
            return Ended(work_orders)
        case _ if isinstance(ticket, Unheard):
            return InHand(work_orders)
        case WorkOrderOffered() if isinstance(ticket, Ended):
            return InHand(work_orders)  # reopened
        case _:
            return replace(ticket, work_orders=work_orders)


def _keep(ticket: Ticket, fact: FactKept) -> Ticket:
    match ticket:
        case Ended():
            return ticket
        case InHand(work_orders=work_orders) if fact.fact in {"withdrawn", "merged", "closed"}:
            return Ended(work_orders)
        case _:
            return replace(ticket, kept=(*ticket.kept, fact))
