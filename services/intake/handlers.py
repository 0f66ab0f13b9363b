"""What the other services say, as far as a ticket's status and end depend on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

from services.intake.domain.commands import CloseTicket
from services.intake.projections import TICKETS, project_progress, project_promise
from shared.contracts import dispatch, revisit, sla
from shared.tables import Fold

if TYPE_CHECKING:
    from services.intake.bootstrap import Intake
    from shared.messaging.envelope import Envelope
    from shared.service import Handlers


async def on_progress(
    envelope: Envelope[dispatch.HandlingEvent | revisit.CallBackEvent], intake: Intake
) -> None:
    event = envelope.event
    fold = Fold(TICKETS, str(event.ticket_id), partial(project_progress, event=event))
    await intake.core.store.append(envelope.cause.effect(fold))


async def on_clock(envelope: Envelope[sla.ClockEvent], intake: Intake) -> None:
    event = envelope.event
    fold = Fold(TICKETS, str(event.ticket_id), partial(project_promise, event=event))
    await intake.core.store.append(envelope.cause.effect(fold))


async def on_revisit_concluded(
    envelope: Envelope[revisit.RevisitConcluded], intake: Intake
) -> None:
    event = envelope.event
    if event.solved is False:
        await on_progress(envelope, intake)
        return
    command = CloseTicket(
        ticket_id=event.ticket_id,
        round=event.round,
        closed_as="unreachable" if event.solved is None else "solved",
        at=event.at,
    )
    await intake.tickets.handle(event.ticket_id, command, envelope.cause)


HANDLERS: Handlers[Intake] = {
    **dict.fromkeys(get_args(dispatch.HandlingEvent), on_progress),
    **dict.fromkeys(get_args(revisit.CallBackEvent), on_progress),
    revisit.RevisitConcluded: on_revisit_concluded,
    sla.ClockStarted: on_clock,
    sla.ClockMet: on_clock,
    sla.ClockMissed: on_clock,
    sla.ClockCancelled: on_clock,
    sla.DeadlineMoved: on_clock,
}
