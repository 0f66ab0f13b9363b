"""A manager's look at the figures: of a month, of a department, down to a ticket, on paper."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.visitors import CONSOLE, Visitor, visit
from tests.e2e.system import System

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_from_a_month_to_the_tickets_behind_a_number(
    visitor: Visitor, closed_ticket: str
) -> None:
    """The page's main task (H-22)."""
    page = visitor.page
    await visitor.log_in("reports:read", "audit:read")
    await page.goto(f"{visitor.url}{CONSOLE}/figures")
    await expect(page.get_by_role("heading", name=re.compile("^Figures 20"))).to_be_visible()
    await page.locator("#group_by").select_option(label="Kind")
    await page.locator("form.grouping").get_by_role("button").click()
    row = page.get_by_role("row", name=re.compile("^complaint"))
    await expect(row).to_be_visible()
    assert await visitor.findings() == []
    await visitor.keep("figures-en-light")
    await row.get_by_role("link").first.click()
    await expect(page.get_by_role("heading", name=re.compile("Kind complaint"))).to_be_visible()
    assert await visitor.findings() == []
    link = page.locator(f'a[href="{CONSOLE}/tickets/{closed_ticket}"]')
    await link.click()
    await expect(page.get_by_role("heading", name=re.compile("^T2"))).to_be_visible()


async def test_in_chinese_by_night_and_on_paper(
    browser: Browser, console_system: System, closed_ticket: str
) -> None:
    assert closed_ticket
    night = {"locale": "zh-CN", "color_scheme": "dark", "viewport": {"width": 1280, "height": 900}}
    async with visit(browser, console_system, **night) as visitor:
        page = visitor.page
        await visitor.log_in("reports:read")
        await page.goto(f"{visitor.url}{CONSOLE}/figures")
        await expect(page.get_by_role("heading", name=re.compile("^统计 20"))).to_be_visible()
        assert await visitor.findings() == []
        await visitor.keep("figures-zh-dark")
        await page.emulate_media(media="print")
        await expect(page.get_by_role("link", name="Excel")).to_be_hidden()
        await visitor.keep("figures-zh-paper")


async def test_reports_and_an_inspection_fit_a_phone(
    browser: Browser, console_system: System, closed_ticket: str
) -> None:
    """H-23, T-10."""
    client = console_system.client()
    client.post("/reporting/v1/reports/day", {}, 201)
    drawn = client.post("/reporting/v1/inspections", {"n": 20}, 201)
    client.close()
    assert closed_ticket in drawn["drawn"]
    phone = {"locale": "zh-CN", "color_scheme": "dark", "viewport": {"width": 400, "height": 860}}
    async with visit(browser, console_system, **phone) as visitor:
        page = visitor.page
        await visitor.log_in("reports:read", "audit:read")
        await page.goto(f"{visitor.url}{CONSOLE}/reports")
        await expect(page.get_by_role("link", name=re.compile("xlsx")).first).to_be_visible()
        await visitor.keep("reports-zh-dark-phone")
        assert await visitor.is_as_wide_as_its_window()
        assert await visitor.findings() == []
        await page.goto(f"{visitor.url}{CONSOLE}/inspections/{drawn['inspection_id']}")
        await expect(page.get_by_role("link", name=re.compile("^T2")).first).to_be_visible()
        await visitor.keep("inspection-zh-dark-phone")
        assert await visitor.is_as_wide_as_its_window()
        assert await visitor.findings() == []
