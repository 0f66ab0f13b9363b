"""An auditor's work on a ticket's history, with mouse, keyboard, and without any script."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.visitors import CONSOLE, Visitor, visit
from tests.e2e.desk import register, work_order
from tests.e2e.system import System

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = {"width": 400, "height": 860}


async def test_log_in_look_and_log_out(visitor: Visitor, closed_ticket: str) -> None:
    page = visitor.page
    await page.goto(f"{visitor.url}{CONSOLE}/tickets/{closed_ticket}")
    await expect(page).to_have_url(re.compile("/login"))
    await visitor.keep("login-en-light")
    await page.get_by_label("API key").fill(visitor.new_key("audit:read"))
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("heading", name=re.compile("^T2"))).to_be_visible()
    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_label("API key")).to_be_focused()
    await page.go_back()
    await expect(page).to_have_url(re.compile("/login"))


async def test_the_slider_goes_through_the_past_and_back(
    visitor: Visitor, closed_ticket: str
) -> None:
    """The page's main task: what was known, and when."""
    page = visitor.page
    await visitor.log_in("audit:read")
    await visitor.open(f"/tickets/{closed_ticket}")
    await expect(page.get_by_text("This is the past")).to_have_count(0)
    await visitor.keep("ticket-en-light")
    slider = page.get_by_label("As known at")
    await slider.focus()
    await slider.press("Home")
    await visitor.ready()
    await expect(page.get_by_text("This is the past")).to_be_visible()
    await expect(page.locator("#position .pill").first).to_have_text("registered")
    await expect(page).to_have_url(re.compile(r"\?at=2"))
    await expect(page.locator("#e1")).not_to_have_class(re.compile("later"))
    await expect(page.locator(".timeline > li").last).to_have_class(re.compile("later"))
    await visitor.keep("ticket-past-en-light")
    for _ in range(20):
        await slider.press("ArrowRight")
    await visitor.ready()
    shown = await page.locator("#known").get_attribute("data-step")
    assert shown == await slider.input_value()
    here, told = page.url, await page.locator("#position").inner_text()
    await page.reload()
    await visitor.ready()
    assert page.url == here
    assert await page.locator("#position").inner_text() == told
    await page.get_by_role("link", name="Back to now").click()
    await expect(page.get_by_text("This is the past")).to_have_count(0)


async def test_two_times_are_compared(visitor: Visitor, closed_ticket: str) -> None:
    page = visitor.page
    await visitor.log_in("audit:read")
    await visitor.open(f"/tickets/{closed_ticket}?step=0")
    await page.get_by_role("link", name="Compare other times").click()
    await page.get_by_label("As known at").press("End")
    await visitor.ready()
    change = page.get_by_role("row", name=re.compile("^status registered closed"))
    await expect(change).to_be_visible()
    await visitor.keep("ticket-compared-en-light")
    cause = await change.get_by_role("link").inner_text()
    await change.get_by_role("link").click()
    await expect(page.locator(f"#e{cause.removeprefix('#')}")).to_contain_text("Ticket closed")


async def test_why_and_what_exactly_are_a_click_away(visitor: Visitor, closed_ticket: str) -> None:
    page = visitor.page
    await visitor.log_in("audit:read", "sla:read")
    await visitor.open(f"/tickets/{closed_ticket}")
    await page.get_by_role("link", name="why?").first.click()
    await expect(page.get_by_role("heading", name="Day by day")).to_be_visible()
    await visitor.keep("clock-en-light")
    assert await visitor.findings() == []
    await page.go_back()
    await page.locator("#e1").get_by_role("link", name="original").click()
    await expect(page.locator("pre.bytes")).to_contain_text('"customer_name":"张**"')
    await visitor.keep("event-en-light")
    assert await visitor.findings() == []


async def test_who_the_customer_is_is_shown_to_who_may_know_and_kept(
    visitor: Visitor, closed_ticket: str
) -> None:
    page = visitor.page
    await visitor.log_in("audit:read", "pii:read", "tickets:read", client="inspector")
    await visitor.open(f"/tickets/{closed_ticket}")
    await expect(page.get_by_text("张晓明")).to_have_count(0)
    await page.get_by_label("Why you have to know").fill("appeal")
    await page.get_by_role("button", name="Personal data").click()
    await expect(page.get_by_text("张晓明")).to_be_visible()
    await expect(page.get_by_text("更换光猫").first).to_be_visible()
    assert await visitor.findings() == []
    await visitor.open(f"/tickets/{closed_ticket}")
    await page.get_by_text("Who looked at this ticket").click()
    await expect(
        page.get_by_role("row", name=re.compile("inspector personal data appeal"))
    ).to_be_visible()


@pytest.mark.parametrize(("language", "scheme"), [("zh-CN", "dark"), ("en-GB", "light")])
async def test_axe_finds_nothing(
    language: str, scheme: str, browser: Browser, console_system: System, closed_ticket: str
) -> None:
    name = f"{language[:2]}-{scheme}"
    options = {"locale": language, "color_scheme": scheme, "viewport": PHONE}
    async with visit(browser, console_system, **options) as visitor:
        await visitor.open("/login")
        assert await visitor.findings() == []
        await visitor.log_in("audit:read")
        await visitor.open(f"/tickets/{closed_ticket}?step=12")
        await visitor.keep(f"ticket-past-{name}-phone")
        assert await visitor.is_as_wide_as_its_window()
        assert await visitor.findings() == []


async def test_a_name_without_a_space_leaves_the_page_as_wide_as_a_phone(
    browser: Browser, console_system: System
) -> None:
    client = console_system.client()
    ticket_id = register(client)["ticket_id"]
    order = work_order(client, ticket_id, 1)["work_order_id"]
    client.post(f"/dispatch/v1/work-orders/{order}/acceptance", {"handler": 120 * "x"})
    client.close()
    async with visit(browser, console_system, viewport=PHONE) as visitor:
        await visitor.log_in("audit:read")
        await visitor.open(f"/tickets/{ticket_id}")
        await expect(visitor.page.locator("h3").get_by_text(re.compile("xxx"))).to_be_visible()
        assert await visitor.is_as_wide_as_its_window()


async def test_the_keyboard_is_enough(visitor: Visitor, closed_ticket: str) -> None:
    page, keys = visitor.page, visitor.page.keyboard
    await page.goto(f"{visitor.url}{CONSOLE}/tickets")
    await expect(page.get_by_label("API key")).to_be_focused()
    await keys.type(visitor.new_key("audit:read"))
    await keys.press("Enter")
    await expect(page.get_by_label("Ticket number or id")).to_be_visible()
    await keys.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await keys.press("Enter")
    await keys.press("Tab")
    await expect(page.get_by_label("Ticket number or id")).to_be_focused()
    await keys.type(closed_ticket)
    await keys.press("Enter")
    await visitor.ready()
    slider = page.get_by_label("As known at")
    await expect(slider).to_be_visible()
    for _ in range(20):
        await keys.press("Tab")
        if await slider.evaluate("one => one === document.activeElement"):
            break
    await expect(slider).to_be_focused()
    await keys.press("ArrowLeft")
    await visitor.ready()
    await expect(slider).to_have_attribute("aria-valuetext", re.compile(r"\d+ of \d+ events"))
    await expect(page.get_by_text("This is the past")).to_be_visible()


async def test_without_script_a_form_does(
    browser: Browser, console_system: System, closed_ticket: str
) -> None:
    async with visit(browser, console_system, java_script_enabled=False) as visitor:
        page = visitor.page
        await visitor.log_in("audit:read")
        await page.goto(f"{visitor.url}{CONSOLE}/tickets/{closed_ticket}")
        await page.get_by_label("As known at").press("Home")
        await page.get_by_role("button", name="Show").click()
        await expect(page.get_by_text("This is the past")).to_be_visible()


async def test_on_paper_there_is_nothing_to_press(visitor: Visitor, closed_ticket: str) -> None:
    page = visitor.page
    await visitor.log_in("audit:read")
    await visitor.open(f"/tickets/{closed_ticket}")
    await page.emulate_media(media="print", color_scheme="dark")
    for name in ("Print", "Log out", "English"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    background = "getComputedStyle(document.documentElement).backgroundColor"
    assert await page.evaluate(background) == "rgb(255, 255, 255)"
    await visitor.keep("ticket-print")


async def test_a_ticket_is_found_in_the_list(visitor: Visitor, closed_ticket: str) -> None:
    page = visitor.page
    await visitor.log_in("audit:read", "tickets:read")
    await visitor.open("/tickets")
    await page.get_by_label("status").select_option("withdrawn")
    await page.get_by_role("button", name="Narrow").click()
    await expect(page.get_by_text("There is no such ticket.")).to_be_visible()
    await page.get_by_label("status").select_option("closed")
    await page.get_by_role("button", name="Narrow").click()
    await expect(page.get_by_role("row", name="closed")).to_be_visible()
    await visitor.keep("tickets-en-light")
    assert await visitor.findings() == []
    await page.get_by_role("row", name="closed").get_by_role("link").click()
    await expect(page.get_by_text(closed_ticket)).to_be_visible()
