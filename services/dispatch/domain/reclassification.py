"""A ticket that is another matter than it was taken for."""

from typing import assert_never

from services.dispatch.domain.levels import is_handed_up
from services.dispatch.domain.stages import Ended, InHand, Ticket, Unheard, newest_round
from services.dispatch.domain.ticket_commands import ChangeCase
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import CaseChanged, DispatchEvent, TakenOver


def change_case(command: ChangeCase, ticket: Ticket) -> list[DispatchEvent]:
    """What is open, and every later round, is the new matter; if it is severe, the manager's."""
    if isinstance(ticket, Ended) or command.case == ticket.reclassified:
        return []  # nothing is left to handle, or a repeat
    match ticket:
        case Unheard():
            return [_changed(command, 0, ())]
        case InHand(work_orders=work_orders):
            newest = newest_round(work_orders)
            return [_changed(command, newest.round, work_orders), *_taken_over(command, newest)]
        case _:
            assert_never(ticket)


def _changed(command: ChangeCase, in_round: int, work_orders: tuple[WorkOrder, ...]) -> CaseChanged:
    return CaseChanged(
        ticket_id=command.ticket_id,
        round=in_round,
        case=command.case,
        work_order_ids=tuple(order.work_order_id for order in work_orders if order.is_open),
        at=command.reclassified_at,
    )


def _taken_over(command: ChangeCase, order: WorkOrder) -> list[TakenOver]:
    """At once, if it was not the manager's before (H-07).

    A refused one is the centre's, which arbitrates by the new severity; one that is completed
    would be the manager's in the next round.
    """
    if order.state not in {"offered", "accepted"} or is_handed_up(order):
        return []
    if order.case.severity in command.manager_takes.severities:
        return []
    manager = command.manager_takes.of(order.department, command.case.severity)
    if manager is None:
        return []
    return [
        TakenOver(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            level="manager",
            handler=manager,
            at=command.at,
        )
    ]
