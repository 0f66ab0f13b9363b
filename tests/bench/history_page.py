"""How soon an auditor can work with a ticket of a thousand events, in a real browser.

    python -m tests.bench.history_page [--events 1000]

The whole product in one process over SQLite, and Chromium, on the same machine.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.async_api import Locator, async_playwright

from tests.browser.visitors import CONSOLE, FLAGS, Visitor, visit
from tests.e2e.desk import register
from tests.e2e.system import Client, System, embedded
from tests.eventually import eventually

CHROMIUM = "/usr/bin/chromium"
TIMES = 5
READY = "html[data-ready]"
"""Waited for as the page changes; `expect` looks only every tenth of a second and less."""


def told_of(client: Client, events: int) -> str:
    """A ticket whose customer added something so often that so many events are known of it."""
    ticket_id: str = register(client)["ticket_id"]
    for number in range(events - 10):
        path = f"/intake/v1/tickets/{ticket_id}/supplements"
        client.post(path, {"content": f"仍未恢复，第{number}次来电。", "repeat": True})

    def known() -> int:
        state = client.get(f"/reporting/v1/tickets/{ticket_id}/state")
        return int(state["events"]) if state["events"] >= events - 10 else 0

    print(f"{eventually(known, 'all known to reporting', 60)} events")  # noqa: T201 - for people
    return ticket_id


async def look(system: System, ticket_id: str) -> None:
    """Says how long the page, a move of the slider and a comparison take."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        async with visit(browser, system) as visitor:
            await visitor.log_in("audit:read")
            path = f"/tickets/{ticket_id}"
            pages = [await _opened(visitor, path) for _ in range(TIMES)]
            slider = visitor.page.get_by_label("As known at")
            moves = [await _moved(visitor, slider, "PageDown") for _ in range(TIMES)]
            await visitor.open(f"{path}?step=0")
            await visitor.page.get_by_role("link", name="Compare other times").click()
            await visitor.ready()
            slider = visitor.page.get_by_label("As known at")
            compared = [await _moved(visitor, slider, "PageUp") for _ in range(TIMES)]
        await browser.close()
    for name, seconds in (("page", pages), ("slider", moves), ("compared", compared)):
        print(f"{name:9} {median(seconds):.3f} s")  # noqa: T201 - for people


async def _opened(visitor: Visitor, path: str) -> float:
    started = time.perf_counter()
    await visitor.page.goto(f"{visitor.url}{CONSOLE}{path}")
    await visitor.page.wait_for_selector(READY)
    return time.perf_counter() - started


async def _moved(visitor: Visitor, slider: Locator, key: str) -> float:
    started = time.perf_counter()
    await slider.press(key)
    await visitor.page.wait_for_selector(READY)
    return time.perf_counter() - started


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=1000)
    events: int = arguments.parse_args().events
    with tempfile.TemporaryDirectory() as folder:
        system = embedded(Path(folder))
        try:
            client = system.client()
            ticket_id = told_of(client, events)
            client.close()
            asyncio.run(look(system, ticket_id))
        finally:
            system.stop()


if __name__ == "__main__":
    main()
