"""A clock's explanation as it is answered: every figure with the stretches that add up to it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.sla.bootstrap import Sla
from services.sla.domain.clocks import Clock
from services.sla.domain.errors import ClockNotFoundError, PackNotHereError
from services.sla.domain.explanation import (
    Explanation,
    Extension,
    Interval,
    Pause,
    Reckoning,
    explain,
)
from services.sla.domain.facts import Fact
from services.sla.domain.regulation import Second
from services.sla.explanation_models import (
    ExplainedRung,
    ExplanationQuery,
    ExplanationView,
    ExtensionView,
    FactView,
    PauseView,
    ReckoningView,
    SegmentView,
)
from services.sla.judge import Judgement
from services.sla.models import ClockView
from services.sla.views import clock_view, rule_view
from shared.packs import Duration
from shared.worktime import epoch_of, moment_of, moment_or_none


def explanation_of(
    sla: Sla, ticket_id: UUID, judgement: Judgement, name: str, asked: ExplanationQuery
) -> ExplanationView:
    """The clock that is asked for. Raises ClockNotFoundError, PackNotHereError."""
    if judgement.pack_is_missing:
        raise PackNotHereError(judgement.case.pack)
    clock = _newest(judgement.clocks, name, asked)
    now = sla.core.now()
    found = explain(clock, judgement.case, epoch_of(now), _pauses(clock), extensions_of(clock))
    if found is None:
        raise ClockNotFoundError
    view = clock_view(clock, judgement.published)
    return _view(ticket_id, clock, view, found, now=now)


def _pauses(clock: Clock) -> list[Pause]:
    return [
        Pause(
            move.facts[0].name,
            move.pause[0],
            None if move.is_open and clock.end is None else move.pause[1],
            tuple([fact.event_id for fact in move.facts]),
        )
        for move in clock.moves
        if move.pause is not None
    ]


def extensions_of(clock: Clock) -> list[Extension]:
    """Every longer time that the customer agreed to, whether it counted or not."""
    return [
        Extension(move.facts[0].event_id, move.until, _why_refused(clock, move.at, move.until))
        for move in clock.moves
        if move.until is not None
    ]


def _why_refused(clock: Clock, at: Second, until: Second) -> str | None:
    """None where it moved the limit (T-04), or may have by what was promised then."""
    if until > clock.deadline.due_at:
        return "consent-after-limit"
    counted = any(due == until and since >= at for since, due in clock.limits)
    return None if counted or clock.drifted else "extension-not-longer"


def _newest(found: Iterable[Clock], name: str, asked: ExplanationQuery) -> Clock:
    fitting = [
        one
        for one in found
        if one.key.name == name
        and asked.round in {None, one.key.round}
        and (asked.occurrence is None or str(asked.occurrence) == one.key.occurrence)
    ]
    if not fitting:
        raise ClockNotFoundError
    return max(fitting, key=lambda one: (one.key.round, one.started_at))


def _view(
    ticket_id: UUID,
    clock: Clock,
    view: ClockView,
    found: Explanation,
    *,
    now: datetime,
) -> ExplanationView:
    pack = clock.regulation.pack
    rungs = zip(view.rungs, clock.rungs, found.rungs, strict=True)
    known = msgspec.structs.asdict(view) | {
        "rungs": tuple(
            ExplainedRung(
                **msgspec.structs.asdict(shown),
                seconds=reckoned.seconds,
                reason=rung.reason or None,
            )
            for shown, rung, reckoned in rungs
        )
    }
    return ExplanationView(
        **known,
        ticket_id=ticket_id,
        as_of=now,
        pack=pack.name,
        pack_version=pack.version,
        calendar=clock.calendar_version,
        zone=pack.zone,
        drifted=clock.drifted,
        started=_fact(clock.started) if clock.started else None,
        stopped=_fact(clock.end.fact) if clock.end and clock.end.fact else None,
        **_reckoned(found),
    )


def _reckoned(found: Explanation) -> dict[str, Any]:
    return {
        "rule": rule_view(found.rule),
        "lost": tuple(map(rule_view, found.lost)),
        "target": found.target and _reckoning(found.target, found.rule.target),
        "limit": _reckoning(found.limit, found.rule.limit),
        "used": _reckoning(found.used),
        "pauses": tuple(
            PauseView(
                reason=one.reason,
                begins=moment_of(one.begins),
                until=moment_or_none(one.ends),
                event_ids=one.event_ids,
            )
            for one in found.pauses
        ),
        "extensions": tuple(
            ExtensionView(event_id=one.event_id, until=moment_of(one.until), refused=one.refused)
            for one in found.extensions
        ),
    }


def _reckoning(found: Reckoning, promised: Duration | None = None) -> ReckoningView:
    return ReckoningView(
        promised=str(promised) if promised else None,
        until=moment_of(found.until),
        seconds=found.seconds,
        segments=tuple(map(_segment, found.segments)),
        workdays=tuple(map(_segment, found.workdays)),
    )


def _segment(interval: Interval) -> SegmentView:
    begins, ends = interval
    return SegmentView(begins=moment_of(begins), until=moment_of(ends), seconds=ends - begins)


def _fact(fact: Fact) -> FactView:
    return FactView(
        event_id=fact.event_id, fact=fact.name, at=fact.at, recorded_at=fact.recorded_at
    )
