"""Somebody before the consoles in a real browser, and what must never happen meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, Request, expect

from shared.keys import KeyFile, Scope
from tests.e2e.system import System

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
"""Kept by CI, never by git."""
CONSOLE = "/reporting/console"
MARK_REPEATED = """() => {
  const bones = (one) => [
    one.tagName, one.getAttribute("class"), one.getAttribute("role"), one.getAttributeNames(),
    [...one.children].map(bones),
  ];
  for (const list of document.querySelectorAll("tbody, ol, ul")) {
    const seen = new Set();
    [...list.children].forEach((row, place) => {
      const built = JSON.stringify([place % 2, bones(row)]);
      row.toggleAttribute("data-again", seen.has(built));
      seen.add(built);
    });
  }
}"""
"""Rows built as one before them, words apart: axe would take seconds to find the same of each."""


class Visitor:
    """A person's own browser window; `errors` and `strays` must stay empty."""

    def __init__(self, page: Page, system: System) -> None:
        self.page = page
        self.system = system
        self.url = system.urls["reporting"]
        self.errors: list[str] = []
        """What the console says."""
        self.strays: list[str] = []
        """Requests to anybody else."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def _on_request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.strays.append(request.url)

    def new_key(self, *scopes: Scope, client: str = "auditor") -> str:
        """A key for all departments."""
        data = Path(self.system.programs["run"].environment["HUIYIN_DATA"])
        return KeyFile(data / "keys.json").create(client, scopes, datetime.now(UTC), ("*",))

    async def log_in(self, *scopes: Scope, client: str = "auditor") -> None:
        """With a new key, as the form sends it: two pages fewer than by the form itself."""
        form: dict[str, str | float | bool] = {"key": self.new_key(*scopes, client=client)}
        login = f"{self.url}{CONSOLE}/login"
        answer = await self.page.request.post(
            login, form=form, headers={"Origin": self.url}, max_redirects=0
        )
        assert answer.status == 303, await answer.text()

    async def open(self, path: str) -> None:
        """A page below the console, once it has its data."""
        await self.page.goto(f"{self.url}{CONSOLE}{path}")
        await self.ready()

    async def ready(self) -> None:
        await expect(self.page.locator("html")).to_have_attribute("data-ready", "")

    async def keep(self, name: str) -> None:
        """A picture of what is on the screen, for people."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    async def is_as_wide_as_its_window(self) -> bool:
        """Whether nobody has to push the page itself sideways; its tables may be."""
        wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        fits: bool = await self.page.evaluate(wide)
        return fits

    async def findings(self) -> list[tuple[str, str]]:
        """What axe has against the page: rule and place; of rows built alike, against the first."""
        await self.page.evaluate(MARK_REPEATED)
        but = {"exclude": [["[data-again]"]]}
        results: dict[str, Any] = (await Axe().run(self.page, but)).response
        return [(one["id"], str(one["nodes"][0]["html"])[:200]) for one in results["violations"]]


@asynccontextmanager
async def visit(browser: Browser, system: System, **options: Any) -> AsyncIterator[Visitor]:  # noqa: ANN401 - playwright's
    """A new window, as `new_context` takes its options; closed at the end, and nothing amiss."""
    context = await browser.new_context(**{"locale": "en-GB", **options})
    try:
        visitor = Visitor(await context.new_page(), system)
        yield visitor
        assert visitor.errors == []
        assert visitor.strays == []
    finally:
        await context.close()
