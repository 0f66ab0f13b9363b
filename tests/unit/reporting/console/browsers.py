"""A browser over reporting in process: it keeps cookies, and says where its forms come from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from httpx import ASGITransport, AsyncClient, Response

from shared.keys import Scope
from shared.tables import Query
from tests.unit.support.any_desk import AnyDesk, open_any

CONSOLE = "/reporting/console"
ORIGIN = "http://huiyin"


class Browser:
    """One person's; each has cookies of their own."""

    def __init__(self, desk: AnyDesk) -> None:
        self.desk = desk
        self.client = AsyncClient(transport=ASGITransport(desk.app), base_url=ORIGIN)

    async def open(self, path: str, **headers: str) -> Response:
        """A page, as a link to it brings it."""
        return await self.client.get(path, headers=headers)

    async def submit(self, path: str, origin: str | None = ORIGIN, **form: str) -> Response:
        """A form of one of our pages, or of another `origin`."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if origin is not None:
            headers["Origin"] = origin
        return await self.client.post(path, content=urlencode(form), headers=headers)

    def new_key(self, client: str, *scopes: Scope, departments: tuple[str, ...] = ("*",)) -> str:
        return self.desk.key(client, *scopes, departments=departments)["Authorization"][7:]

    async def log_in(self, *scopes: Scope, client: str = "auditor", **form: str) -> Response:
        return await self.submit(f"{CONSOLE}/login", key=self.new_key(client, *scopes), **form)


@asynccontextmanager
async def open_browser(folder: Path) -> AsyncIterator[Browser]:
    """Reporting alone, and somebody before it who is not logged in yet."""
    async with open_any("reporting", folder) as desk:
        browser = Browser(desk)
        yield browser
        await browser.client.aclose()


async def rows_of(desk: AnyDesk, table: Any) -> list[Any]:  # noqa: ANN401 - a table of any row
    """Keys and rows."""
    found: list[Any] = await desk.heard.service.core.store.query(Query(table))
    return found
