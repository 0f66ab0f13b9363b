"""One running system and one browser for all tests of pages; each test has a window of its own.

Tests are `async` and say `pytestmark = pytest.mark.asyncio(loop_scope="session")`: the browser
belongs to one event loop.
"""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.visitors import FLAGS, Visitor, visit
from tests.e2e.desk import conclude, handle, register, wait_for_round, whole_history
from tests.e2e.system import System, embedded

expect.set_options(timeout=30_000)  # a busy machine is no reason to fail


@pytest.fixture(scope="session")
def console_system(
    chromium: str,  # noqa: ARG001 - where there is none, nothing starts
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[System]:
    system = embedded(tmp_path_factory.mktemp("consoles"), HUIYIN_CHECKPOINT_SECONDS="0.5")
    yield system
    system.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, console_system: System) -> AsyncIterator[Visitor]:
    """At a desk, in English, by day."""
    async with visit(browser, console_system, viewport={"width": 1280, "height": 900}) as visitor:
        yield visitor


@pytest.fixture(scope="session")
def closed_ticket(console_system: System) -> str:
    """The id of a ticket that was not solved at once: two rounds, and closed."""
    client = console_system.client()
    ticket_id: str = register(client)["ticket_id"]
    handle(client, ticket_id)
    conclude(client, ticket_id, solved=False)
    wait_for_round(client, ticket_id, 2)
    handle(client, ticket_id, 2)
    conclude(client, ticket_id, 2, solved=True, score=5)
    whole_history(client, ticket_id, rounds=2)
    client.close()
    return ticket_id
