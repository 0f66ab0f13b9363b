"""What dispatch decides about one ticket: its rounds, and what came before its turn."""

from services.dispatch.domain.appealing import offer_appeal
from services.dispatch.domain.commands import DispatchCommand, SignForm, WorkOrderCommand
from services.dispatch.domain.deciding import decide_on
from services.dispatch.domain.ending import cancel, unmerge
from services.dispatch.domain.errors import TicketClosedError
from services.dispatch.domain.handing_up import hear_of_escalation
from services.dispatch.domain.messages import hear_of_delay, messages_at_offer
from services.dispatch.domain.plausibility import check_times
from services.dispatch.domain.reclassification import change_case
from services.dispatch.domain.rounds import next_round_of, offer_next_round
from services.dispatch.domain.stages import (
    Ended,
    Ticket,
    Unheard,
    evolve,
    find_order,
    work_orders_of,
)
from services.dispatch.domain.ticket_commands import (
    CancelWorkOrders,
    ChangeCase,
    HearOfDelay,
    HearOfEscalation,
    OfferAppeal,
    OfferNextRound,
    OfferWorkOrder,
    UnmergeTicket,
)
from services.dispatch.domain.work_order import work_order_id
from shared.contracts.dispatch import (
    DispatchEvent,
    FactKept,
    WorkOrderOffered,
)
from shared.decider import Decider


def offer(command: OfferWorkOrder, ticket: Ticket) -> list[DispatchEvent]:
    """The first round, and then whatever came before its turn."""
    if not isinstance(ticket, Unheard):
        return []  # a repeat
    case = ticket.reclassified or command.case
    offered = WorkOrderOffered(
        work_order_id=work_order_id(command.ticket_id, 1),
        ticket_id=command.ticket_id,
        round=1,
        case=case,
        number=command.number,
        department=command.department,
        department_level=command.department_level,
        rule=command.rule,
        handler=command.manager_takes.of(command.department, case.severity) or command.handler,
        first_owner=command.first_owner,
        area=command.area,
        against_person=command.against_person,
        product=command.product,
        in_writing=command.in_writing,
        received_at=command.received_at,
        at=command.at,
    )
    events: list[DispatchEvent] = [offered]
    for fact in ticket.kept:
        events += decide(_command_of(fact, command), TICKET.fold(events, ticket))
    first = find_order(TICKET.fold(events, ticket), offered.work_order_id)
    return [*events, *messages_at_offer(first, ticket.delayed, command.messages, command.at)]


def _command_of(
    fact: FactKept, command: OfferWorkOrder
) -> OfferNextRound | CancelWorkOrders | UnmergeTicket:
    match fact.fact:
        case "rectification_ordered" | "reopened":
            return next_round_of(fact, command.case, command)
        case "unmerged":
            return UnmergeTicket(ticket_id=fact.ticket_id, at=fact.at)
        case reason:
            return CancelWorkOrders(
                ticket_id=fact.ticket_id, round=fact.round, reason=reason, at=fact.at
            )


def handle_in(ticket: Ticket, command: WorkOrderCommand) -> list[DispatchEvent]:
    order = find_order(ticket, command.work_order_id)
    check_times(command, order)
    is_over = isinstance(ticket, Ended) and order.state != "cancelled"
    if is_over and not isinstance(command, SignForm):
        raise TicketClosedError
    return decide_on(command, order, work_orders_of(ticket))


def decide(command: DispatchCommand, ticket: Ticket) -> list[DispatchEvent]:
    match command:
        case OfferWorkOrder():
            return offer(command, ticket)
        case OfferNextRound():
            return offer_next_round(command, ticket)
        case HearOfDelay():
            return hear_of_delay(command, ticket)
        case HearOfEscalation():
            return hear_of_escalation(command, ticket)
        case ChangeCase():
            return change_case(command, ticket)
        case OfferAppeal():
            return offer_appeal(command, ticket)
        case CancelWorkOrders():
            return cancel(command, ticket)
        case UnmergeTicket():
            return unmerge(command, ticket)
        case _:
            return handle_in(ticket, command)


TICKET: Decider[DispatchCommand, Ticket, DispatchEvent] = Decider(
    initial=Unheard(), decide=decide, evolve=evolve
)
