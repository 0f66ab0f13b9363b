"""The whole product in one process, over stores in memory, at a time that the test sets."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from services.embedded import create_app
from shared.event_store import Backend
from shared.keys import EVERY_DEPARTMENT, KeyFile, Scope
from shared.messaging.letters import LETTERS
from shared.messaging.topics import PARTITIONS
from shared.settings import Settings
from shared.tables import Query, Table
from shared.testing.memory_store import Disk, MemoryBackend
from tests.unit.sla.world import JumpingClock
from tests.until import until

PUBLISHERS = ("intake", "dispatch", "sla", "revisit")
PEOPLE = ("li-na", "xu-lei", "gao-feng", "cui-jun")
"""Who may do everything: a clerk, a handler, a manager, and one of the quality centre."""
PHONE_MANAGER = "qin-yao"
"""Whose key's pack offers outbound calls."""
READER = "reader"
"""Who sees every ticket, customers masked: such a reading leaves no event."""
Json = dict[str, Any]


@dataclass
class Product:
    """All five services behind one door; each caller may do everything, under their own name."""

    apps: Mapping[str, FastAPI]
    client: AsyncClient
    clock: JumpingClock
    keys: Mapping[str, str]
    disks: Mapping[str, Disk] = field(default_factory=dict)

    async def call(self, method: str, path: str, who: str = PEOPLE[0], **sent: Any) -> Response:  # noqa: ANN401 - JSON
        headers = {"Authorization": f"Bearer {self.keys[who]}", **sent.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **sent)

    async def get(self, path: str, **query: str) -> Any:  # noqa: ANN401 - JSON
        answer = await self.call("GET", path, READER, params=query)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    async def post(self, path: str, body: Json, who: str = PEOPLE[0], **headers: str) -> Any:  # noqa: ANN401 - JSON
        """A command that must succeed; returns once all that follows from it was done."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.call("POST", path, who, json=body, headers=named)
        assert answer.is_success, (path, answer.status_code, answer.text)
        await self.settle()
        return answer.json()

    async def pass_time(self, time: timedelta) -> None:
        """Later; returns once everything that fell due meanwhile was done."""
        self.clock.time += time
        await self.settle()

    async def settle(self) -> None:
        """Returns when everybody has heard everything, and sla has said all that is due."""
        await until(self._is_settled, "everything is heard and said", every=0.001)

    def _is_settled(self) -> bool:
        sla = self.apps["sla"].state.service
        carrier = self.line("sla").attachment.carrier
        lines = [line for name in PUBLISHERS for line in carrier.lines_of(name)]
        shelves = sla.book.shelves
        return (
            len(shelves) == PARTITIONS
            and all(shelf.caught_up for shelf in shelves)
            and not any(line.waiting or line.task for line in lines)
            and bool(sla.watch.quiet)
            and all(self._has_published(name) for name in PUBLISHERS)
        )

    def _has_published(self, service: str) -> bool:
        """All of its log: read off its disk, for to ask the store costs threads at each look."""
        log = self.disks[service].log
        published: int = self.line(service).attachment.place.position
        return published == (log[-1].position if log else 0)

    def line(self, service: str) -> Any:  # noqa: ANN401 - OnLine, whose attachment is embedded
        return self.apps[service].state.line

    async def parked(self) -> list[Any]:
        """The letters of all services."""
        stores = [app.state.line.core.store for app in self.apps.values()]
        return [row for store in stores for row in await store.query(Query(LETTERS, limit=10))]


@asynccontextmanager
async def running(
    folder: Path, now: datetime, disks: dict[str, Disk] | None = None, canary_seconds: int = 0
) -> AsyncIterator[Product]:
    """Opens the product, on `disks` where there are some, and closes it at the end."""
    clock = JumpingClock(now)
    settings = Settings(data=folder, canary_seconds=canary_seconds, checkpoint_seconds=3600)
    kept = {} if disks is None else disks

    def in_memory(_url: str, service: str, tables: Sequence[Table[Any]]) -> Backend:
        return MemoryBackend(tables, kept.setdefault(service, Disk()))

    with patch("shared.service.open_backend", in_memory):
        door = create_app(settings, clock)
        keys = _keys(KeyFile(settings.keys_path), now)
        transport = ASGITransport(door, raise_app_exceptions=False)
        async with (
            door.lifespan(),
            AsyncClient(transport=transport, base_url="http://huiyin") as to,
        ):
            product = Product(door.apps, to, clock, keys, kept)
            await product.settle()
            yield product


def _keys(file: KeyFile, now: datetime) -> dict[str, str]:
    scopes: tuple[Scope, ...] = ("tickets:read", "sla:read", "audit:read", "operations")
    keys = {name: file.create(name, ("admin",), now) for name in PEOPLE}
    keys[PHONE_MANAGER] = file.create(PHONE_MANAGER, ("admin",), now, (), "mobile-key-account")
    return {**keys, READER: file.create(READER, scopes, now, (EVERY_DEPARTMENT,))}
