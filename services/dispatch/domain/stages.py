"""How far a ticket is with its departments, as dispatch's own events tell it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.dispatch.domain.errors import WorkOrderNotFoundError
from services.dispatch.domain.evolution import evolve_order, reclassified
from services.dispatch.domain.holders import holders_after
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import (
    CaseChanged,
    DelayHeard,
    DispatchEvent,
    FactKept,
    WorkOrderCancelled,
    WorkOrderOffered,
)
from shared.contracts.terms import Case


@dataclass(frozen=True)
class Unheard:
    """Its registration was not heard of yet; perhaps other things were."""

    kept: tuple[FactKept, ...] = ()
    reclassified: Case | None = None
    delayed: frozenset[int] = frozenset()


@dataclass(frozen=True)
class InHand:
    """Rounds at departments, the newest last."""

    work_orders: tuple[WorkOrder, ...]
    kept: tuple[FactKept, ...] = ()
    reclassified: Case | None = None
    """What intake last said that it is, if that is not what it was registered as."""
    delayed: frozenset[int] = frozenset()
    """Rounds that were not offered yet when their limit passed."""


@dataclass(frozen=True)
class Ended:
    """Closed, withdrawn or merged: nothing is offered, unless intake reopens or unmerges it."""

    work_orders: tuple[WorkOrder, ...]
    is_merged: bool = False
    kept: tuple[FactKept, ...] = ()
    reclassified: Case | None = None
    delayed: frozenset[int] = frozenset()
    """Of a merged one alone: what counts should the merger be taken back."""


Ticket = Unheard | InHand | Ended


def work_orders_of(ticket: Ticket) -> tuple[WorkOrder, ...]:
    return () if isinstance(ticket, Unheard) else ticket.work_orders


def newest_round(work_orders: Sequence[WorkOrder]) -> WorkOrder:
    """The ticket's own; help and appeals have work orders beside it.

    Raises WorkOrderNotFoundError for a ticket unheard of, which has none.
    """
    found = next((order for order in work_orders[::-1] if order.role == "main"), None)
    if found is None:
        raise WorkOrderNotFoundError
    return found


def find_order(ticket: Ticket, wanted: UUID) -> WorkOrder:
    """Raises WorkOrderNotFoundError."""
    for order in work_orders_of(ticket):
        if order.work_order_id == wanted:
            return order
    raise WorkOrderNotFoundError


def is_merged(order: WorkOrder) -> bool:
    """Whether nothing but the merger cancelled it."""
    return order.cancelled_because == "merged"


def restored(order: WorkOrder, at: datetime) -> WorkOrder:
    """As it was before it was cancelled; in between nobody had it."""
    state = order.cancelled_in or order.state
    again = replace(order, state=state, cancelled_because=None, cancelled_in=None)
    return replace(again, holders=holders_after(again.holders, again.holding, at))


def evolve(ticket: Ticket, event: DispatchEvent) -> Ticket:
    if isinstance(event, FactKept):
        return _keep(ticket, event)
    if isinstance(event, CaseChanged):
        return _change(ticket, event)
    if isinstance(event, DelayHeard):
        return _delay(ticket, event)
    orders = {order.work_order_id: order for order in work_orders_of(ticket)}
    order = evolve_order(orders.get(event.work_order_id), event)
    if order is None:
        return ticket
    work_orders = tuple({**orders, order.work_order_id: order}.values())
    later = any(one.is_open and one.round > event.round for one in work_orders)
    match event:
        case WorkOrderCancelled(reason="withdrawn" | "merged" | "closed") if not later:
            return _ended(ticket, work_orders, is_merged=event.reason == "merged")
        case _ if isinstance(ticket, Unheard):
            return InHand(work_orders, reclassified=ticket.reclassified, delayed=ticket.delayed)
        case WorkOrderOffered() if isinstance(ticket, Ended):
            return InHand(work_orders)  # reopened
        case _:
            return replace(ticket, work_orders=work_orders)


def _ended(ticket: Ticket, work_orders: tuple[WorkOrder, ...], *, is_merged: bool) -> Ended:
    if not is_merged:
        return Ended(work_orders)
    return Ended(
        work_orders,
        is_merged=True,
        kept=ticket.kept,
        reclassified=ticket.reclassified,
        delayed=ticket.delayed,
    )


def _change(ticket: Ticket, event: CaseChanged) -> Ticket:
    match ticket:
        case Ended():
            return ticket
        case Unheard():
            return replace(ticket, reclassified=event.case)
        case InHand():
            changed = tuple(reclassified(order, event) for order in ticket.work_orders)
            return replace(ticket, work_orders=changed, reclassified=event.case)
        case _:
            assert_never(ticket)


def _delay(ticket: Ticket, event: DelayHeard) -> Ticket:
    if isinstance(ticket, Ended) and not ticket.is_merged:
        return ticket
    return replace(ticket, delayed=ticket.delayed | {event.round})


def _keep(ticket: Ticket, fact: FactKept) -> Ticket:
    match ticket:
        case Ended(is_merged=True) if fact.fact == "unmerged":
            return _unmerged(ticket, fact.at)
        case Ended(is_merged=True):
            return replace(ticket, kept=(*ticket.kept, fact))
        case Ended():
            return ticket
        case InHand(work_orders=work_orders) if fact.fact in {"withdrawn", "merged", "closed"}:
            return _ended(ticket, work_orders, is_merged=fact.fact == "merged")
        case Unheard(kept=kept) if fact.fact == "unmerged":
            return replace(ticket, kept=tuple([one for one in kept if one.fact != "merged"]))
        case _:
            return replace(ticket, kept=(*ticket.kept, fact))


def _unmerged(ticket: Ended, at: datetime) -> InHand:
    orders = [restored(one, at) if is_merged(one) else one for one in ticket.work_orders]
    return InHand(tuple(orders), ticket.kept, ticket.reclassified, ticket.delayed)
