"""The history page: every event, the ticket at a time, what changed, and what lies behind it."""

import hashlib
import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.unit.reporting.console.browsers import CONSOLE, Browser, open_browser
from tests.unit.support.examples import (
    CLOCK_STARTED,
    DEADLINE_MOVED,
    HOUR,
    NUMBER,
    OFFERED,
    REGISTERED,
    T,
)

PAGE = f"{CONSOLE}/tickets/{T}"
MINUTE = timedelta(minutes=1)
HOSTILE = "<img src=x onerror=alert(1)>"
READINGS = "/reporting/v1/readings"


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    """Four events a minute apart, and an auditor."""
    async with open_browser(tmp_path) as browser:
        said = (
            ("intake", REGISTERED),
            ("dispatch", msgspec.structs.replace(OFFERED, department=HOSTILE)),
            ("sla", CLOCK_STARTED),
            ("sla", DEADLINE_MOVED),
        )
        for publisher, event in said:
            await browser.desk.say(publisher, event)
            browser.desk.clock.time += MINUTE
        await browser.log_in("audit:read")
        yield browser


async def shown(browser: Browser, path: str = PAGE, **headers: str) -> str:
    answer = await browser.open(path, **headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def text_of(page: str) -> str:
    """What a person reads of it."""
    main = page[page.index("<main") :] if "<main" in page else page
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


async def test_every_event_is_listed_with_who_and_when(browser: Browser) -> None:
    page = text_of(await shown(browser))
    for told in (
        NUMBER,
        "Ticket registered",
        "Work order offered",
        "Promised time begins",
        "Promised time moved",
        "2026-11-23 10:00:00",
        "by crm",
        "张**",
        "4 of 4 events",
    ):
        assert told in page


async def test_a_page_speaks_chinese(browser: Browser) -> None:
    page = await shown(browser, **{"Accept-Language": "zh-CN"})
    assert "工单登记" in page
    assert "4 个事件中的 4 个" in page
    assert "投诉 · 一般" in page


async def test_times_are_the_packs_with_utc_at_hand(browser: Browser) -> None:
    page = await shown(browser)
    element = '<time datetime="2026-11-23T02:00:00.000Z" title="2026-11-23 02:00:00.000 UTC">'
    assert f"{element}2026-11-23 10:00:00</time>" in page
    assert "Times are those of Asia/Shanghai" in page


async def test_the_past_is_unmistakable_and_shows_what_was_known_then(browser: Browser) -> None:
    now = text_of(await shown(browser))
    assert "This is the past" not in now
    assert "2026-11-27 17:30:00" in now
    then = text_of(await shown(browser, f"{PAGE}?at=2026-11-23T02:02:00Z"))
    assert "This is the past as it was known at 2026-11-23 10:02:00 · 3 of 4 events" in then
    position = then[: then.index("What happened")]
    assert "2026-11-26 17:30:00" in position
    assert "2026-11-27 17:30:00" not in position


async def test_the_slider_stops_where_something_changed(browser: Browser) -> None:
    page = await shown(browser, f"{PAGE}?step=0")
    assert 'max="3" value="0"' in page
    assert "1 of 4 events" in text_of(page)
    assert 'max="3" value="3"' in await shown(browser, f"{PAGE}?step=999")
    part = await shown(browser, f"{PAGE}/position?step=1")
    assert "<main" not in part
    assert 'data-at="2026-11-23T02:01:00+00:00"' in part
    assert "2 of 4 events" in text_of(part)


async def test_a_day_and_time_is_on_the_pages_wall_clock(browser: Browser) -> None:
    page = text_of(await shown(browser, f"{PAGE}?local=2026-11-23T10:01:30"))
    assert "known at 2026-11-23 10:01:30 · 2 of 4 events" in page


async def test_two_times_are_compared_field_by_field(browser: Browser) -> None:
    page = text_of(await shown(browser, f"{PAGE}?from=2026-11-23T02:02:00Z"))
    row = "Promised time answer · round 1 due 2026-11-26 17:30:00 2026-11-27 17:30:00 #4"
    assert row in page
    backwards = f"{PAGE}?from=2026-11-23T02:03:00Z&at=2026-11-23T02:02:00Z"
    assert row in text_of(await shown(browser, backwards))


async def test_what_others_wrote_stays_text(browser: Browser) -> None:
    page = await shown(browser)
    assert HOSTILE not in page
    assert html.escape(HOSTILE) in page


async def test_an_events_own_bytes_are_shown_and_sent(browser: Browser) -> None:
    first = re.search(rf"{PAGE}/events/[0-9a-f-]+", await shown(browser))
    assert first
    stored = msgspec.json.encode(REGISTERED)
    page = await shown(browser, first[0])
    assert "with #2 #3 #4" in text_of(page)
    assert hashlib.sha256(stored).hexdigest() in page
    assert html.escape(stored.decode(), quote=False) in page.replace("&#34;", '"')
    raw = await browser.open(f"{first[0]}?raw=true")
    assert raw.content == stored
    assert raw.headers["content-type"] == "application/json"
    assert "attachment" in raw.headers["content-disposition"]


async def test_every_look_at_a_page_is_kept_and_shown(browser: Browser) -> None:
    await shown(browser)
    await shown(browser, f"{PAGE}/position?step=1")
    answer = await browser.open(f"{READINGS}?ticket_id={T}")
    assert {(one["reader"], one["what"]) for one in answer.json()["items"]} == {
        ("auditor", "history"),
        ("auditor", "state"),
    }
    assert "state at a time" in text_of(await shown(browser))


ASKED = [
    ("", 200),
    ("?at=2026", 422),
    ("?at=2026-11-23T02:00:00Z&by=moon", 422),
    ("?step=-1", 422),
    ("?step=99999999", 422),
    ("?local=<script>", 422),
    ("?local=0001-01-01T00:00", 422),
    ("?local=9999-12-31T23:59:59", 200),
    ("?from=0001-01-01T00:00:00Z", 200),
    ("?from=9999-12-31T23:59:59Z", 200),
    ("?surprise=1", 422),
    ("/position?step=x", 422),
    ("/events/none", 422),
    (f"/events/{T}", 404),
    (f"/clocks/{'a' * 65}", 422),
    ("/clocks/answer?round=0", 422),
    ("/clocks/answer", 503),  # the other services of this desk keep nothing and say so badly
    ("/nowhere", 404),
    ("/person", 404),
    ("/../../tickets?status=moon", 422),
    ("/../../tickets?since=moon", 422),
    ("/../../tickets?since=0&until=1e9", 422),
    ("/../../tickets?since=9999-12-31", 422),
    ("/../../tickets?since=%20&until=&status=&kind=", 200),
    ("/../../search?until=0", 422),
    ("/../../audit/period?since=0", 422),
    ("/../../audit/period?until=0001-01-01", 422),
]


async def test_whatever_is_asked_has_a_page(browser: Browser) -> None:
    for path, status in ASKED:
        answer = await browser.open(PAGE + path)
        assert (path, answer.status_code) == (path, status)
        assert "text/html" in answer.headers["content-type"]
        assert "<script>" not in answer.text


@pytest.mark.parametrize("named", [str(T), NUMBER, NUMBER.lower()])
async def test_a_ticket_is_found_by_its_number_or_id(browser: Browser, named: str) -> None:
    sent = await browser.open(f"{CONSOLE}/tickets?named=%20{named}%20")
    assert sent.headers["location"] == f"{CONSOLE}/tickets/{named}"
    assert NUMBER in await shown(browser, sent.headers["location"])


async def test_anothers_ticket_is_not_there(browser: Browser) -> None:
    key = browser.new_key("shop", "audit:read", departments=())
    await browser.submit(f"{CONSOLE}/login", key=key)
    for path in ("", "/position", f"/events/{T}", "/clocks/answer"):
        foreign = await browser.open(PAGE + path)
        unknown = await browser.open(f"{CONSOLE}/tickets/{HOUR.seconds}{path}")
        assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert (await browser.open(f"{READINGS}?reader=shop")).json()["items"] == []


async def test_personal_data_take_a_scope_and_a_form_of_ours(browser: Browser) -> None:
    assert "Personal data" not in await shown(browser)
    assert (await browser.submit(f"{PAGE}/person", reason="投诉复核")).status_code == 403
    await browser.log_in("audit:read", "pii:read", client="inspector")
    assert "Personal data" in await shown(browser)
    assert (
        await browser.submit(f"{PAGE}/person", origin="http://evil", reason="x")
    ).status_code == 403
    assert (await browser.submit(f"{PAGE}/person", reason="投诉复核")).status_code == 503
