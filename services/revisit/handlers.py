"""What the other services say, as far as somebody must be called back or need not be any more.

Intake, dispatch and sla have no common order. A ticket's end is stored before the call-backs are
read, and a scheduling looks at it under the write lock: whichever comes first, nobody is called
about a ticket that has ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from services.revisit.domain.call_back import Concluded
from services.revisit.domain.commands import CancelRevisits, ScheduleRevisit
from services.revisit.domain.errors import RoundIsPastError, TicketEndedError
from services.revisit.projections import Reason, due_change, ending_change, unless_ended
from shared.contracts import dispatch, intake, sla
from shared.event_store import Append

if TYPE_CHECKING:
    from services.revisit.bootstrap import Revisit
    from shared.messaging.envelope import Envelope
    from shared.service import Handlers

CLOCK = "revisit"

log = structlog.get_logger(__name__)


async def on_customer_notified(
    envelope: Envelope[dispatch.CustomerNotified], revisit: Revisit
) -> None:
    """Every result that a department worked for is revisited, of whatever kind (H-05, H-19).

    The pack's exempt kinds are no exception here: only an answer at once spares the call, and
    says so itself. Without a conclusion nobody would close this ticket.
    """
    event = envelope.event
    if event.about != "result" or event.role == "help":
        return
    await _schedule(
        envelope,
        revisit,
        ScheduleRevisit(
            ticket_id=event.ticket_id,
            round=event.round,
            case=event.case,
            number=event.number,
            department=event.department,
            told_at=event.at,
            at=envelope.recorded_at,
        ),
    )


async def on_ticket_answered(envelope: Envelope[intake.TicketAnswered], revisit: Revisit) -> None:
    """No department answered: rectification goes wherever dispatch routes it."""
    event = envelope.event
    if not event.revisit:
        return  # intake closes it itself
    await _schedule(
        envelope,
        revisit,
        ScheduleRevisit(
            ticket_id=event.ticket_id,
            round=event.round,
            case=event.case,
            number=event.number or "",  # answers from before the field was there have none
            department=None,
            told_at=event.at,
            at=envelope.recorded_at,
        ),
    )


async def _schedule(
    envelope: Envelope[dispatch.CustomerNotified | intake.TicketAnswered],
    revisit: Revisit,
    command: ScheduleRevisit,
) -> None:
    try:
        await revisit.call_backs.handle(
            command.ticket_id,
            command,
            envelope.cause,
            texts=[unless_ended(command.ticket_id, command.round)],
        )
    except (TicketEndedError, RoundIsPastError) as late:
        log.info(
            "nothing to call back about",
            ticket_id=str(command.ticket_id),
            round=command.round,
            reason=late.code,
        )


async def on_ticket_withdrawn(envelope: Envelope[intake.TicketWithdrawn], revisit: Revisit) -> None:
    await _end(envelope, revisit, "withdrawn")


async def on_ticket_merged(envelope: Envelope[intake.TicketMerged], revisit: Revisit) -> None:
    await _end(envelope, revisit, "merged")


async def _end(
    envelope: Envelope[intake.TicketWithdrawn | intake.TicketMerged],
    revisit: Revisit,
    reason: Reason,
) -> None:
    ticket_id = envelope.event.ticket_id
    await revisit.core.store.append(Append(rows=[ending_change(ticket_id, reason=reason)]))
    command = CancelRevisits(
        ticket_id=ticket_id, up_to_round=None, reason=reason, at=envelope.recorded_at
    )
    handled = await revisit.call_backs.handle(ticket_id, command, envelope.cause)
    newest = handled.state.get(max(handled.state, default=0))
    if isinstance(newest, Concluded):
        log.info(
            "ended after its revisit was concluded",
            reason=reason,
            ticket_id=str(ticket_id),
            round=newest.scheduled.round,
        )


async def on_ticket_closed(envelope: Envelope[intake.TicketClosed], revisit: Revisit) -> None:
    """An answer to an exempt kind: nobody calls. Other closings follow from our own conclusions."""
    event = envelope.event
    if event.closed_as != "answered":
        return
    closed = ending_change(event.ticket_id, closed_round=event.round)
    await revisit.core.store.append(Append(rows=[closed]))
    command = CancelRevisits(
        ticket_id=event.ticket_id,
        up_to_round=event.round,
        reason="closed",
        at=envelope.recorded_at,
    )
    await revisit.call_backs.handle(event.ticket_id, command, envelope.cause)


async def on_deadline(
    envelope: Envelope[sla.ClockStarted | sla.DeadlineMoved], revisit: Revisit
) -> None:
    if envelope.event.clock != CLOCK:
        return
    await revisit.core.store.append(envelope.cause.effect(due_change(envelope.event)))


HANDLERS: Handlers[Revisit] = {
    dispatch.CustomerNotified: on_customer_notified,
    intake.TicketAnswered: on_ticket_answered,
    intake.TicketWithdrawn: on_ticket_withdrawn,
    intake.TicketMerged: on_ticket_merged,
    intake.TicketClosed: on_ticket_closed,
    sla.ClockStarted: on_deadline,
    sla.DeadlineMoved: on_deadline,
}
