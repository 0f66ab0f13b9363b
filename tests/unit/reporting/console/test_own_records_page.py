"""The page of what went to the superior: archived reports, and inspections with their findings."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.unit.reporting.console.browsers import CONSOLE, Browser, open_browser
from tests.unit.support.examples import CONCLUDED, NUMBER, OFFERED, REGISTERED, T

PAGE = f"{CONSOLE}/reports"
API = "/reporting/v1"


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with open_browser(tmp_path) as browser:
        await browser.desk.read("intake", msgspec.structs.replace(REGISTERED, against_person="li"))
        await browser.desk.read("dispatch", OFFERED)
        await browser.log_in("reports:read", "audit:read")
        yield browser


async def drawn(browser: Browser) -> str:
    """The address of an inspection's page; the ticket did not pass."""
    inspection = (await browser.desk.client.post(f"{API}/inspections", json={"n": 1})).json()
    name = inspection["inspection_id"]
    finding = {"ticket_id": str(T), "verdict": "failed", "finding": "未按时联系"}
    url = f"{API}/inspections/{name}/findings"
    assert (await browser.desk.client.post(url, json=finding)).is_success
    return f"{CONSOLE}/inspections/{name}"


async def test_reports_and_inspections_are_listed_the_newest_first(browser: Browser) -> None:
    """T-10, H-23."""
    empty = (await browser.open(PAGE)).text
    assert "No report went out yet." in empty
    assert "No sample was drawn yet." in empty
    for period in ("2026-11-20", "2026-11-21"):
        await browser.desk.client.post(f"{API}/reports/day", json={"period": period})
        browser.desk.clock.time += timedelta(minutes=1)
    made = await browser.desk.client.post(f"{API}/reports/day", json={"period": "2026-11-22"})
    inspection = await drawn(browser)
    text = (await browser.open(PAGE)).text
    assert f'<a href="{made.json()["file"]}">huiyin-2026-11-22.xlsx</a>' in text
    assert text.index("huiyin-2026-11-22") < text.index("huiyin-2026-11-21")
    assert f'<a href="{inspection}">' in text
    assert f'href="{PAGE}"' in (await browser.open(f"{CONSOLE}/figures?month=2026-11")).text


async def test_a_ticket_s_history_shows_its_notices_to_who_may_see_them(browser: Browser) -> None:
    """T-09."""
    weak = msgspec.structs.replace(CONCLUDED, score=1)
    await browser.desk.read("revisit", weak)
    ticket = f"{CONSOLE}/tickets/{T}"
    assert "Rectification notices" not in (await browser.open(ticket)).text
    body = {"score_ref": str(weak.revisit_id), "text": "请整改"}
    made = (await browser.desk.client.post(f"{API}/notices", json=body)).json()
    shown = (await browser.open(ticket)).text
    assert "Rectification notices" in shown
    assert f'<a href="{API}/notices/{made["notice_id"]}">round {weak.round}</a>' in shown
    assert "请整改" not in shown
    await browser.log_in("audit:read")
    assert "Rectification notices" not in (await browser.open(ticket)).text


async def test_a_ticket_s_history_shows_what_inspections_found_to_who_may_see_them(
    browser: Browser,
) -> None:
    """H-23."""
    ticket = f"{CONSOLE}/tickets/{T}"
    assert "What inspections found" not in (await browser.open(ticket)).text
    inspection = await drawn(browser)
    shown = (await browser.open(ticket)).text
    assert "What inspections found" in shown
    assert f'<a href="{inspection}">' in shown
    assert '<span class="pill bad">failed</span>' in shown
    assert "未按时联系" not in shown
    billing = browser.new_key("clerk", "reports:read", "audit:read", departments=("billing",))
    await browser.submit(f"{CONSOLE}/login", key=billing)
    assert "What inspections found" not in (await browser.open(ticket)).text, "drawn for others"
    await browser.log_in("audit:read")
    assert "What inspections found" not in (await browser.open(ticket)).text


async def test_an_inspection_shows_what_was_found_of_each_and_no_text(browser: Browser) -> None:
    page = await drawn(browser)
    text = (await browser.open(page)).text
    assert f'<a href="/reporting/console/tickets/{T}">{NUMBER}</a>' in text
    assert '<span class="pill bad">failed</span>' in text
    assert "1 drawn out of 1 tickets" in text
    assert f"<code>huiyin inspections show {page.rpartition('/')[2]}</code>" in text
    assert "<code>huiyin reports list</code>" in (await browser.open(PAGE)).text
    assert "未按时联系" not in text


async def test_others_see_neither_and_who_it_is_about_sees_no_ticket(browser: Browser) -> None:
    """C-10."""
    await browser.desk.client.post(f"{API}/reports/day", json={"period": "2026-11-22"})
    page = await drawn(browser)
    key = browser.new_key("zhao", "reports:read", departments=("billing",))
    await browser.submit(f"{CONSOLE}/login", key=key)
    assert "No report went out yet." in (await browser.open(PAGE)).text
    assert (await browser.open(page)).status_code == 404
    key = browser.new_key("li", "reports:read", departments=("*",))
    await browser.submit(f"{CONSOLE}/login", key=key)
    own = (await browser.open(page)).text
    assert NUMBER not in own
    assert str(T) not in own
    await browser.log_in("audit:read")
    assert (await browser.open(PAGE)).status_code == 403
