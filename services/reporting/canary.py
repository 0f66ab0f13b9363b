"""Whether the whole line is alive: how far the system's own ticket came, and when it came back.

Read from the records that are kept anyway, so that it says the same after a restart or a rebuild.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from services.reporting.canary_models import (
    CanaryStage,
    CanaryStanding,
    CanaryTrip,
    StageName,
    StageReached,
    Words,
)
from services.reporting.projections import RECORDS
from shared.canary import FIRST_ID, last_id_by
from shared.tables import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from services.reporting.bootstrap import Reporting
    from services.reporting.projections import RecordRow

LATE_AFTER = 120
"""Seconds: a minute until it is raised, and as much again for everything else."""
NEWEST = 100
"""Records: some ten canaries, of eight each."""


@dataclass(frozen=True)
class Stage:
    """One place that a canary passes; the event that shows it, and what it means if none does."""

    name: StageName
    service: str
    event: str
    missing: Words


STAGES = (
    Stage(
        "registered",
        "intake",
        "ticket-registered.v1",
        Words(
            zh="受理没有登记新的心跳工单，或其主题没有送达报表。",
            en="Intake registers no canary, or its topic does not reach reporting.",
        ),
    ),
    Stage(
        "dispatched",
        "dispatch",
        "work-order-offered.v1",
        Words(
            zh="派单没有及时派出心跳工单，或其主题没有送达报表。",
            en="Dispatch offers no work order in time, or its topic does not reach reporting.",
        ),
    ),
    Stage(
        "clock_started",
        "sla",
        "clock-started.v1",
        Words(
            zh="时限没有及时为心跳工单起算，或其主题没有送达报表。",
            en="Sla starts no clock in time, or its topic does not reach reporting.",
        ),
    ),
    Stage(
        "raised",
        "sla",
        "escalation-raised.v1",
        Words(
            zh="时限已起算，但到时没有升级。",
            en="Sla started the clock and raises nothing when its time is over.",
        ),
    ),
)
"""In the order in which each brings about the next."""


@dataclass(frozen=True)
class Lookout:
    """When this began to look, and by which clock; spans of time are real seconds."""

    began_at: datetime
    interval: timedelta | None
    pace: float

    @property
    def patience(self) -> timedelta:
        return timedelta(seconds=LATE_AFTER * self.pace)

    @property
    def every_seconds(self) -> float | None:
        return self.interval.total_seconds() / self.pace if self.interval else None

    def since(self, moment: datetime | None, now: datetime) -> float | None:
        """Never negative: clocks of two machines differ."""
        return None if moment is None else max(0.0, (now - moment).total_seconds() / self.pace)


async def canary_standing(reporting: Reporting) -> CanaryStanding:
    """How the newest canaries fared. Raises what the store raises.

    Those of a time to come say nothing: a clock was set ahead once, and one that came back then
    would hide for as long that none does now.
    """
    now, lookout = reporting.core.now(), reporting.lookout
    query = Query(
        RECORDS,
        at_least={"about": FIRST_ID},
        at_most={"about": last_id_by(now + lookout.patience)},
        order=("about", "position"),
        descending=True,
        limit=NEWEST,
    )
    rows = [row for _, row in await reporting.core.store.query(query)]
    return standing_of(trips_of(rows), lookout, now)


def trips_of(rows: Iterable[RecordRow]) -> list[CanaryTrip]:
    """One of each canary, the newest first; rows of one stand together."""
    return [
        _trip(ticket_id, list(found))
        for ticket_id, found in groupby(rows, key=lambda row: row.ticket_id)
        if ticket_id is not None
    ]


def _trip(ticket_id: UUID, rows: Sequence[RecordRow]) -> CanaryTrip:
    seen = {(row.source, row.type): row.recorded_at for row in rows}
    reached = tuple(
        StageReached(one.name, at)
        for one in STAGES
        if (at := seen.get((one.service, one.event))) is not None
    )
    return CanaryTrip(
        ticket_id=ticket_id,
        posted_at=min(row.recorded_at for row in rows),
        back_at=seen.get((STAGES[-1].service, STAGES[-1].event))
        if len(reached) == len(STAGES)
        else None,
        reached=reached,
    )


def standing_of(trips: Sequence[CanaryTrip], lookout: Lookout, now: datetime) -> CanaryStanding:
    """What the trips say at that moment, the newest first.

    The newest one that came back, or that ought to be back by now, decides. Nobody is late before
    this service itself has looked on for that long.
    """
    stuck = _stuck(trips, lookout, now)
    back_at = max((one.back_at for one in trips if one.back_at), default=None)
    return CanaryStanding(
        as_of=now,
        every_seconds=lookout.every_seconds,
        late=stuck is not None,
        hangs_at=stuck.name if stuck else None,
        service=stuck.service if stuck else None,
        words=stuck.missing if stuck else None,
        last_back_at=back_at,
        seconds_since_back=lookout.since(back_at, now),
        stages=[_stage(one, trips, lookout, now) for one in STAGES],
        trips=list(trips),
    )


def _stage(
    stage: Stage, trips: Iterable[CanaryTrip], lookout: Lookout, now: datetime
) -> CanaryStage:
    times = (one.at for trip in trips for one in trip.reached if one.stage == stage.name)
    last = max(times, default=None)
    return CanaryStage(
        stage=stage.name,
        service=stage.service,
        last_seen_at=last,
        seconds_since=lookout.since(last, now),
    )


def _stuck(trips: Sequence[CanaryTrip], lookout: Lookout, now: datetime) -> Stage | None:
    """The first stage that is not passed, if by now it ought to be."""
    if lookout.interval is None:
        return None
    newest = max((one.posted_at for one in trips), default=lookout.began_at)
    if now - max(newest, lookout.began_at) > lookout.interval + lookout.patience:
        return STAGES[0]
    for trip in trips:
        if trip.back_at is not None:
            return None
        if now - max(trip.posted_at, lookout.began_at) > lookout.patience:
            return _hangs_at(trip, lookout, now)
    return None


def _hangs_at(trip: CanaryTrip, lookout: Lookout, now: datetime) -> Stage:
    """The stage that was too long, passed or not, else the first that is not passed.

    What comes behind one that was too long had no time yet, and its service is not to be blamed.
    """
    reached = {one.stage: one.at for one in trip.reached}
    before = max(trip.posted_at, lookout.began_at)
    for stage in STAGES:
        at = reached.get(stage.name, now)
        if at - before > lookout.patience:
            return stage
        before = at
    return next(one for one in STAGES if one.name not in reached)
