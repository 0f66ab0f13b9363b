"""Sends the reports that are due by itself: each day's, week's and month's, once it is over.

H-31, T-10: nobody has to think of it. What was sent is found in the archive, so a restart, another
instance or a clock that jumps sends nothing twice.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import structlog

from services.reporting.archiving import built, period_named
from services.reporting.domain.reports import ArchiveReport
from services.reporting.figures.counting import DEFAULT_ZONE
from services.reporting.figures.periods import UNITS, Period, Unit, period_around
from services.reporting.own_projections import REPORTS
from services.reporting.projections import RECORDS
from services.reporting.restating import newest_report
from shared.ids import new_id
from shared.keys import ApiKey
from shared.messaging.envelope import Cause
from shared.tables import Put, Query

if TYPE_CHECKING:
    from services.reporting.bootstrap import Reporting

LATE_TIME = timedelta(minutes=30)
"""After midnight, until a day is over: what was told late in the evening is in by then."""
LONGEST_REST = 3600.0
"""Seconds after which it looks again, whatever the clock said: clocks are set, machines sleep."""
MOST_BEHIND = 31
"""Periods that are made up for after a stop; a longer one begins anew."""
ACTOR = "reporting"
KEY = ApiKey(
    key_id=UUID(int=0),
    sha256="",
    client=ACTOR,
    scopes=("reports:read",),
    departments=("*",),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
"""For everybody's matters, as the superior's own would be."""

log = structlog.get_logger(__name__)


async def send_when_due(reporting: Reporting) -> None:
    """Until it is cancelled."""
    while True:
        try:
            await send_due(reporting)
        except Exception:
            # Told, and tried again: a report that can't be built must not end all later ones.
            log.exception("reports failed")
        now = reporting.core.now()
        rest = reporting.core.clock.seconds_until(next_due(now))
        await asyncio.sleep(min(rest, LONGEST_REST) + 1)


def next_due(now: datetime) -> datetime:
    """The next half past midnight, where most packs' people are."""
    zone = ZoneInfo(DEFAULT_ZONE)
    local = now.astimezone(zone)
    due = datetime.combine(local.date(), time(), zone) + LATE_TIME
    return due if due > local else due + timedelta(days=1)


async def send_due(reporting: Reporting) -> list[Period]:
    """Sends what is over and was not sent; returns it. Nothing before anything was heard."""
    core = reporting.core
    if not await core.store.query(Query(RECORDS, limit=1)):
        return []
    if next_due(core.now()) - core.now() <= LATE_TIME:
        return []  # between midnight and half past: yesterday's may still come in
    sent = []
    for unit in UNITS:
        for period in await _unsent(reporting, unit):
            await _send(reporting, period)
            sent.append(period)
    return sent


async def _unsent(reporting: Reporting, unit: Unit) -> list[Period]:
    """Those since the last one that was sent, the oldest first; at the first start the last one."""
    found = [period_named(unit, None, reporting)]
    while await newest_report(reporting.core, KEY, found[0]) is None:
        if len(found) > MOST_BEHIND:
            return found[-1:]
        found.insert(0, period_around(unit, found[0].first - timedelta(days=1)))
    return found[1:]


async def _send(reporting: Reporting, period: Period) -> None:
    report_id = uuid5(NAMESPACE_URL, f"punctual/{period.unit}/{period.name}")
    event, row = await built(reporting, KEY, period, report_id)
    await reporting.reports.handle(
        report_id,
        ArchiveReport(event),
        Cause(actor=ACTOR, correlation_id=new_id()),
        rows=[Put(REPORTS, str(report_id), row)],
    )
