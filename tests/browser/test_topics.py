"""On-call at night: is it us, who, and the dead letter that is found and redriven."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.parked import parked_system
from tests.browser.visitors import Visitor, visit
from tests.e2e.desk import register
from tests.e2e.system import System
from tests.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
DESK = {"width": 1280, "height": 900}
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
    """The page's main task."""
    async with visit(browser, parked, viewport={"width": 1280, "height": 900}) as visitor:
        page = visitor.page
        await visitor.log_in("operations", client="xu-lei")
        await visitor.open("/topics")
        await expect(page.get_by_text("dispatch set 4 events aside")).to_be_visible()
        await visitor.keep("topics-amiss-en-light")
        await page.get_by_role("link", name="intake: ticket-registered.v1").first.click()
        await expect(page.get_by_text("KeyError").first).to_be_visible()
        await expect(page.get_by_text("Today's code reads 1 of them.")).to_be_visible()
        await visitor.keep("dead-letter-en-light")
        assert await visitor.findings() == []
        await page.get_by_label("Why (kept with each letter)").fill("release 1.2 reads it")
        await page.get_by_role("button", name="Redrive the sequence").click()
        await visitor.ready()
        await expect(page.get_by_text("1 handled; 0 still wait.")).to_be_visible()
        await expect(page.get_by_text("dispatch set 3 events aside")).to_be_visible()


async def test_chosen_letters_are_rehearsed_counted_and_redriven_by_keyboard(
    browser: Browser, parked: System
) -> None:
    async with visit(browser, parked, viewport={"width": 1280, "height": 900}) as visitor:
        page = visitor.page
        await visitor.log_in("operations", client="xu-lei")
        await visitor.open("/dead-letters?service=dispatch")
        for number in (1, 2):
            await page.get_by_label(f"Choose number {number}", exact=True).press("Space")
        await visitor.keep("dead-letters-en-light")
        assert await visitor.findings() == []
        await page.get_by_role("button", name="Dry run of redriving those chosen").press("Enter")
        await expect(page.get_by_text("2 letters in 2 sequences")).to_be_visible()
        await visitor.keep("dead-letters-plan-en-light")
        assert await visitor.findings() == []
        await page.get_by_label("Because").fill("release 1.2 reads it")
        await page.get_by_label("Because").press("Enter")
        await expect(page.get_by_text("2 letters are done with; 0 of those")).to_be_visible()
        await visitor.open("/dead-letters?state=redriven")
        await expect(page.get_by_text("release 1.2 reads it").first).to_be_visible()
        await visitor.keep("dead-letters-closed-en-light")
        assert await visitor.findings() == []


async def test_all_of_a_service_are_given_up_with_one_reason(
    browser: Browser, parked: System
) -> None:
    """The last test here, for it leaves nothing behind."""
    options = {"locale": "zh-CN", "color_scheme": "dark", "viewport": PHONE}
    async with visit(browser, parked, **options) as visitor:
        page = visitor.page
        await visitor.log_in("operations", client="xu-lei")
        await visitor.open("/dead-letters?service=dispatch")
        await visitor.keep("dead-letters-zh-dark-phone")
        assert await visitor.findings() == []
        await page.get_by_role("link", name="放弃派单的全部").click()
        await visitor.keep("dead-letters-plan-zh-dark-phone")
        assert await visitor.findings() == []
        await page.get_by_label("原因", exact=True).fill("测试数据")
        await page.get_by_role("button", name="放弃这 1 条").click()
        await expect(page.get_by_text("没有死信。")).to_be_visible()


async def test_a_topic_is_followed_and_paused(visitor: Visitor, closed_ticket: str) -> None:
    page, client = visitor.page, visitor.system.client()
    await visitor.log_in("operations", client="xu-lei")
    await visitor.open("/messages?topic=intake&type=ticket-registered&limit=20")
    await page.get_by_role("link", name="Follow live").click()
    await visitor.ready()
    rows = page.locator(".messages tbody tr")
    await expect(rows.filter(has_text=closed_ticket[:8])).to_have_count(1)
    ticket_id = register(client)["ticket_id"]
    await expect(rows.first).to_contain_text(ticket_id[:8])
    await expect(page.locator("#tail")).to_have_text("1 new.")
    await visitor.keep("messages-follow-en-light")
    assert await visitor.findings() == []
    await page.get_by_role("button", name="Pause").press("Enter")
    unseen = register(client)["ticket_id"]
    asked = f"/reporting/v1/messages?topic=intake&ticket={unseen}"
    eventually(lambda: client.get(asked)["items"], "reporting has heard of it")
    await expect(rows.first).to_contain_text(ticket_id[:8])
    await page.get_by_role("button", name="Pause").press("Enter")
    await expect(rows.first).to_contain_text(unseen[:8])
    client.close()


async def test_the_last_hour_is_drawn(browser: Browser, console_system: System) -> None:
    for language, scheme, size in (("en-GB", "light", DESK), ("zh-CN", "dark", PHONE)):
        options = {"locale": language, "color_scheme": scheme, "viewport": size}
        async with visit(browser, console_system, **options) as visitor:
            await visitor.log_in("operations", "sla:read", client="xu-lei")
            await visitor.open("/topics?topic=intake")
            line = visitor.page.locator("polyline.line.reporting").first
            await expect(line).to_have_attribute("points", re.compile(r"\d"))
            await visitor.keep(f"topics-hour-{language[:2]}-{scheme}")
            assert await visitor.findings() == []
