"""Clocks that nothing judges here any more: as the ticket's stream tells them, and no more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from services.sla.bootstrap import Sla
from services.sla.domain.occurrences import ClockKey
from services.sla.domain.publication import CLOCKS
from services.sla.domain.published import Published, Said, key_of
from services.sla.judge import Judgement
from services.sla.models import ClockView, RungView
from services.sla.views import clock_views, rung_state
from shared.codec import decode, unpack
from shared.contracts.sla import (
    ClockCancelled,
    ClockEvent,
    ClockMissed,
    ClocksEvent,
    ClockStarted,
)
from shared.event_store import StoredEvent
from shared.worktime import moment_of, moment_or_none


class _Told(NamedTuple):
    """What of a clock its events alone say."""

    started_at: datetime
    missed_at: datetime | None = None
    reason: str | None = None


async def shown_clocks(sla: Sla, ticket_id: UUID, judgement: Judgement) -> list[ClockView]:
    """Every clock as it stands now; then those that nothing judges: what was published of them.

    No pack answers for them, or by all that is known now they never began.
    """
    judged = {clock.key for clock in judgement.clocks}
    shown = clock_views(judgement)
    if judgement.published.keys() <= judged:
        return shown
    published, told = _read(await sla.core.store.read(ticket_id))
    return shown + [
        _view(key, said, told[key]) for key, said in published.items() if key not in judged
    ]


def _read(stored: Sequence[StoredEvent]) -> tuple[Published, Mapping[ClockKey, _Told]]:
    published, told = CLOCKS.initial, dict[ClockKey, _Told]()
    for one in stored:
        event = decode("sla", one.name, unpack(one.state)[1])
        if not isinstance(event, ClockEvent):
            continue
        published = CLOCKS.fold([cast("ClocksEvent", event)], published)
        key = key_of(event)
        if isinstance(event, ClockStarted):
            told[key] = _Told(event.at)
        elif key in told:
            told[key] = _also(told[key], event)
    return published, told


def _also(told: _Told, event: ClockEvent) -> _Told:
    match event:
        case ClockMissed():
            return told._replace(missed_at=event.at)
        case ClockCancelled():
            return told._replace(reason=event.reason)
        case _:
            return told


def _view(key: ClockKey, said: Said, told: _Told) -> ClockView:
    is_paused = said.state == "paused"
    return ClockView(
        clock=key.name,
        round=key.round,
        occurrence=key.occurrence,
        state=said.state,
        started_at=told.started_at,
        target_at=None if is_paused else moment_or_none(said.deadline.target_at),
        due_at=None if is_paused else moment_of(said.deadline.due_at),
        due_if_resumed_now=None,
        provisional=said.deadline.provisional,
        target_missed_at=None,
        missed_at=told.missed_at if said.missed else None,
        stopped_at=said.ended_at,
        reason=told.reason if said.state == "cancelled" else None,
        rungs=tuple(
            [
                RungView(step, moment_of(one.due_at), rung_state(one), one.escalation_id)
                for step, one in said.raised.items()
            ]
        ),
    )
