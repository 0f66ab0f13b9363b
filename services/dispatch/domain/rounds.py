"""The next round of a ticket that was not solved after all."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from services.dispatch.domain.evolution import offered_order
from services.dispatch.domain.levels import is_handed_up
from services.dispatch.domain.messages import messages_at_offer
from services.dispatch.domain.stages import Ended, InHand, Ticket, Unheard, newest_round
from services.dispatch.domain.ticket_commands import OfferNextRound, OfferWorkOrder, UnmergeTicket
from services.dispatch.domain.work_order import WorkOrder, work_order_id
from shared.contracts.dispatch import (
    DispatchEvent,
    FactKept,
    WorkOrderCancelled,
    WorkOrderOffered,
)
from shared.contracts.terms import Case, same_person

RECTIFICATION = "rectification"
REOPENING = "reopening"
"""The rules that name a later round's department: the one that was responsible before."""


def offer_next_round(command: OfferNextRound, ticket: Ticket) -> list[DispatchEvent]:
    """Back to the department responsible before, unless it left the directory (H-20)."""
    match ticket:
        case Unheard():
            return once(_fact_of(command), ticket.kept)
        case Ended(is_merged=True) if not command.reopened:
            return once(_fact_of(command), ticket.kept)  # a merger may be taken back
        case Ended() if not command.reopened:
            return []  # it ended meanwhile, and that wins
        case InHand() | Ended() if command.round <= newest_round(ticket.work_orders).round:
            return []  # a repeat
        case InHand():
            case = command.case if command.reopened else ticket.reclassified or command.case
            return _next_round(replace(command, case=case), ticket)
        case Ended():
            return _next_round(command, InHand(ticket.work_orders))
        case _:
            assert_never(ticket)


def _fact_of(command: OfferNextRound) -> FactKept:
    return FactKept(
        ticket_id=command.ticket_id,
        round=command.round,
        fact="reopened" if command.reopened else "rectification_ordered",
        case=command.case,
        at=command.ordered_at,
    )


def next_round_of(
    fact: FactKept, case: Case, now: OfferWorkOrder | UnmergeTicket
) -> OfferNextRound:
    """The command that was kept as a fact; `case` where the fact names none."""
    return OfferNextRound(
        ticket_id=fact.ticket_id,
        round=fact.round,
        case=fact.case or case,
        ordered_at=fact.at,
        at=now.at,
        manager_takes=now.manager_takes,
        messages=now.messages,
        reroute=now.reroute if isinstance(now, UnmergeTicket) else None,
        stand_in=now.stand_in if isinstance(now, UnmergeTicket) else None,
        reopened=fact.fact == "reopened",
    )


def _next_round(command: OfferNextRound, ticket: InHand) -> list[DispatchEvent]:
    offered = _offered(command, newest_round(ticket.work_orders))
    for fact in ticket.kept:
        if fact.fact == "answered" and fact.round == command.round:
            return [offered, _answered(offered, fact.at)]
    order = offered_order(offered)
    told = messages_at_offer(order, ticket.delayed, command.messages, command.at)
    return [offered, *told]


def _offered(command: OfferNextRound, before: WorkOrder) -> WorkOrderOffered:
    department, handler = before.department, _present(command, before)
    level = before.department_level
    rule = REOPENING if command.reopened else RECTIFICATION
    anew = command.reroute
    if anew is not None and anew.from_department == department:
        department, handler, rule = anew.department, anew.handler, anew.rule
        level = anew.department_level
    manager = command.manager_takes.of(department, command.case.severity)
    if is_handed_up(before):
        manager = None  # who has it stands as high, or higher
    return WorkOrderOffered(
        work_order_id=work_order_id(command.ticket_id, command.round),
        ticket_id=command.ticket_id,
        round=command.round,
        case=command.case,
        number=before.number,
        department=department,
        department_level=level,
        rule=rule,
        handler=manager or handler,
        first_owner=before.first_owner,
        area=before.area,
        against_person=before.against_person,
        product=before.product,
        in_writing=before.in_writing,
        received_at=before.received_at,
        at=command.at,
    )


def _present(command: OfferNextRound, before: WorkOrder) -> str | None:
    """Who handled it before, or has it while they are away (H-30)."""
    away = command.stand_in
    if away is not None and same_person(away.handler, before.handler):
        return away.deputy
    return before.handler


def _answered(offered: WorkOrderOffered, at: datetime) -> WorkOrderCancelled:
    return WorkOrderCancelled(
        work_order_id=offered.work_order_id,
        ticket_id=offered.ticket_id,
        round=offered.round,
        reason="answered",
        at=at,
    )


def once(fact: FactKept, kept: tuple[FactKept, ...]) -> list[DispatchEvent]:
    """The fact, unless it is kept already."""
    same = [one for one in kept if (one.fact, one.round) == (fact.fact, fact.round)]
    return [] if same else [fact]
