"""What clocks, escalations and packs look like in an answer, and to whom they are there at all."""

from uuid import UUID

import msgspec

from services.sla.bootstrap import Sla
from services.sla.domain.clocks import Clock, Promise, Rung
from services.sla.domain.errors import EscalationNotFoundError, TicketNotHeardOfError
from services.sla.domain.published import Published, Raised
from services.sla.domain.regulation import Second
from services.sla.judge import Judgement
from services.sla.models import (
    ClockView,
    DueView,
    EscalationView,
    PackClockView,
    PackView,
    PreviewClock,
    PreviewRung,
    RuleView,
    RungState,
    RungView,
)
from services.sla.projections import ESCALATIONS, Escalation
from shared.command_handler import Handled, Identity
from shared.event_store import StoreUnavailableError
from shared.http import Caller, sees
from shared.packs import Pack, Rule
from shared.worktime import moment_of, moment_or_none


async def visible_ticket(sla: Sla, caller: Caller, ticket_id: UUID, wait: float) -> Judgement:
    """The ticket, if it is there for this caller.

    Raises TicketNotHeardOfError; StoreUnavailableError while not everything is read yet.
    """
    await sla.book.wait_for(ticket_id, wait)
    if not sla.book.is_complete_for(ticket_id):
        raise StoreUnavailableError("catching up")
    watched = sla.book.find(ticket_id)
    judgement = sla.judge.judge(watched) if watched else None
    if judgement is None:
        raise TicketNotHeardOfError
    if not await sees(sla.core.store, caller, judgement.case.client, judgement.department):
        raise TicketNotHeardOfError
    return judgement


async def visible_escalation(
    sla: Sla, caller: Caller, escalation_id: UUID, identity: Identity | None = None
) -> Escalation:
    """The escalation, if its ticket is there for this caller. Raises EscalationNotFoundError."""
    store = sla.core.store
    row = await store.get(ESCALATIONS, str(escalation_id))
    if row is None or not await sees(store, caller, row.client, row.department, identity):
        raise EscalationNotFoundError
    return row


def listed_view(row: Escalation) -> EscalationView:
    """As a list shows it."""
    return EscalationView(
        escalation_id=row.escalation_id,
        ticket_id=row.ticket_id,
        clock=row.clock,
        round=row.round,
        occurrence=row.occurrence,
        step=row.step,
        addressee=row.addressee,
        due_at=row.due_at,
        raised_at=row.raised_at,
        state=row.state,
        acknowledged_by=row.acknowledged_by,
        reason=row.reason,
        department=row.department,
    )


def receipt(handled: Handled[Published], row: Escalation) -> EscalationView:
    """As its acknowledgement left it, by sla's own word alone: a replay shows the first answer."""
    known = (one for said in handled.state.values() for one in said.raised.values())
    raised = next(one for one in known if one.escalation_id == row.escalation_id)
    return msgspec.structs.replace(
        listed_view(row),
        state="acknowledged",
        acknowledged_by=raised.acknowledged_by,
        reason=None,
        department=msgspec.UNSET,
    )


def clock_views(judgement: Judgement) -> list[ClockView]:
    """The clocks, each rung with what became of it."""
    return [_clock_view(clock, judgement.published) for clock in judgement.clocks]


def _clock_view(clock: Clock, published: Published) -> ClockView:
    said = published.get(clock.key)
    raised = said.raised if said else {}
    return ClockView(
        clock=clock.key.name,
        round=clock.key.round,
        occurrence=clock.key.occurrence,
        state=clock.state,
        started_at=clock.started.at,
        target_at=moment_or_none(clock.deadline.target_at),
        due_at=moment_of(clock.deadline.due_at),
        provisional=clock.deadline.provisional,
        target_missed_at=moment_or_none(clock.target_missed_at),
        missed_at=moment_or_none(clock.missed_at),
        stopped_at=clock.end.at if clock.end else None,
        reason=clock.end.cancelled if clock.end else None,
        rungs=tuple([_rung_view(rung, raised.get(rung.step)) for rung in clock.rungs]),
    )


def _rung_view(rung: Rung, raised: Raised | None) -> RungView:
    known = raised.escalation_id if raised else None
    return RungView(rung.step, moment_of(rung.due_at), _rung_state(rung, raised), known)


def _rung_state(rung: Rung, raised: Raised | None) -> RungState:
    if raised is not None and raised.stands:
        return "acknowledged" if raised.acknowledged_by else "raised"
    if raised is not None:
        return "withdrawn"
    return "waiting" if rung.verdict in {"waiting", "due"} else "not-raised"


def due_views(ticket_id: str, judgement: Judgement, until: Second) -> list[tuple[int, DueView]]:
    """The ticket's limits up to then that are still to be kept, by the number of their clock."""
    return [
        (number, _due_view(ticket_id, judgement.department, clock))
        for number, clock in enumerate(judgement.clocks)
        if clock.end is None and clock.deadline.due_at <= until
    ]


def _due_view(ticket_id: str, department: str | None, clock: Clock) -> DueView:
    return DueView(
        ticket_id=ticket_id,
        department=department,
        clock=clock.key.name,
        round=clock.key.round,
        occurrence=clock.key.occurrence,
        state=clock.state,
        target_at=moment_or_none(clock.deadline.target_at),
        due_at=moment_of(clock.deadline.due_at),
        provisional=clock.deadline.provisional,
    )


def preview_view(name: str, promise: Promise | None) -> PreviewClock:
    """What would be promised; empty where the pack sets no limit."""
    if promise is None:
        return PreviewClock(clock=name)
    return PreviewClock(
        clock=name,
        target_at=moment_or_none(promise.deadline.target_at),
        due_at=moment_of(promise.deadline.due_at),
        provisional=promise.deadline.provisional,
        clause=promise.clause,
        rungs=tuple([PreviewRung(rung.step, moment_of(rung.due_at)) for rung in promise.rungs]),
    )


def pack_view(pack: Pack) -> PackView:
    """A pack's promises in its own notation."""
    return PackView(
        name=pack.name,
        version=pack.version,
        zone=pack.zone,
        workdays=pack.workdays,
        calendars=tuple(f"{one.name}.v{one.version}" for one in pack.calendars),
        clocks=tuple(
            PackClockView(clock.name, clock.calendar, tuple(map(_rule_view, clock.rules)))
            for clock in pack.clocks
        ),
    )


def _rule_view(rule: Rule) -> RuleView:
    return RuleView(
        clause=rule.clause,
        category=rule.category,
        kind=rule.kind,
        channel=rule.channel,
        severity=rule.severity,
        tier=rule.tier,
        round=rule.round,
        target=str(rule.target) if rule.target else None,
        limit=str(rule.limit) if rule.limit else None,
        ladder=rule.ladder,
    )
