"""Everybody at work at once: stories begin at a rate, or day by day as the system's clock says."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from services.cli.simulation.casting import cast_story, story_until
from services.cli.simulation.desk import Desk
from services.cli.simulation.hours import ZONE
from services.cli.simulation.player import Player
from services.cli.simulation.server_time import ServerTime
from services.cli.simulation.story import Story
from services.cli.simulation.tally import StoryEnded

DAY = timedelta(days=1)
AWAKE = range(8, 22)
AT_NIGHT = 0.1
"""Of those who might get in touch at night, so many do."""

SKEW = timedelta(seconds=5)
"""Services on other machines may be behind the one that was asked for the time."""
HEARD_WITHIN = 1.0
"""Seconds in which the last of it is known to all services."""
Told = Callable[[float], None]
"""Hears how far the simulation is, from 0 to 1."""


@dataclass
class Staff:
    """The stories under way in a task group, and the ids of all tickets that they made."""

    seed: int
    desk: Desk
    server: ServerTime
    tickets: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=count)

    async def at_rate(self, rate: float, tickets: int, told: Told) -> None:
        """Stories that end about now and are entered now, so many of them begun a second."""
        ended = count(1)
        async with asyncio.TaskGroup() as group:
            for number in range(tickets):
                story = story_until(self.seed, number, self.server.now() - SKEW)
                task = group.create_task(self._live(story))
                task.add_done_callback(lambda _: told(next(ended) / tickets))
                await asyncio.sleep(1 / rate)
        await asyncio.sleep(HEARD_WITHIN)

    async def by_day(
        self, group: asyncio.TaskGroup, days: int | None, per_day: int, told: Told
    ) -> None:
        """Begins each day's stories in the group, until the days are over, or for ever."""
        start = self.server.now()
        for day in count() if days is None else range(days):
            for at in arrivals(self.seed, start + day * DAY, per_day):
                group.create_task(self._live(cast_story(self.seed, next(self._numbers), at)))
            for hour in range(1, 25):
                await self.server.until(start + day * DAY + timedelta(hours=hour))
                told((24 * day + hour) / (24 * (days or 1)))

    async def _live(self, story: Story) -> None:
        with suppress(StoryEnded):  # the tally says why
            await Player(story, self.desk, self.server, self.tickets).play()


def arrivals(seed: int, day: datetime, per_day: int) -> list[datetime]:
    """When customers get in touch in the 24 hours from `day` on; mostly while they are awake."""
    rng = Random(f"{seed}/{day:%F}")  # noqa: S311 - a game, no secret
    found: list[datetime] = []
    while len(found) < per_day:
        at = day + timedelta(seconds=rng.randrange(86_400))
        if at.astimezone(ZONE).hour in AWAKE or rng.random() < AT_NIGHT:
            found.append(at.replace(microsecond=0))
    return sorted(found)
