"""Several running services that hear each other, whenever they are told to."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.codec import decode, unpack
from tests.unit.support.any_desk import SERVICES
from tests.unit.support.desk import Desk, open_desk


@dataclass
class Joined:
    """What each says is passed on to the others, in the publisher's order."""

    desks: dict[str, Desk[Any]]
    passed: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, service: str) -> Desk[Any]:
        return self.desks[service]

    async def pass_on(self, publishers: Sequence[str] = ()) -> None:
        """All that is new, and what is said on hearing it; by default everybody's."""
        asked = publishers or tuple(self.desks)
        while [one for one in asked if await self._pass_on_from(one)]:
            pass

    async def _pass_on_from(self, publisher: str) -> bool:
        after = self.passed.get(publisher, 0)
        logged = await self.desks[publisher].heard.service.core.store.read_log(after)
        for one in logged:
            event = decode(publisher, one.event.name, unpack(one.event.state)[1])
            assert event is not None
            for name, desk in self.desks.items():
                if name != publisher and type(event) in desk.heard.handlers:
                    await desk.heard.hear(event)
        self.passed[publisher] = logged[-1].position if logged else after
        return bool(logged)


@asynccontextmanager
async def join(folder: Path, now: datetime, *services: str) -> AsyncIterator[Joined]:
    """Opens the services; their clocks stand still."""
    async with AsyncExitStack() as stack:
        desks = {}
        for name in services:
            create_app, handlers = SERVICES[name]
            opened = open_desk(Desk[Any], create_app, handlers, folder / name, now)
            desks[name] = await stack.enter_async_context(opened)
        yield Joined(desks)
