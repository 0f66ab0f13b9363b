"""Nobody waits for a department any more, unless it was a merger and that is taken back."""

from collections.abc import Callable
from functools import reduce
from typing import assert_never

from services.dispatch.domain.messages import messages_about
from services.dispatch.domain.rounds import (
    REOPENING,
    next_round_of,
    offer_next_round,
    once,
)
from services.dispatch.domain.stages import (
    Ended,
    InHand,
    Ticket,
    Unheard,
    evolve,
    is_merged,
    newest_round,
    work_orders_of,
)
from services.dispatch.domain.ticket_commands import CancelWorkOrders, UnmergeTicket
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import DispatchEvent, FactKept, WorkOrderCancelled


def cancel(command: CancelWorkOrders, ticket: Ticket) -> list[DispatchEvent]:
    """Cancels what is open of the round answered, or of all; keeps the fact where nothing is."""
    fact = FactKept(
        ticket_id=command.ticket_id, round=command.round, fact=command.reason, at=command.at
    )
    match ticket:
        case Unheard():
            return once(fact, ticket.kept)
        case InHand(work_orders=work_orders) if command.reason == "answered":
            if command.round > newest_round(work_orders).round:
                return once(fact, ticket.kept)
            return _cancelled(command, work_orders, lambda order: _is_of(order, command.round))
        case InHand(work_orders=work_orders) if _is_past(command, work_orders):
            return _cancelled(command, work_orders, lambda order: order.round <= command.round)
        case InHand(work_orders=work_orders):
            return _cancelled(command, work_orders, lambda _: True) or [fact]
        case Ended():
            return []  # a repeat
        case _:
            assert_never(ticket)


def _is_of(order: WorkOrder, in_round: int) -> bool:
    """Whether the round's answer at once leaves nothing to do; an appeal stays (U-12)."""
    return order.round == in_round and order.role != "appeal"


def _is_past(command: CancelWorkOrders, work_orders: tuple[WorkOrder, ...]) -> bool:
    """Whether it closed a round before the one that it was reopened for."""
    newest = newest_round(work_orders)
    return command.reason == "closed" and newest.rule == REOPENING and command.round < newest.round


def _cancelled(
    command: CancelWorkOrders,
    work_orders: tuple[WorkOrder, ...],
    concerns: Callable[[WorkOrder], bool],
) -> list[DispatchEvent]:
    return [
        WorkOrderCancelled(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            reason=command.reason,
            at=command.at,
        )
        for order in work_orders
        if order.is_open and concerns(order)
    ]


def unmerge(command: UnmergeTicket, ticket: Ticket) -> list[DispatchEvent]:
    """As though never merged: work orders as they were, then what was kept meanwhile."""
    match ticket:
        case Unheard(kept=kept):
            fact = FactKept(ticket_id=command.ticket_id, round=0, fact="unmerged", at=command.at)
            return [fact] if any(one.fact == "merged" for one in kept) else []
        case Ended(is_merged=True):
            return _unmerged(command, ticket)
        case InHand() | Ended():
            return []  # a repeat
        case _:
            assert_never(ticket)


def _unmerged(command: UnmergeTicket, ticket: Ended) -> list[DispatchEvent]:
    newest = newest_round(ticket.work_orders)
    restored = [order.work_order_id for order in ticket.work_orders if is_merged(order)]
    unmerged = FactKept(
        ticket_id=command.ticket_id,
        round=newest.round,
        fact="unmerged",
        work_order_ids=tuple(restored),
        at=command.at,
    )
    events: list[DispatchEvent] = [unmerged]
    now = evolve(ticket, unmerged)
    for order in work_orders_of(now):
        if order.is_open and order.round in ticket.delayed:
            events += messages_about(["delayed"], order, command.messages, command.at)
    for fact in ticket.kept:
        if fact.fact == "rectification_ordered":
            offered = offer_next_round(next_round_of(fact, newest.case, command), now)
            events += offered
            now = reduce(evolve, offered, now)
    return events
