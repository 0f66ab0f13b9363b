"""What the other services say, as far as somebody must handle a ticket or need not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from services.dispatch.domain.commands import CancelWorkOrders, OfferNextRound, OfferWorkOrder
from services.dispatch.domain.stages import Ended, work_orders_of
from services.dispatch.projections import due_change
from services.dispatch.routing import matter_of
from shared.contracts import intake, revisit, sla

if TYPE_CHECKING:
    from uuid import UUID

    from services.dispatch.bootstrap import Dispatch
    from shared.messaging.envelope import Envelope
    from shared.service import Handlers

CLOCK = "answer"
"""Whose limit is a work order's."""

log = structlog.get_logger(__name__)


async def on_ticket_registered(
    envelope: Envelope[intake.TicketRegistered], dispatch: Dispatch
) -> None:
    event = envelope.event
    matter = matter_of(event.case, event.area, event.against_person, event.product)
    route = dispatch.directory.route(matter, dispatch.core.now())
    command = OfferWorkOrder(
        ticket_id=event.ticket_id,
        number=event.number,
        case=event.case,
        department=route.department,
        rule=route.rule,
        handler=route.handler,
        first_owner=event.receiver,
        area=event.area,
        against_person=event.against_person,
        received_at=event.at,
        at=dispatch.core.now(),
    )
    await dispatch.tickets.handle(event.ticket_id, command, envelope.cause, is_new=True)


async def on_ticket_withdrawn(
    envelope: Envelope[intake.TicketWithdrawn], dispatch: Dispatch
) -> None:
    event = envelope.event
    command = CancelWorkOrders(ticket_id=event.ticket_id, round=0, reason="withdrawn", at=event.at)
    await dispatch.tickets.handle(event.ticket_id, command, envelope.cause)


async def on_ticket_answered(envelope: Envelope[intake.TicketAnswered], dispatch: Dispatch) -> None:
    event = envelope.event
    command = CancelWorkOrders(
        ticket_id=event.ticket_id, round=event.round, reason="answered", at=event.at
    )
    handled = await dispatch.tickets.handle(event.ticket_id, command, envelope.cause)
    orders = work_orders_of(handled.state)
    if any(order.round == event.round and order.state == "notified" for order in orders):
        _log_late(event.ticket_id, event.round, "already notified")


async def on_ticket_closed(envelope: Envelope[intake.TicketClosed], dispatch: Dispatch) -> None:
    event = envelope.event
    command = CancelWorkOrders(
        ticket_id=event.ticket_id, round=event.round, reason="closed", at=event.at
    )
    await dispatch.tickets.handle(event.ticket_id, command, envelope.cause)


async def on_rectification_ordered(
    envelope: Envelope[revisit.RectificationOrdered], dispatch: Dispatch
) -> None:
    event = envelope.event
    command = OfferNextRound(
        ticket_id=event.ticket_id,
        round=event.round,
        case=event.case,
        ordered_at=event.at,
        at=dispatch.core.now(),
    )
    handled = await dispatch.tickets.handle(event.ticket_id, command, envelope.cause)
    if isinstance(handled.state, Ended):
        _log_late(event.ticket_id, event.round, "ticket ended")


def _log_late(ticket_id: UUID, in_round: int, reason: str) -> None:
    log.info("nothing to do any more", ticket_id=str(ticket_id), round=in_round, reason=reason)


async def on_clock(
    envelope: Envelope[sla.ClockStarted | sla.DeadlineMoved], dispatch: Dispatch
) -> None:
    if envelope.event.clock == CLOCK:
        await dispatch.core.store.append(envelope.cause.effect(due_change(envelope.event)))


HANDLERS: Handlers[Dispatch] = {
    intake.TicketRegistered: on_ticket_registered,
    intake.TicketWithdrawn: on_ticket_withdrawn,
    intake.TicketAnswered: on_ticket_answered,
    intake.TicketClosed: on_ticket_closed,
    revisit.RectificationOrdered: on_rectification_ordered,
    sla.ClockStarted: on_clock,
    sla.DeadlineMoved: on_clock,
}
