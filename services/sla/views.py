"""What clocks, escalations and packs look like in an answer, and to whom they are there at all."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

import msgspec

from services.sla.bootstrap import Sla
from services.sla.domain.clocks import Clock, Rung
from services.sla.domain.errors import (
    EscalationNotFoundError,
    TicketNotHeardOfError,
    WatchedElsewhereError,
)
from services.sla.domain.preview import Promise
from services.sla.domain.published import Published, Raised
from services.sla.domain.regulation import Regulation, Second
from services.sla.judge import Judgement
from services.sla.models import (
    ClockView,
    DueView,
    EscalationView,
    PackClockView,
    PackView,
    PreviewClock,
    PreviewRung,
    PreviewView,
    RuleView,
    RungState,
    RungView,
)
from services.sla.projections import ESCALATIONS, Escalation
from shared.command_handler import Handled, Identity
from shared.event_store import StoreUnavailableError
from shared.http import Caller, is_about, sees
from shared.messaging.topics import partition_of
from shared.packs import PackVersion, Rule
from shared.worktime import moment_of, moment_or_none


async def visible_ticket(sla: Sla, caller: Caller, ticket_id: UUID, wait: float) -> Judgement:
    """The ticket, if it is there for this caller.

    Raises TicketNotHeardOfError; StoreUnavailableError while not everything is read yet;
    WatchedElsewhereError where another instance reads it.
    """
    partition = partition_of(ticket_id)
    if sla.book.shelves and sla.book.shelf(partition) is None:
        raise WatchedElsewhereError(partition=str(partition))
    await sla.book.wait_for(ticket_id, wait)
    if sla.book.find(ticket_id):
        # What another instance was asked to acknowledge; without the store what is known stays.
        with suppress(StoreUnavailableError):
            sla.book.said(ticket_id, *await sla.acknowledgements.load(ticket_id))
    if not sla.book.is_complete_for(ticket_id):
        raise StoreUnavailableError("catching up")
    watched = sla.book.find(ticket_id)  # only now: it may have gone to sleep meanwhile
    judgement = sla.judge.judge(watched) if watched else None
    if judgement is None or is_about(caller.key, judgement.case.against_person):
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
    if row is None or is_about(caller.key, row.against_person):
        raise EscalationNotFoundError
    if not await sees(store, caller, row.client, row.department, identity):
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
        pack=row.pack,
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
        pack=msgspec.UNSET,
    )


def clock_views(judgement: Judgement) -> list[ClockView]:
    """The clocks, each rung with what became of it."""
    return [clock_view(clock, judgement.published) for clock in judgement.clocks]


def clock_view(clock: Clock, published: Published) -> ClockView:
    """A clock as it stands now."""
    said = published.get(clock.key)
    raised = said.raised if said else {}
    is_paused = clock.state == "paused"
    return ClockView(
        clock=clock.key.name,
        round=clock.key.round,
        occurrence=clock.key.occurrence,
        state=clock.state,
        started_at=clock.started_at,
        target_at=None if is_paused else moment_or_none(clock.deadline.target_at),
        due_at=None if is_paused else moment_of(clock.deadline.due_at),
        due_if_resumed_now=moment_of(clock.deadline.due_at) if is_paused else None,
        provisional=clock.deadline.provisional,
        target_missed_at=moment_or_none(clock.target_missed_at),
        missed_at=moment_or_none(clock.missed_at),
        stopped_at=clock.end.at if clock.end else None,
        reason=clock.end.cancelled if clock.end else None,
        rungs=tuple([_rung_view(rung, raised.get(rung.step)) for rung in clock.rungs]),
    )


def _rung_view(rung: Rung, raised: Raised | None) -> RungView:
    """One that was withdrawn and is to come again waits as any other."""
    to_come = rung.verdict in {"waiting", "due"}
    if raised is not None and (raised.stands or not to_come):
        state, known = rung_state(raised), raised.escalation_id
    else:
        state, known = "waiting" if to_come else "not-raised", None
    return RungView(rung.step, moment_of(rung.due_at), state, known)


def rung_state(raised: Raised) -> RungState:
    """What became of a rung that was raised."""
    if not raised.stands:
        return "withdrawn"
    return "acknowledged" if raised.acknowledged_by else "raised"


def due_views(ticket_id: str, judgement: Judgement, until: Second) -> list[tuple[int, DueView]]:
    """The ticket's limits up to then that are still to be kept, by the number of their clock."""
    return [
        (number, _due_view(ticket_id, judgement, clock))
        for number, clock in enumerate(judgement.clocks)
        if clock.state in {"running", "missed"} and clock.deadline.due_at <= until
    ]


def _due_view(ticket_id: str, judgement: Judgement, clock: Clock) -> DueView:
    return DueView(
        ticket_id=ticket_id,
        pack=judgement.case.pack,
        department=judgement.department,
        clock=clock.key.name,
        round=clock.key.round,
        occurrence=clock.key.occurrence,
        state=clock.state,
        target_at=moment_or_none(clock.deadline.target_at),
        due_at=moment_of(clock.deadline.due_at),
        provisional=clock.deadline.provisional,
    )


def preview_view(
    regulation: Regulation, promises: Iterable[tuple[str, Promise | None]]
) -> PreviewView:
    """What would be promised, and by which versions."""
    return PreviewView(
        pack=regulation.pack.name,
        pack_version=regulation.pack.version,
        clocks=tuple([_preview_clock(regulation, *one) for one in promises]),
    )


def _preview_clock(regulation: Regulation, name: str, promise: Promise | None) -> PreviewClock:
    """Empty where the pack sets no limit."""
    clock = regulation.pack.clock(name)
    if promise is None or clock is None:
        return PreviewClock(clock=name)
    calendar = regulation.calendar_version(clock)
    return PreviewClock(
        clock=name,
        target_at=moment_or_none(promise.deadline.target_at),
        due_at=moment_of(promise.deadline.due_at),
        provisional=promise.deadline.provisional,
        calendar=calendar,
        clause=promise.clause,
        rungs=tuple([PreviewRung(rung.step, moment_of(rung.due_at)) for rung in promise.rungs]),
    )


def pack_view(version: PackVersion) -> PackView:
    """A pack's promises in its own notation."""
    pack = version.pack
    return PackView(
        name=pack.name,
        version=pack.version,
        effective_from=version.effective_from,
        zone=pack.zone,
        workdays=pack.workdays,
        calendars=tuple(f"{one.name}.v{one.version}" for one in pack.calendars),
        clocks=tuple(
            PackClockView(clock.name, clock.calendar, tuple(map(rule_view, clock.rules)))
            for clock in pack.clocks
        ),
    )


def rule_view(rule: Rule) -> RuleView:
    """A rule in a pack's own notation."""
    return RuleView(
        clause=rule.clause,
        category=rule.category,
        kind=rule.kind,
        channel=rule.channel,
        severity=rule.severity,
        tier=rule.tier,
        round=rule.round,
        target=str(rule.target) if rule.target else None,
        limit=str(rule.limit) if rule.limit else rule.until,
        ladder=rule.ladder,
    )
