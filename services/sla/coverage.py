"""Warns in good time that nobody told this system of a year's days off.

Notices come in November for the year after. From then on deadlines reach into that year, and
without its notice they are estimates.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import Gauge

from shared.clock import Clock
from shared.worktime import OfficialDays

Countries = Callable[[datetime], Mapping[str, OfficialDays]]
"""Each country's days as they are in force then."""
NOTICE_MONTH = 11
HOME = ZoneInfo("Asia/Shanghai")
"""Whose day it is: that of the one country whose notices are known."""
SHORTEST_SLEEP, LONGEST_SLEEP = 1.0, 3600.0
"""Seconds: a demonstration's day is short; a machine that was suspended sleeps on."""

UNCOVERED = Gauge(
    "huiyin_calendar_uncovered_years",
    "This year, and from 1 November the next, where no official notice of their days is known.",
    ("country",),
)

log = structlog.get_logger(__name__)


def uncovered_years(days: OfficialDays, today: date) -> tuple[int, ...]:
    """The years that ought to have a notice by now and have none."""
    years = range(today.year, today.year + (2 if today.month >= NOTICE_MONTH else 1))
    return tuple(year for year in years if not days.year(year).official)


class Coverage:
    """Looks once a day and once a notice is in force, and says what is missing no oftener."""

    def __init__(self, countries: Countries, clock: Clock) -> None:
        self._countries = countries
        self._clock = clock
        self._looked_at: tuple[date, list[OfficialDays]] | None = None

    def look(self) -> None:
        now = self._clock.now()
        today = now.astimezone(HOME).date()
        countries = self._countries(now)
        looking_at = today, list(countries.values())
        if looking_at == self._looked_at:
            return
        self._looked_at = looking_at
        for country, days in countries.items():
            missing = uncovered_years(days, today)
            UNCOVERED.labels(country).set(len(missing))
            if missing:
                log.warning(
                    "no official notice of working days: deadlines there are provisional",
                    country=country,
                    years=missing,
                    remedy="publish the notice as the calendar's next version",
                )

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(self._until_tomorrow())

    def _until_tomorrow(self) -> float:
        tomorrow = self._clock.now().astimezone(HOME).date() + timedelta(days=1)
        seconds = self._clock.seconds_until(datetime.combine(tomorrow, time(), HOME))
        return min(max(seconds, SHORTEST_SLEEP), LONGEST_SLEEP)
