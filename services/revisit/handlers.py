"""What the other services say, as far as somebody must be called back or need not be any more.

Intake, dispatch and sla have no common order. A ticket's end is stored before the call-backs are
read, and a scheduling looks at it under the write lock: whichever comes first, nobody is called
about a ticket that has ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from services.revisit.domain.commands import (
    CancelRevisits,
    RescheduleRevisits,
    ScheduleRevisit,
)
from services.revisit.domain.errors import RoundIsPastError, TicketEndedError
from services.revisit.domain.stages import Concluded
from services.revisit.projections import (
    COMPLAINTS,
    ENDINGS,
    Complaint,
    DueEvent,
    Reason,
    due_change,
    ending_change,
    missed_change,
    unless_ended,
    unmerged_change,
)
from shared.adopting import on_calendar_published, on_pack_published
from shared.canary import is_canary
from shared.contracts import dispatch, intake, sla
from shared.erasing import on_customer_erased
from shared.event_store import Append, RowConflictError
from shared.tables import Put

if TYPE_CHECKING:
    from services.revisit.bootstrap import Revisit
    from shared.decider import BrokenRuleError
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
    if event.about != "result" or event.role != "main":
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
            at=revisit.core.now(),
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
            at=revisit.core.now(),
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
            rows=[unless_ended(command.ticket_id, command.round)],
        )
    except RoundIsPastError as late:
        _log_late(command, late)
    except TicketEndedError as late:
        _log_late(command, late)
        await _keep(envelope, revisit, command)


async def _keep(
    envelope: Envelope[dispatch.CustomerNotified | intake.TicketAnswered],
    revisit: Revisit,
    command: ScheduleRevisit,
) -> None:
    try:
        await revisit.core.store.append(envelope.cause.effect(missed_change(command)))
    except RowConflictError as conflict:
        if conflict.table != ENDINGS.name:
            raise
        await _schedule(envelope, revisit, command)


def _log_late(command: ScheduleRevisit, late: BrokenRuleError) -> None:
    log.info(
        "nothing to call back about",
        ticket_id=str(command.ticket_id),
        round=command.round,
        reason=late.code,
    )


async def on_ticket_registered(
    envelope: Envelope[intake.TicketRegistered], revisit: Revisit
) -> None:
    """All that is kept of it is whom it is about (C-10)."""
    event = envelope.event
    if event.against_person is None:
        return
    complaint = Put(COMPLAINTS, str(event.ticket_id), Complaint(event.against_person))
    await revisit.core.store.append(envelope.cause.effect(complaint))


async def on_ticket_withdrawn(envelope: Envelope[intake.TicketWithdrawn], revisit: Revisit) -> None:
    await _end(envelope, revisit, "withdrawn")


async def on_ticket_merged(envelope: Envelope[intake.TicketMerged], revisit: Revisit) -> None:
    await _end(envelope, revisit, "merged")


async def on_ticket_unmerged(envelope: Envelope[intake.TicketUnmerged], revisit: Revisit) -> None:
    """Calls are due again, also about what was told while it was merged."""
    ticket_id = envelope.event.ticket_id
    ending = await revisit.core.store.get(ENDINGS, str(ticket_id))
    missed = ending.missed if ending else ()
    command = RescheduleRevisits(ticket_id=ticket_id, missed=missed, at=revisit.core.now())
    cause = envelope.cause.with_rows(unmerged_change(ticket_id, missed))
    try:
        await revisit.call_backs.handle(ticket_id, command, cause)
    except RowConflictError as conflict:
        if conflict.table != ENDINGS.name:
            raise
        await on_ticket_unmerged(envelope, revisit)


async def _end(
    envelope: Envelope[intake.TicketWithdrawn | intake.TicketMerged],
    revisit: Revisit,
    reason: Reason,
) -> None:
    event, ticket_id = envelope.event, envelope.event.ticket_id
    if is_canary(ticket_id):
        return  # nobody would be called
    await revisit.core.store.append(Append(rows=[ending_change(ticket_id, reason=reason)]))
    command = CancelRevisits(ticket_id=ticket_id, up_to_round=None, reason=reason, at=event.at)
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
        at=event.at,
    )
    await revisit.call_backs.handle(event.ticket_id, command, envelope.cause)


async def on_clock(envelope: Envelope[DueEvent], revisit: Revisit) -> None:
    if envelope.event.clock == CLOCK:
        await revisit.core.store.append(envelope.cause.effect(due_change(envelope.event)))


HANDLERS: Handlers[Revisit] = {
    dispatch.CustomerNotified: on_customer_notified,
    intake.TicketRegistered: on_ticket_registered,
    intake.TicketAnswered: on_ticket_answered,
    intake.TicketWithdrawn: on_ticket_withdrawn,
    intake.TicketMerged: on_ticket_merged,
    intake.TicketUnmerged: on_ticket_unmerged,
    intake.TicketClosed: on_ticket_closed,
    intake.CustomerErased: on_customer_erased,
    sla.ClockStarted: on_clock,
    sla.ClockPaused: on_clock,
    sla.ClockResumed: on_clock,
    sla.DeadlineMoved: on_clock,
    sla.PackPublished: on_pack_published,
    sla.CalendarPublished: on_calendar_published,
}
