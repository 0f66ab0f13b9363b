"""Time ran out: the ticket's own work order goes up, once for each escalation (H-07, U-11)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never, get_args

from services.dispatch.domain.levels import rank
from services.dispatch.domain.stages import InHand, Ticket, newest_round
from services.dispatch.domain.ticket_commands import (
    Directory,
    HearOfEscalation,
)
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import DispatchEvent, TakenOver
from shared.contracts.terms import DepartmentLevel, TakeoverLevel, same_person
from shared.packs import Takeover

DEPARTMENT_LEVELS: tuple[DepartmentLevel, ...] = get_args(DepartmentLevel)
"""Lowest first."""
LOWEST = DEPARTMENT_LEVELS[0]
"""Where departments stand that were named before levels were written down."""


@dataclass(frozen=True, kw_only=True)
class Successor:
    """Who takes it over, as which level; with a department, it becomes that one's."""

    level: TakeoverLevel
    handler: str
    department: str | None = None
    department_level: DepartmentLevel | None = None


def hear_of_escalation(command: HearOfEscalation, ticket: Ticket) -> list[DispatchEvent]:
    """Taken over by whom the pack and the directory name; nothing where nobody is, or need be."""
    order = _order_of(command, ticket)
    wanted = _asked_for(command, order) if order else None
    if order is None or wanted is None:
        return []
    found = _successor(command, order, wanted)
    if found is None or _is_with(found, order):
        return []
    return [_taken_over(command, order, found)]


def finds_nobody(command: HearOfEscalation, ticket: Ticket) -> bool:
    """Whether it should have gone up, and stays because the directory names nobody."""
    order = _order_of(command, ticket)
    wanted = _asked_for(command, order) if order else None
    return bool(order and wanted and _successor(command, order, wanted) is None)


def _order_of(command: HearOfEscalation, ticket: Ticket) -> WorkOrder | None:
    """The newest round's own, if it was out when its time ran out, and is not done yet.

    What was late before anybody was offered it is no fault of theirs: so topics may come in any
    order. A refused one is the centre's, which arbitrates.
    """
    if not isinstance(ticket, InHand):
        return None
    order = newest_round(ticket.work_orders)
    is_held = order.state in {"offered", "accepted"} and order.offered_at <= command.due_at
    return order if is_held and order.round == command.round else None


def _asked_for(command: HearOfEscalation, order: WorkOrder) -> Takeover | None:
    """To whom it should go by its pack, if it is not as high already."""
    pack = command.takeovers.packs.of(order.case)
    if pack is None or command.escalation_id in order.escalations:
        return None
    wanted = pack.takeover(command.clock, command.step, order.case, order.round)
    match wanted:
        case None:
            return None
        case "supervisor" | "manager":
            return None if rank(order.level) >= rank(wanted) else wanted
        case "next-level":
            taken = order.taken_over_at
            return None if taken is not None and taken >= command.due_at else wanted
        case _:
            assert_never(wanted)


def _successor(command: HearOfEscalation, order: WorkOrder, wanted: Takeover) -> Successor | None:
    """Whom the directory names, on that day (H-30), never who is complained about (C-10)."""
    directory = command.takeovers.directory
    if wanted == "next-level":
        return next(_above(order, directory, command.at), None)
    head = directory.head_in(order.department, wanted, command.at, order.against_person)
    return Successor(level=wanted, handler=head) if head else None


def _is_with(found: Successor, order: WorkOrder) -> bool:
    """Whether who would take it over has it: by its severity it may have come to the manager."""
    return found.department is None and same_person(found.handler, order.handler)


def _above(order: WorkOrder, directory: Directory, at: datetime) -> Iterator[Successor]:
    """Of each level above the one where it is, lowest first (U-11)."""
    held = max(rank(order.level), rank(order.department_level or LOWEST))
    for level in DEPARTMENT_LEVELS:
        found = directory.anybody_at(level, at, order.against_person)
        if rank(level) > held and found is not None:
            department, handler = found
            yield Successor(
                level=level, handler=handler, department=department, department_level=level
            )


def _taken_over(command: HearOfEscalation, order: WorkOrder, found: Successor) -> TakenOver:
    return TakenOver(
        work_order_id=order.work_order_id,
        ticket_id=order.ticket_id,
        round=order.round,
        role=order.role,
        level=found.level,
        handler=found.handler,
        department=found.department,
        department_level=found.department_level,
        escalation_id=command.escalation_id,
        at=max(command.at, command.due_at),  # another service's clock may go before this one's
    )
