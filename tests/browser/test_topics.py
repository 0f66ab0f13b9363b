"""On-call at night: is it us, who, and the dead letter that is found and redriven."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.parked import parked_system
from tests.browser.visitors import Visitor, visit
from tests.e2e.system import System

pytestmark = pytest.mark.asyncio(loop_scope="session")
PHONE = {"width": 400, "height": 860}


async def test_all_is_well_and_the_page_says_so(visitor: Visitor, closed_ticket: str) -> None:
    page = visitor.page
    await visitor.log_in("operations", "audit:read", client="xu-lei")
    await visitor.open("/topics")
    await expect(page.get_by_role("link", name="complaints.intake")).to_be_visible()
    await visitor.keep("topics-en-light")
    assert await visitor.findings() == []
    await page.get_by_role("link", name="complaints.sla").click()
    await visitor.ready()
    await expect(page.get_by_role("heading", name="Partitions of complaints.sla")).to_be_visible()
    await visitor.keep("topics-partitions-en-light")
    await visitor.open(f"/messages?ticket={closed_ticket}")
    await expect(page.get_by_text("Ticket registered").first).to_be_visible()
    await visitor.keep("messages-en-light")
    assert await visitor.findings() == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def parked(
    browser: Browser,  # noqa: ARG001 - where there is none, nothing starts
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[System]:
    async with parked_system(tmp_path_factory.mktemp("parked")) as system:
        yield system


@pytest.mark.parametrize(("language", "scheme"), [("zh-CN", "dark"), ("en-GB", "light")])
async def test_axe_finds_nothing_where_much_is_amiss(
    language: str, scheme: str, browser: Browser, parked: System
) -> None:
    name = f"{language[:2]}-{scheme}"
    options = {"locale": language, "color_scheme": scheme, "viewport": PHONE}
    async with visit(browser, parked, **options) as visitor:
        await visitor.log_in("operations")
        await visitor.open("/topics?topic=intake")
        await visitor.keep(f"topics-amiss-{name}-phone")
        assert await visitor.findings() == []


async def test_a_dead_letter_is_found_and_redriven(browser: Browser, parked: System) -> None:
    """The page's main task; the last test here, for it leaves nothing behind."""
    async with visit(browser, parked, viewport={"width": 1280, "height": 900}) as visitor:
        page = visitor.page
        await visitor.log_in("operations", client="xu-lei")
        await visitor.open("/topics")
        await expect(page.get_by_text("dispatch set 1 events aside")).to_be_visible()
        await visitor.keep("topics-amiss-en-light")
        await page.get_by_role("link", name="intake: ticket-registered.v1").click()
        await expect(page.get_by_text("KeyError").first).to_be_visible()
        await visitor.keep("dead-letter-en-light")
        assert await visitor.findings() == []
        await page.get_by_role("button", name="Redrive the sequence").click()
        await visitor.ready()
        await expect(page.get_by_text("1 handled; 0 still wait.")).to_be_visible()
        await expect(page.get_by_text("No dead letters.")).to_be_visible()
