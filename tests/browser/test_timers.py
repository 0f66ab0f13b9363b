"""On-call before the timers: who was called on, and that it was seen."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.browser.visitors import Visitor, visit
from tests.e2e.desk import register
from tests.e2e.system import System
from tests.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 400, "height": 860}
ALL_STEPS = 10
"""Six of its answer, and two each of the two notices that it is owed (H-10, H-14)."""


@pytest.fixture(scope="session")
def called_on(console_system: System) -> str:
    """The number of a ticket of last month, of which all steps are raised."""
    client = console_system.client()
    received = datetime.now(UTC) - timedelta(days=30)
    ticket = register(client, received_at=received.isoformat())

    def is_raised() -> bool:
        raised = client.get("/sla/v1/escalations", ticket_id=ticket["ticket_id"])["items"]
        return len(raised) == ALL_STEPS

    eventually(is_raised, "all steps raised")
    client.close()
    number: str = ticket["number"]
    return number


async def test_an_escalation_is_acknowledged(visitor: Visitor, called_on: str) -> None:
    """The page's main task."""
    page = visitor.page
    await visitor.log_in("sla:read", "operations", "audit:read", client="xu-lei")
    await visitor.open("/timers")
    waiting = page.get_by_role("button", name=re.compile(f"^Acknowledge: .*{called_on}"))
    await expect(waiting.first).to_be_visible()
    await visitor.keep("timers-en-light")
    assert await visitor.findings() == []
    count = await waiting.count()
    await waiting.first.click()
    await visitor.ready()
    await expect(waiting).to_have_count(count - 1)
    await expect(page.get_by_text("by xu-lei").first).to_be_visible()


async def test_why_it_is_due_is_a_click_away(visitor: Visitor, called_on: str) -> None:
    page = visitor.page
    await visitor.log_in("sla:read")
    await visitor.open("/timers")
    row = page.get_by_role("row", name=re.compile(called_on)).first
    await row.get_by_role("link", name=re.compile("^why")).click()
    await expect(page.get_by_role("heading", name="Day by day")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def test_it_rests_when_paused_and_says_when_nobody_answers(
    visitor: Visitor, called_on: str
) -> None:
    page = visitor.page
    await visitor.log_in("sla:read")
    await visitor.open("/timers")
    await expect(page.get_by_text(called_on).first).to_be_visible()
    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator("[data-live]")).to_have_attribute("data-paused", "")


@pytest.mark.parametrize(("language", "scheme"), [("zh-CN", "dark"), ("en-GB", "light")])
async def test_axe_finds_nothing(
    language: str, scheme: str, browser: Browser, console_system: System, called_on: str
) -> None:
    options = {"locale": language, "color_scheme": scheme, "viewport": PHONE}
    async with visit(browser, console_system, **options) as visitor:
        await visitor.log_in("sla:read", "operations")
        await visitor.open("/timers")
        await expect(visitor.page.get_by_text(called_on).first).to_be_visible()
        await visitor.keep(f"timers-{language[:2]}-{scheme}-phone")
        assert await visitor.is_as_wide_as_its_window()
        assert await visitor.findings() == []
