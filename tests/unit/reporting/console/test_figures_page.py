"""The page of the figures in process: numbers, their definitions, what stands behind them."""

import re
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from shared.contracts import dispatch, sla
from tests.unit.reporting.console.browsers import CONSOLE, Browser, open_browser
from tests.unit.support.ears import EPOCH
from tests.unit.support.examples import (
    AT,
    CLOCK_STARTED,
    CONCLUDED,
    DUE_AT,
    NUMBER,
    OFFERED,
    REGISTERED,
    T,
    W,
)

FIGURES = f"{CONSOLE}/figures"
MONTH = f"{FIGURES}?month=2026-11"


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with open_browser(tmp_path) as browser:
        await browser.desk.read("intake", msgspec.structs.replace(REGISTERED, merchant="<b>m</b>"))
        await browser.desk.read("dispatch", OFFERED)
        await browser.desk.read("revisit", CONCLUDED)
        await browser.log_in("reports:read", "audit:read")
        yield browser


async def test_a_month_shows_each_figure_with_its_definition(browser: Browser) -> None:
    """H-22, U-15."""
    text = (await browser.open(MONTH)).text
    assert "<h1>Figures 2026-11</h1>" in text
    assert "Tickets whose customer got in touch in the period" in text
    assert "/reporting/v1/figures/monthly.xlsx?month=2026-11" in text
    assert re.search(r"Satisfaction</dt>\s*<dd>\s*<a href=[^>]+>5.00</a>", text)
    assert text.count("<rect ") == 1  # each leads to its day's tickets
    assert f'<a href="{FIGURES}/tickets?day=2026-11-' in text
    chinese = (await browser.open(MONTH, **{"Accept-Language": "zh"})).text
    assert "本期客户来访形成的工单数" in chinese


async def test_under_a_head_every_number_leads_to_its_tickets(browser: Browser) -> None:
    """H-22: every number opens the list behind it."""
    text = (await browser.open(f"{MONTH}&group_by=department")).text
    assert "Billing</th>" in text
    link = re.search(r'href="(/reporting/console/figures/tickets\?[^"]+value=billing)"', text)
    assert link is not None
    listed = (await browser.open(link[1].replace("&amp;", "&"))).text
    assert f'<a href="/reporting/console/tickets/{T}">{NUMBER}</a>' in listed
    assert "Department Billing" in listed
    other = (await browser.open(f"{FIGURES}/tickets?month=2026-10")).text
    assert "Nothing counts in this period." in other


async def test_behind_overdue_stands_who_was_called_on_and_behind_promises_who_made_them(
    browser: Browser,
) -> None:
    """U-13, T-11."""
    clock: dict[str, Any] = {"ticket_id": T, "round": 1, "occurrence": "x"}
    await browser.desk.read("sla", CLOCK_STARTED)
    await browser.desk.read("sla", sla.ClockMissed(**clock, clock="answer", at=DUE_AT))
    raised = sla.EscalationRaised(
        **clock,
        clock="answer",
        escalation_id=UUID(int=4),
        step="level-2",
        addressee=("gao-feng",),
        due_at=DUE_AT,
        at=DUE_AT,
    )
    await browser.desk.read("sla", raised)
    overdue = (await browser.open(f"{FIGURES}/overdue?month=2026-11")).text
    assert "· level 2 gao-feng</div>" in overdue
    attempt = dispatch.ContactAttempted(
        work_order_id=W,
        ticket_id=T,
        round=1,
        channel="phone",
        outcome="reached",
        promised_until=DUE_AT,
        at=AT,
    )
    await browser.desk.read("dispatch", attempt)
    made = uuid5(EPOCH, f"dispatch/{browser.desk.heard.positions['dispatch']}")
    promise: dict[str, Any] = {**clock, "clock": "promise", "occurrence": str(made)}
    started = msgspec.structs.replace(CLOCK_STARTED, **promise)
    await browser.desk.read("sla", started)
    await browser.desk.read("sla", sla.ClockMet(**promise, late=True, at=DUE_AT))
    kept = (await browser.open(f"{FIGURES}/promises_kept?month=2026-11")).text
    assert re.search(r"broken</span> <time [^>]+>2026-11-26 17:30:00</time> · crm", kept)
    assert "supervisor he-bin" in kept


async def test_what_people_wrote_is_text(browser: Browser) -> None:
    text = (await browser.open(f"{MONTH}&group_by=merchant")).text
    assert "<b>m</b>" not in text
    assert "&lt;b&gt;m&lt;/b&gt;" in text


async def test_a_list_goes_on_where_the_page_ends(browser: Browser) -> None:
    first = (await browser.open(f"{FIGURES}/tickets?month=2026-11&limit=1")).text
    more = re.search(r'href="(\?[^"]*cursor=[^"]+)"', first)
    assert more is not None
    rest = (await browser.open(f"{FIGURES}/tickets{more[1].replace('&amp;', '&')}")).text
    assert "Nothing counts in this period." in rest


async def test_where_the_periods_report_lies_is_said_with_its_hash(browser: Browser) -> None:
    """H-22, T-10."""
    assert "No report of this period is archived yet." in (await browser.open(MONTH)).text
    sent = {"period": "2026-11"}
    answer = await browser.desk.client.post("/reporting/v1/reports/month", json=sent)
    made = answer.json()
    text = (await browser.open(MONTH)).text
    assert (
        f'<a href="{made["file"]}">huiyin-2026-11.xlsx</a>, SHA-256 <code>{made["sha256"]}</code>'
        in text
    )
    assert f"The newest report of this period, for {made['sent_to']}, archived" in text
    file = await browser.open(made["file"])
    assert sha256(file.content).hexdigest() == made["sha256"]


async def test_a_restated_figure_shows_what_was_reported(browser: Browser) -> None:
    """H-22: old and new."""
    report = {"period": "2026-11"}
    made = await browser.desk.client.post("/reporting/v1/reports/month", json=report)
    assert made.status_code == 201
    assert "reported as" not in (await browser.open(MONTH)).text
    lower = msgspec.structs.replace(CONCLUDED, round=2, score=1)
    await browser.desk.read("revisit", lower)
    text = (await browser.open(MONTH)).text
    assert "reported as 5.00<" in text
    assert "reported as 100.0%<" in text
    why = f"{FIGURES}/satisfaction/causes?month=2026-11"
    assert f'href="{why}"' in text
    causes = (await browser.open(why)).text
    assert "Call-back concluded</a>" in causes
    assert re.search(r"<td[^>]*>5 / 1</td>\s*<td[^>]*>6 / 2</td>", causes)
    assert f'<a href="/reporting/console/tickets/{T}">{NUMBER}</a>' in causes
    assert "Nothing has changed it" in (await browser.open(why.replace("11", "10"))).text
    assert (await browser.open(f"{FIGURES}/luck/causes?month=2026-11")).status_code == 404


async def test_who_may_read_no_reports_is_told_which_scope(browser: Browser) -> None:
    await browser.log_in("audit:read")
    answer = await browser.open(FIGURES)
    assert answer.status_code == 403
    assert "reports:read" in answer.text


async def test_a_period_that_no_calendar_has_is_a_problem_page(browser: Browser) -> None:
    answer = await browser.open(f"{FIGURES}?month=2026-13")
    assert answer.status_code == 422
    assert (await browser.open(f"{FIGURES}/luck?month=2026-11")).status_code == 404
