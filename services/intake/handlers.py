"""What the other services say, as far as a ticket's status and end depend on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

from services.intake.domain.commands import CloseAppeal
from services.intake.erasing import confirmed_by
from services.intake.progress import closing_of, with_result
from services.intake.progress_view import (
    Progress,
    project_progress,
    project_promise,
    project_result,
)
from services.intake.projections import TICKETS
from services.intake.raising import raise_complaint
from shared.adopting import on_pack_published
from shared.contracts import dispatch, revisit, sla
from shared.contracts.terms import TextsErased
from shared.tables import Fold

if TYPE_CHECKING:
    from services.intake.bootstrap import Intake
    from shared.messaging.envelope import Envelope
    from shared.service import Handlers


async def on_progress(envelope: Envelope[Progress], intake: Intake) -> None:
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
    """H-19: on the ticket's record, whatever it decides; T-13: another matter before it."""
    event, cause = envelope.event, envelope.cause
    if event.new_complaint is not None:
        await raise_complaint(envelope, intake, event.new_complaint)
    fold = Fold(TICKETS, str(event.ticket_id), partial(project_result, event=event))
    command = closing_of(event.ticket_id, with_result((), event))
    if command is None:
        await intake.core.store.append(cause.effect(fold))
        return
    await intake.tickets.handle(event.ticket_id, command, cause.with_rows(fold))


async def on_texts_erased(envelope: Envelope[TextsErased], intake: Intake) -> None:
    change = confirmed_by(envelope.event.customer_ref, envelope.arrival.publisher)
    await intake.core.store.append(envelope.cause.effect(change))


async def on_appeal_answered(envelope: Envelope[dispatch.AppealAnswered], intake: Intake) -> None:
    event = envelope.event
    row = await intake.core.store.get(TICKETS, str(event.ticket_id))
    command = CloseAppeal(
        ticket_id=event.ticket_id,
        appeal_id=event.appeal_id,
        outcome=event.outcome,
        newest_round=row.rounds if row else 1,
        at=event.at,
    )
    await intake.tickets.handle(event.ticket_id, command, envelope.cause)


HANDLERS: Handlers[Intake] = {
    **dict.fromkeys(get_args(Progress), on_progress),
    dispatch.AppealAnswered: on_appeal_answered,
    revisit.RevisitConcluded: on_revisit_concluded,
    sla.ClockStarted: on_clock,
    sla.ClockMet: on_clock,
    sla.ClockMissed: on_clock,
    sla.ClockCancelled: on_clock,
    sla.ClockPaused: on_clock,
    sla.ClockResumed: on_clock,
    sla.DeadlineMoved: on_clock,
    sla.PackPublished: on_pack_published,
    TextsErased: on_texts_erased,
}
