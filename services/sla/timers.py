"""All timers at once: what is overdue, what runs out soon, what nobody has acknowledged.

A ticket counts by the most urgent limit that the watch found last, so none is judged for it.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from services.sla.book import Place, Shelf, place_of
from services.sla.bootstrap import Sla, SlaLine
from services.sla.models import EscalationQuery
from services.sla.projections import Escalation
from services.sla.queries import Place as PlaceInList
from services.sla.queries import find_escalations
from shared.canary import is_canary
from shared.contracts.timers import CatchingUp, TimerGroup, Timers, totals
from shared.http import is_about
from shared.keys import ApiKey
from shared.packs import Packs
from shared.worktime import epoch_of, moment_or_none

HOUR = 3600
LONGEST_DAY = 25 * HOUR
AT_ONCE = 128
"""Tickets between two turns of everybody else: whose place is not known yet takes longest."""
PAGE, MOST_COUNTED = 500, 10_000
"""Escalations: of a company that acknowledges none, the newest."""
OPEN = EscalationQuery(state="open", limit=PAGE)
HOME = "UTC"


@dataclass
class _Tally:
    now: datetime
    packs: Packs
    groups: dict[tuple[str, str | None], TimerGroup] = field(default_factory=dict)
    next_due_at: int | None = None
    _days: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.second = epoch_of(self.now)

    def group(self, pack: str, department: str | None) -> TimerGroup:
        key = pack, department
        if key not in self.groups:
            self.groups[key] = TimerGroup(pack=pack, department=department)
        return self.groups[key]

    def ticket(self, place: Place, due_at: int) -> None:
        now, is_today = self.second, due_at < self.end_of_day(place.pack)
        if due_at >= now:
            self.expect(due_at)
        if due_at > now + 4 * HOUR and not is_today:
            return
        group = self.group(place.pack, place.department)
        group.overdue += due_at < now
        group.within_1h += now <= due_at <= now + HOUR
        group.within_4h += now <= due_at <= now + 4 * HOUR
        group.today += now <= due_at and is_today

    def expect(self, due_at: int) -> None:
        """A limit that is still to come."""
        self.next_due_at = due_at if self.next_due_at is None else min(self.next_due_at, due_at)

    def end_of_day(self, pack: str) -> int:
        """The next midnight, by the pack's own wall clock."""
        if pack not in self._days:
            found = self.packs.newest(pack)
            zone = ZoneInfo(found.pack.zone if found else HOME)
            tomorrow = self.now.astimezone(zone).date() + timedelta(days=1)
            self._days[pack] = epoch_of(datetime.combine(tomorrow, time(), zone))
        return self._days[pack]


async def timers_of(sla: Sla, line: SlaLine, key: ApiKey) -> Timers:
    """What the key may see, as of now; figures of this instance's partitions alone."""
    tally = _Tally(sla.core.now(), sla.core.packs)
    for shelf in sla.book.shelves:
        await _count_tickets(tally, shelf, key)
    if tally.next_due_at is None:
        for shelf in sla.book.shelves:
            await _look_farther(tally, shelf, key)
    unacknowledged, more = await _unacknowledged(sla, key)
    for row in unacknowledged:
        tally.group(row.pack, row.department).unacknowledged += 1
    groups = sorted(tally.groups.values(), key=_urgency)
    return Timers(
        as_of=tally.now,
        catching_up=_catching_up(line),
        raising=sla.saying.lag.view(),
        waiting_to_be_said=sla.watch.waiting,
        next_due_at=moment_or_none(tally.next_due_at),
        totals=totals(groups),
        more_unacknowledged=more,
        groups=groups,
    )


async def _count_tickets(tally: _Tally, shelf: Shelf, key: ApiKey) -> None:
    horizon = tally.second + LONGEST_DAY
    near = iter([one for one in shelf.tickets.limits() if one[0] <= horizon])
    while batch := list(islice(near, AT_ONCE)):
        for due_at, number in batch:
            place = _place(shelf, number)
            if place is None or is_about(key, place.against_person):
                continue
            if key.may_see(place.client, place.department):
                tally.ticket(place, due_at)
        await asyncio.sleep(0)


async def _look_farther(tally: _Tally, shelf: Shelf, key: ApiKey) -> None:
    """The earliest limit beyond the horizon: in their order, as the first that is seen is it."""
    horizon = tally.second + LONGEST_DAY
    later = sorted(one for one in shelf.tickets.limits() if one[0] > horizon)
    for count, (due_at, number) in enumerate(later, 1):
        if (tally.next_due_at or due_at) < due_at:
            return
        place = _place(shelf, number)
        if place is not None and key.may_see(place.client, place.department):
            tally.expect(due_at)
            return
        if count % AT_ONCE == 0:
            await asyncio.sleep(0)


def _place(shelf: Shelf, number: int) -> Place | None:
    """None for the system's own ticket, too."""
    watched = None if is_canary(str(UUID(int=number))) else shelf.tickets.numbered(number)
    return place_of(watched) if watched is not None else None


async def _unacknowledged(sla: Sla, key: ApiKey) -> tuple[list[Escalation], bool]:
    """Those that stand and that nobody has seen; whether there are more than were read."""
    found: list[Escalation] = []
    after: PlaceInList | None = None
    while len(found) < MOST_COUNTED:
        page, after = await find_escalations(sla, key, OPEN, after)
        found += page
        if after is None:
            return found, False
    return found, True


def _catching_up(line: SlaLine) -> CatchingUp:
    readings = line.readings
    lags = [one.lag for one in readings if one.lag is not None]
    behind = sum(not one.caught_up for one in readings)
    return CatchingUp(
        caught_up=bool(readings) and not behind,
        partitions=tuple(one.partition for one in readings),
        partitions_behind=behind,
        records_read=sum(one.read for one in readings),
        lag_records=sum(lags) if len(lags) == len(readings) else None,
    )


def _urgency(group: TimerGroup) -> tuple[int | str, ...]:
    return (
        -group.overdue,
        -group.unacknowledged,
        -group.within_1h,
        group.pack,
        group.department or "",
    )
