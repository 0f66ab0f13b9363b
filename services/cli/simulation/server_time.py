"""What time it is for the system: its own word, carried on between two answers."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from services.cli.simulation.desk import Desk

ASKED_AT = "reporting/v1/topics"
"""The cheapest answer that says when it was given."""
EVERY = 2.0
"""Real seconds between two questions."""
FIRST_LOOK = 0.5


@dataclass(frozen=True)
class Reading:
    """What the system said, some time between question and answer by this machine's clock."""

    asked: float
    said: datetime
    heard: float


class ServerTime:
    """Never ahead of the system's clock, and how many of its seconds pass in a real one.

    One that ran ahead would have people report what is still to come.
    """

    def __init__(self, first: Reading, second: Reading) -> None:
        self._first = first
        self._last = second

    @property
    def speed(self) -> float:
        """At least so many: the first answer may have been long on its way."""
        passed = (self._last.said - self._first.said).total_seconds()
        return max(passed / (self._last.heard - self._first.asked), 0.01)

    def now(self) -> datetime:
        since = monotonic() - self._last.heard
        return self._last.said + timedelta(seconds=since * self.speed)

    async def until(self, moment: datetime) -> None:
        """Returns once it is so late."""
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - a clock's
            await asyncio.sleep(min(left / self.speed, EVERY))

    async def keep(self, desk: Desk) -> None:
        """Asks again and again; ends only by being cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            self._last = await _ask(desk)


async def read_time(desk: Desk) -> ServerTime:
    """Two answers, a moment apart. Raises StoryEnded."""
    first = await _ask(desk)
    await asyncio.sleep(FIRST_LOOK)
    return ServerTime(first, await _ask(desk))


async def _ask(desk: Desk) -> Reading:
    asked = monotonic()
    said = (await desk.get(ASKED_AT)).json()["as_of"]
    return Reading(asked, datetime.fromisoformat(said), monotonic())
