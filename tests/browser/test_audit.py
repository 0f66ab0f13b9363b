"""An auditor at work on evidence: search, verify, take a case and a period away, print them."""

import re

import pytest
from playwright.async_api import Browser, expect

from shared.messaging.topics import PUBLISHERS
from tests.browser.visitors import Visitor, visit
from tests.e2e.system import System

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 400, "height": 860}
PAGES = (
    "/search?rule=answer",
    "/audit",
    "/audit/period",
    "/tickets/{ticket}/case",
    "/looks",
)
OTHERS = (
    "/tickets/{ticket}",
    "/timers",
    "/topics?topic=intake",
    "/messages",
    "/reports",
    "/figures",
)
PAPER = {"width": 720, "height": 1020}
"""A4 within its margins, in pixels."""


async def test_tickets_are_searched_by_rule_and_looked_at_as_they_were(
    visitor: Visitor, closed_ticket: str
) -> None:
    page = visitor.page
    await visitor.log_in("audit:read")
    await visitor.open("")
    await page.get_by_role("link", name="Search", exact=True).click()
    await page.get_by_label("Rule, clock or clause").fill("H-12")
    await page.get_by_label("Event").fill("clock-started")
    await page.keyboard.press("Enter")
    await visitor.ready()
    row = page.get_by_role("row", name=re.compile("Promised time begins")).first
    await expect(row).to_contain_text("H-12")
    await visitor.keep("search-en-light")
    await row.get_by_role("link", name=re.compile("^T2")).click()
    await visitor.ready()
    await expect(page.get_by_role("heading", name=re.compile("^T2"))).to_be_visible()
    await visitor.open(f"/tickets/{closed_ticket}")
    await page.get_by_role("link", name="All of this customer").click()
    await expect(page.get_by_role("row", name=re.compile("Ticket registered"))).to_be_visible()


async def test_a_verification_is_begun_followed_and_kept(
    visitor: Visitor,
    closed_ticket: str,  # noqa: ARG001 - there is something to verify
) -> None:
    """The page's main task: whether all logs are what was signed for, and if not, where first."""
    page = visitor.page
    await visitor.log_in("audit:read", client="auditor")
    await visitor.open("/audit")
    for service in PUBLISHERS:
        signed = page.get_by_role("row", name=re.compile(f"^{service} signs [1-9]"))
        await expect(signed).to_be_visible()
    await page.get_by_role("button", name="Verify now").click()
    await visitor.ready()
    verdict = page.get_by_text("All logs and their copies are what was signed for.")
    await expect(verdict).to_be_visible()
    await expect(page.get_by_role("table").first.get_by_role("row")).to_have_count(6)
    await expect(page.get_by_text("asked for by auditor")).to_be_visible()
    await expect(page.get_by_role("heading", name="Past verifications")).to_be_visible()
    await visitor.keep("audit-en-light")
    await expect(page.get_by_text("retention.ms=-1")).to_be_visible()


async def test_a_case_is_taken_away_as_a_workbook_and_on_paper(
    visitor: Visitor, closed_ticket: str
) -> None:
    page = visitor.page
    await visitor.log_in("audit:read", client="auditor")
    await visitor.open(f"/tickets/{closed_ticket}")
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="Excel").click()
    assert (await loading.value).suggested_filename.endswith("-proof.xlsx")
    await page.get_by_role("link", name="Case to print").click()
    await visitor.ready()
    await expect(page.get_by_text(f"ticket={closed_ticket} format=page")).to_be_visible()
    await page.emulate_media(media="print", color_scheme="dark")
    await expect(page.get_by_role("button", name="Print")).to_have_count(0)
    await visitor.keep("case-print")


async def test_a_period_is_shown_with_its_proof(
    visitor: Visitor,
    closed_ticket: str,  # noqa: ARG001 - something was recorded
) -> None:
    page = visitor.page
    await visitor.log_in("audit:read")
    await visitor.open("/audit")
    await page.get_by_role("button", name="Show it with its proof").click()
    await visitor.ready()
    await expect(page.get_by_role("row", name=re.compile("^reporting"))).to_be_visible()
    await visitor.keep("period-en-light")
    async with page.expect_download() as loading:
        await page.get_by_role("link", name="CSV").click()
    assert (await loading.value).suggested_filename.endswith("-proof.csv")


async def test_no_page_is_cut_off_on_paper(
    browser: Browser, console_system: System, closed_ticket: str
) -> None:
    """What a screen can push sideways is gone on paper."""
    async with visit(browser, console_system, viewport=PAPER) as visitor:
        await visitor.log_in("audit:read", "operations", "reports:read", "sla:read")
        for path in (*PAGES, *OTHERS):
            await visitor.page.emulate_media(media="screen")
            await visitor.open(path.format(ticket=closed_ticket))
            await visitor.page.emulate_media(media="print")
            cut = await visitor.page.evaluate(
                "[...document.querySelectorAll('html, main *')].filter("
                "one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)"
                ".filter(one => !['inline', 'contents'].includes(getComputedStyle(one).display))"
                ".map(one => one.outerHTML.slice(0, 200))"
            )
            assert cut == [], path


async def test_that_the_session_ended_elsewhere_is_the_one_thing_said(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.log_in("audit:read")
    await visitor.open("/audit")
    other = await page.context.new_page()
    await other.goto(page.url)
    await other.get_by_role("button", name="Log out").click()
    await expect(other.locator("#key")).to_be_visible()
    await expect(page.get_by_text("Your session has ended.")).to_be_visible()
    stale = page.locator("#stale")
    await expect(stale).not_to_have_attribute("hidden", "")
    await expect(stale).to_be_hidden()
    await page.goto(other.url)  # it asks no more
    assert all("401" in one for one in visitor.errors)
    visitor.errors.clear()


@pytest.mark.parametrize(("language", "scheme"), [("zh-CN", "dark"), ("en-GB", "light")])
async def test_axe_finds_nothing(
    language: str, scheme: str, browser: Browser, console_system: System, closed_ticket: str
) -> None:
    options = {"locale": language, "color_scheme": scheme, "viewport": PHONE}
    async with visit(browser, console_system, **options) as visitor:
        await visitor.log_in("audit:read")
        for number, path in enumerate(PAGES):
            await visitor.open(path.format(ticket=closed_ticket))
            await visitor.keep(f"audit-{number}-{language[:2]}-{scheme}-phone")
            assert await visitor.findings() == [], path
            width = "document.documentElement.scrollWidth"
            assert await visitor.page.evaluate(width) <= PHONE["width"], path


async def test_a_flaw_in_any_row_is_found(
    visitor: Visitor,
    closed_ticket: str,  # noqa: ARG001 - something was recorded
) -> None:
    """Axe is not asked about rows that are built as one before them."""
    await visitor.log_in("audit:read")
    await visitor.open("/audit")
    assert await visitor.findings() == []
    last = visitor.page.locator("tbody tr[data-again]").last
    await last.evaluate("row => row.lastElementChild.append(document.createElement('button'))")
    assert ("button-name", "<button></button>") in await visitor.findings()


async def test_the_keyboard_is_enough_to_verify(
    visitor: Visitor,
    closed_ticket: str,  # noqa: ARG001 - there is something to verify
) -> None:
    page, keys = visitor.page, visitor.page.keyboard
    await visitor.log_in("audit:read")
    await visitor.open("/audit")
    button = page.get_by_role("button", name="Verify now")
    for _ in range(30):
        await keys.press("Tab")
        if await button.evaluate("one => one === document.activeElement"):
            break
    await expect(button).to_be_focused()
    await keys.press("Enter")
    await visitor.ready()
    await expect(page).to_have_url(re.compile("verification_id="))


async def test_without_script_a_verification_is_begun_and_read(
    browser: Browser,
    console_system: System,
    closed_ticket: str,  # noqa: ARG001 - there is something to verify
) -> None:
    async with visit(browser, console_system, java_script_enabled=False) as visitor:
        page = visitor.page
        await visitor.log_in("audit:read")
        await page.goto(f"{visitor.url}/reporting/console/audit")
        await page.get_by_role("button", name="Verify now").click()
        await expect(page.get_by_role("heading", name="Signing")).to_be_visible()


async def test_the_number_of_an_event_stands_in_one_line(
    visitor: Visitor, closed_ticket: str
) -> None:
    await visitor.log_in("audit:read")
    await visitor.open(f"/tickets/{closed_ticket}/case")
    number = visitor.page.locator("table.case tbody td.number", has_text=re.compile("^10$"))
    lines = """cell => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return new Set([...range.getClientRects()].map(one => one.top)).size;
    }"""
    assert await number.evaluate(lines) == 1
