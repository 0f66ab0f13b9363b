"""One running service, whoever calls it, and what it hears."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from shared.carrier import Carrier, EmbeddedLine
from shared.clock import Clock
from shared.keys import DEFAULT_PACK, KeyFile, Scope
from shared.service import Handlers
from shared.settings import Settings
from tests.unit.support.ears import Container, Ears, StillClock
from tests.until import PATIENCE

Headers = dict[str, str]


class CreateApp(Protocol):
    """Every service's `create_app`."""

    def __call__(self, settings: Settings, carrier: Carrier, clock: Clock | None = None) -> FastAPI:
        """The app; nothing opens before its lifespan begins."""


@dataclass
class Desk(Generic[Container]):
    """A service whose clock stands still, and a key for each kind of caller."""

    app: FastAPI
    client: AsyncClient
    heard: Ears[Container]
    clock: StillClock
    keys: KeyFile
    pack: ClassVar[str] = DEFAULT_PACK
    """Of every key that is made."""

    def key(self, client: str, *scopes: Scope, departments: tuple[str, ...] = ()) -> Headers:
        """The headers of a new key."""
        token = self.keys.create(client, scopes, self.clock.time, departments, self.pack)
        return {"Authorization": f"Bearer {token}"}

    async def items(self, path: str, headers: Headers | None = None, **query: Any) -> Any:  # noqa: ANN401 - JSON
        """A list's items."""
        answer = await self.client.get(path, params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def pages(self, url: str, headers: Headers | None = None) -> list[Any]:
        """A list's items, page by page."""
        found: list[Any] = []
        while url:
            page = await self.client.get(url, headers=headers)
            assert page.status_code == 200, page.text
            found += page.json()["items"]
            assert (page.json()["next_cursor"] is None) == ("next" not in page.links)
            url = page.links["next"]["url"] if "next" in page.links else ""
        return found


def code_of(answer: Response) -> tuple[int, str]:
    """A problem's status and code."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


DeskType = TypeVar("DeskType", bound=Desk[Any])


@asynccontextmanager
async def open_desk(
    kind: type[DeskType],
    create_app: CreateApp,
    handlers: Handlers[Any],
    folder: Path,
    now: datetime,
    **packs: str,
) -> AsyncIterator[DeskType]:
    """Runs the service alone; its client is an administrator unless other headers are given.

    `packs` are an operator's own: name (`-` is `_`) and text.
    """
    for name, text in packs.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    settings = Settings(data=folder, packs=folder if packs else None, checkpoint_seconds=3600)
    clock = StillClock(now)
    app = create_app(settings, EmbeddedLine(), clock)
    async with (
        LifespanManager(app, PATIENCE, PATIENCE),
        AsyncClient(transport=ASGITransport(app), base_url="http://huiyin") as client,
    ):
        heard = Ears(app.state.service, handlers)
        desk = kind(app, client, heard, clock, KeyFile(settings.keys_path))
        client.headers.update(desk.key("desk", "admin"))
        yield desk
