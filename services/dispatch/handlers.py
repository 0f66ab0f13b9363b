"""What the other services say, as far as somebody must handle a ticket or need not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from services.dispatch.domain.stages import Ended, newest_round, work_orders_of
from services.dispatch.domain.ticket_commands import (
    CancelWorkOrders,
    HearOfDelay,
    OfferAppeal,
    OfferWorkOrder,
)
from services.dispatch.escalations import on_escalation_raised
from services.dispatch.next_rounds import change_of_case, next_round, unmerging
from services.dispatch.projections import DueEvent, due_change, result_change
from services.dispatch.routing import answered_in_writing, handler_in, manager_takes, matter_of
from shared.adopting import on_pack_published
from shared.contracts import intake, revisit, sla
from shared.erasing import on_customer_erased

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
    now = dispatch.core.now()
    matter = matter_of(event.case, event.area, event.against_person, event.product)
    route = dispatch.directory.route(matter, now)
    command = OfferWorkOrder(
        ticket_id=event.ticket_id,
        number=event.number,
        case=event.case,
        department=route.department,
        department_level=dispatch.directory.level_of(route.department),
        rule=route.rule,
        handler=route.handler,
        first_owner=event.receiver,
        area=event.area,
        against_person=event.against_person,
        product=event.product,
        in_writing=answered_in_writing(dispatch.core.packs, event.case),
        received_at=event.at,
        at=now,
        messages=dispatch.messages,
        manager_takes=manager_takes(dispatch.directory, matter, (route.department,), now),
    )
    await dispatch.tickets.handle(event.ticket_id, command, envelope.cause, is_new=True)


async def on_ticket_reclassified(
    envelope: Envelope[intake.TicketReclassified], dispatch: Dispatch
) -> None:
    command = await change_of_case(envelope.event, dispatch)
    await dispatch.tickets.handle(envelope.event.ticket_id, command, envelope.cause)


async def on_ticket_withdrawn(
    envelope: Envelope[intake.TicketWithdrawn], dispatch: Dispatch
) -> None:
    event = envelope.event
    command = CancelWorkOrders(ticket_id=event.ticket_id, round=0, reason="withdrawn", at=event.at)
    await dispatch.tickets.handle(event.ticket_id, command, envelope.cause)


async def on_ticket_merged(envelope: Envelope[intake.TicketMerged], dispatch: Dispatch) -> None:
    event = envelope.event
    command = CancelWorkOrders(ticket_id=event.ticket_id, round=0, reason="merged", at=event.at)
    await dispatch.tickets.handle(event.ticket_id, command, envelope.cause)


async def on_ticket_unmerged(envelope: Envelope[intake.TicketUnmerged], dispatch: Dispatch) -> None:
    command = await unmerging(envelope.event, dispatch)
    await dispatch.tickets.handle(envelope.event.ticket_id, command, envelope.cause)


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
    command = await next_round(event, dispatch)
    handled = await dispatch.tickets.handle(event.ticket_id, command, envelope.cause)
    if isinstance(handled.state, Ended) and not handled.state.is_merged:
        _log_late(event.ticket_id, event.round, "ticket ended")


async def on_ticket_reopened(envelope: Envelope[intake.TicketReopened], dispatch: Dispatch) -> None:
    command = await next_round(envelope.event, dispatch)
    await dispatch.tickets.handle(envelope.event.ticket_id, command, envelope.cause)


async def on_appeal_lodged(envelope: Envelope[intake.AppealLodged], dispatch: Dispatch) -> None:
    """To the nation level, whoever has the ticket's own work order (U-12)."""
    event, now = envelope.event, dispatch.core.now()
    ticket, _ = await dispatch.tickets.load(event.ticket_id)
    main = newest_round(work_orders_of(ticket))
    department = dispatch.directory.appeal_departments[0]
    command = OfferAppeal(
        ticket_id=event.ticket_id,
        appeal_id=event.appeal_id,
        round=event.round,
        case=event.case,
        number=event.number,
        department=department,
        department_level=dispatch.directory.level_of(department),
        handler=handler_in(dispatch.directory, department, main, now),
        through=event.through,
        lodged_at=event.at,
        at=now,
    )
    await dispatch.tickets.handle(event.ticket_id, command, envelope.cause)


def _log_late(ticket_id: UUID, in_round: int, reason: str) -> None:
    log.info("nothing to do any more", ticket_id=str(ticket_id), round=in_round, reason=reason)


async def on_revisit_concluded(
    envelope: Envelope[revisit.RevisitConcluded], dispatch: Dispatch
) -> None:
    await dispatch.core.store.append(envelope.cause.effect(result_change(envelope.event)))


async def on_clock(envelope: Envelope[DueEvent], dispatch: Dispatch) -> None:
    if envelope.event.clock == CLOCK:
        await dispatch.core.store.append(envelope.cause.effect(due_change(envelope.event)))


async def on_clock_missed(envelope: Envelope[sla.ClockMissed], dispatch: Dispatch) -> None:
    event = envelope.event
    if event.clock != CLOCK:
        return
    command = HearOfDelay(
        ticket_id=event.ticket_id,
        round=event.round,
        messages=dispatch.messages,
        missed_at=event.at,
        at=dispatch.core.now(),
    )
    await dispatch.tickets.handle(event.ticket_id, command, envelope.cause)


HANDLERS: Handlers[Dispatch] = {
    intake.TicketRegistered: on_ticket_registered,
    intake.TicketReclassified: on_ticket_reclassified,
    intake.TicketWithdrawn: on_ticket_withdrawn,
    intake.TicketMerged: on_ticket_merged,
    intake.TicketUnmerged: on_ticket_unmerged,
    intake.TicketAnswered: on_ticket_answered,
    intake.TicketClosed: on_ticket_closed,
    intake.TicketReopened: on_ticket_reopened,
    intake.AppealLodged: on_appeal_lodged,
    intake.CustomerErased: on_customer_erased,
    revisit.RectificationOrdered: on_rectification_ordered,
    revisit.RevisitConcluded: on_revisit_concluded,
    sla.ClockStarted: on_clock,
    sla.ClockPaused: on_clock,
    sla.ClockResumed: on_clock,
    sla.DeadlineMoved: on_clock,
    sla.ClockMissed: on_clock_missed,
    sla.PackPublished: on_pack_published,
    sla.EscalationRaised: on_escalation_raised,
}
