"""What dispatch decides about one ticket: its rounds, and what came before its turn."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

from services.dispatch.domain.commands import (
    AcceptWorkOrder,
    AgreeAppointment,
    CancelWorkOrders,
    DispatchCommand,
    ExtendTime,
    NotifyCustomer,
    OfferNextRound,
    OfferWorkOrder,
    RecordContact,
    SignForm,
    WorkOrderCommand,
)
from services.dispatch.domain.deciding import decide_on
from services.dispatch.domain.errors import (
    BeforeTicketError,
    ImplausiblePromiseError,
    ImplausibleTimeError,
    TicketClosedError,
)
from services.dispatch.domain.stages import (
    Ended,
    InHand,
    Ticket,
    Unheard,
    evolve,
    find_order,
    newest_round,
    work_orders_of,
)
from services.dispatch.domain.work_order import WorkOrder, work_order_id
from shared.contracts.dispatch import (
    DispatchEvent,
    FactKept,
    WorkOrderCancelled,
    WorkOrderOffered,
)
from shared.decider import LEEWAY, Decider

RECTIFICATION = "rectification"
REOPENING = "reopening"
"""The rules that name a later round's department: the one that was responsible before."""
LONGEST_PROMISE = timedelta(days=3653)
"""Ten years."""


def offer(command: OfferWorkOrder, ticket: Ticket) -> list[DispatchEvent]:
    """The first round, and then whatever came before its turn."""
    if not isinstance(ticket, Unheard):
        return []  # a repeat
    offered = WorkOrderOffered(
        work_order_id=work_order_id(command.ticket_id, 1),
        ticket_id=command.ticket_id,
        round=1,
        case=command.case,
        number=command.number,
        department=command.department,
        rule=command.rule,
        handler=command.handler,
        first_owner=command.first_owner,
        area=command.area,
        against_person=command.against_person,
        received_at=command.received_at,
        at=command.at,
    )
    events: list[DispatchEvent] = [offered]
    for fact in ticket.kept:
        events += decide(_command_of(fact, command), TICKET.fold(events))
    return events


def _command_of(fact: FactKept, command: OfferWorkOrder) -> OfferNextRound | CancelWorkOrders:
    if fact.fact == "rectification_ordered":
        return OfferNextRound(
            ticket_id=fact.ticket_id,
            round=fact.round,
            case=fact.case or command.case,
            ordered_at=fact.at,
            at=command.at,
        )
    return CancelWorkOrders(
        ticket_id=fact.ticket_id, round=fact.round, reason=fact.fact, at=fact.at
    )


def offer_next_round(command: OfferNextRound, ticket: Ticket) -> list[DispatchEvent]:
    match ticket:
        case Unheard():
            kept = FactKept(
                ticket_id=command.ticket_id,
                round=command.round,
                fact="rectification_ordered",
                case=command.case,
                at=command.ordered_at,
            )
            return _once(kept, ticket.kept)
        case Ended() if not command.reopened:
            return []  # it ended meanwhile, and that wins
        case InHand() | Ended() if command.round <= newest_round(ticket.work_orders).round:
            return []  # a repeat
        case InHand():
            return _next_round(command, newest_round(ticket.work_orders), ticket.kept)
        case Ended():
            return _next_round(command, newest_round(ticket.work_orders), ())
        case _:
            assert_never(ticket)


def _next_round(
    command: OfferNextRound, before: WorkOrder, kept: tuple[FactKept, ...]
) -> list[DispatchEvent]:
    offered = WorkOrderOffered(
        work_order_id=work_order_id(command.ticket_id, command.round),
        ticket_id=command.ticket_id,
        round=command.round,
        case=command.case,
        number=before.number,
        department=before.department,
        rule=REOPENING if command.reopened else RECTIFICATION,
        handler=before.handler,
        first_owner=before.first_owner,
        area=before.area,
        against_person=before.against_person,
        received_at=before.received_at,
        at=command.at,
    )
    answered = next((fact for fact in kept if fact.round == command.round), None)
    if answered is None:
        return [offered]
    cancelled = WorkOrderCancelled(
        work_order_id=offered.work_order_id,
        ticket_id=command.ticket_id,
        round=command.round,
        reason="answered",
        at=answered.at,
    )
    return [offered, cancelled]


def cancel(command: CancelWorkOrders, ticket: Ticket) -> list[DispatchEvent]:
    """Cancels what is open of the round answered, or of all; keeps the fact where nothing is."""
    fact = FactKept(
        ticket_id=command.ticket_id, round=command.round, fact=command.reason, at=command.at
    )
    match ticket:
        case Unheard():
            return _once(fact, ticket.kept)
        case InHand(work_orders=work_orders) if command.reason == "answered":
            if command.round > newest_round(work_orders).round:
                return _once(fact, ticket.kept)
            return _cancelled(command, work_orders, lambda order: order.round == command.round)
        case InHand(work_orders=work_orders):
            return _cancelled(command, work_orders, lambda _: True) or [fact]
        case Ended():
            return []  # a repeat
        case _:
            assert_never(ticket)


def _once(fact: FactKept, kept: tuple[FactKept, ...]) -> list[DispatchEvent]:
    same = [one for one in kept if (one.fact, one.round) == (fact.fact, fact.round)]
    return [] if same else [fact]


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


def handle_in(ticket: Ticket, command: WorkOrderCommand) -> list[DispatchEvent]:
    order = find_order(ticket, command.work_order_id)
    _check_times(command, order)
    is_over = isinstance(ticket, Ended) and order.state != "cancelled"
    if is_over and not isinstance(command, SignForm):
        raise TicketClosedError
    return decide_on(command, order, work_orders_of(ticket))


def _check_times(command: WorkOrderCommand, order: WorkOrder) -> None:
    match command:
        case AcceptWorkOrder() | RecordContact() | NotifyCustomer() if command.promised_until:
            if not command.at < command.promised_until <= command.at + LONGEST_PROMISE:
                raise ImplausiblePromiseError
        case ExtendTime():
            _check_until(command.until, command)
            _check_not_before(command.consent_at, order)
        case AgreeAppointment():
            if not command.from_at < command.until:
                raise ImplausibleTimeError
            _check_until(command.until, command)
        case _:
            pass
    _check_not_before(command.at, order)


def _check_until(until: datetime, command: WorkOrderCommand) -> None:
    if not command.at < until <= command.at + LONGEST_PROMISE:
        raise ImplausibleTimeError


def _check_not_before(moment: datetime, order: WorkOrder) -> None:
    if order.received_at is not None and moment < order.received_at - LEEWAY:
        raise BeforeTicketError


def decide(command: DispatchCommand, ticket: Ticket) -> list[DispatchEvent]:
    match command:
        case OfferWorkOrder():
            return offer(command, ticket)
        case OfferNextRound():
            return offer_next_round(command, ticket)
        case CancelWorkOrders():
            return cancel(command, ticket)
        case _:
            return handle_in(ticket, command)


TICKET: Decider[DispatchCommand, Ticket, DispatchEvent] = Decider(
    initial=Unheard(), decide=decide, evolve=evolve
)
