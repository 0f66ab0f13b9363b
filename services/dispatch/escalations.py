"""Dispatch reacts to escalations: where the pack says so, work goes up by itself (H-07, U-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from prometheus_client import Counter

from services.dispatch.domain.handing_up import finds_nobody
from services.dispatch.domain.ticket_commands import HearOfEscalation

if TYPE_CHECKING:
    from services.dispatch.bootstrap import Dispatch
    from shared.contracts import sla
    from shared.messaging.envelope import Envelope

NOT_TAKEN_OVER = Counter(
    "huiyin_takeovers_without_person_total", "The directory names nobody to take it over."
)
log = structlog.get_logger(__name__)


async def on_escalation_raised(
    envelope: Envelope[sla.EscalationRaised], dispatch: Dispatch
) -> None:
    event = envelope.event
    command = HearOfEscalation(
        ticket_id=event.ticket_id,
        round=event.round,
        escalation_id=event.escalation_id,
        clock=event.clock,
        step=event.step,
        due_at=event.due_at,
        takeovers=dispatch.takeovers,
        at=dispatch.core.now(),
    )
    handled = await dispatch.tickets.handle(event.ticket_id, command, envelope.cause)
    if finds_nobody(command, handled.state):
        NOT_TAKEN_OVER.inc()
        log.warning(
            "nobody is named to take it over: it stays where it is",
            ticket_id=str(event.ticket_id),
            round=event.round,
            clock=event.clock,
            step=event.step,
        )
