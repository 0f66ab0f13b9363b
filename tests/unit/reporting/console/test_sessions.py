"""Logged in by an API key: what a session opens, until when, and what opens it."""

import dataclasses
import hashlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest

from services.reporting.console.attempts import ALLOWED
from services.reporting.console.sessions import SESSIONS
from shared.event_store import Append, StoreUnavailableError
from shared.tables import Put
from tests.unit.reporting.console.browsers import CONSOLE, Browser, open_browser, rows_of

LOGIN, TICKETS = f"{CONSOLE}/login", f"{CONSOLE}/tickets"
TOPICS = "/reporting/v1/topics"


async def test_who_is_not_logged_in_is_led_to_the_login_and_back(browser: Browser) -> None:
    sent = await browser.open(f"{TICKETS}?named=")
    assert (sent.status_code, sent.headers["location"]) == (
        303,
        "/reporting/console/login?next=%2Freporting%2Fconsole%2Ftickets%3Fnamed%3D",
    )
    form = await browser.open(sent.headers["location"])
    assert 'name="next" value="/reporting/console/tickets?named="' in form.text
    entered = await browser.log_in("audit:read", next="/reporting/console/tickets?named=")
    assert (entered.status_code, entered.headers["location"]) == (303, f"{TICKETS}?named=")
    assert (await browser.open(TICKETS)).status_code == 200


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://huiyin/reporting/console/timers?within=1d", f"{CONSOLE}/timers?within=1d"),
        ("http://evil//evil.example/x", CONSOLE),
        ("http://[", CONSOLE),
        ("", CONSOLE),
    ],
)
async def test_a_form_whose_session_ended_leads_to_the_login_and_back_to_its_page(
    browser: Browser, referer: str, back: str
) -> None:
    """Nobody who acts after twelve hours has to find the place again."""
    sent = await browser.client.post(
        f"{CONSOLE}/audit/verification", headers={"Referer": referer, "Origin": "http://huiyin"}
    )
    assert sent.status_code == 303
    assert sent.headers["location"] == f"{LOGIN}?{urlencode({'next': back})}"


async def test_the_cookie_is_for_reporting_alone_and_for_no_script(browser: Browser) -> None:
    cookie = (await browser.log_in("audit:read")).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/reporting;" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_sent_over_https_alone(browser: Browser) -> None:
    key = browser.new_key("auditor", "audit:read")
    entered = await browser.submit(LOGIN, origin="https://huiyin", key=key)
    assert "Secure" in entered.headers["set-cookie"]


async def test_the_store_keeps_neither_the_token_nor_the_key(browser: Browser) -> None:
    key = browser.new_key("auditor", "audit:read")
    await browser.submit(LOGIN, key=key)
    token = browser.client.cookies["huiyin_session"]
    [(name, row)] = await rows_of(browser.desk, SESSIONS)
    assert name == hashlib.sha256(token.encode()).hexdigest()
    assert row.client == "auditor"
    kept = msgspec.json.encode(row) + row.sealed_key
    assert token.encode() not in kept
    assert key.encode() not in kept


async def test_the_json_routes_take_the_session_as_they_take_its_key(browser: Browser) -> None:
    assert (await browser.open(TOPICS)).status_code == 401
    await browser.log_in("operations")
    assert (await browser.open(TOPICS)).status_code == 200
    other = await browser.open("/reporting/v1/tickets/T20261121-7K3Q9D2M/history")
    assert (other.status_code, other.json()["required_scope"]) == (403, "audit:read")


async def test_a_key_that_is_sent_goes_before_the_session(browser: Browser) -> None:
    await browser.log_in("operations")
    weak = browser.desk.key("auditor", "audit:read")
    assert (await browser.open(TOPICS, **weak)).status_code == 403


async def test_logged_out_means_out_at_once(browser: Browser) -> None:
    await browser.log_in("operations")
    token = browser.client.cookies["huiyin_session"]
    out = await browser.submit(f"{CONSOLE}/logout")
    assert (out.status_code, out.headers["location"]) == (303, LOGIN)
    assert "huiyin_session" not in browser.client.cookies
    stolen = await browser.open(TOPICS, Cookie=f"huiyin_session={token}")
    assert stolen.status_code == 401


async def test_a_revoked_key_ends_its_sessions_at_once(browser: Browser) -> None:
    await browser.log_in("operations", client="engineer")
    [key] = [one for one in browser.desk.keys.all() if one.client == "engineer"]
    browser.desk.keys.revoke(key.key_id)
    assert (await browser.open(TOPICS)).status_code == 401


async def test_a_session_ends_after_twelve_hours_and_is_cleared_away(browser: Browser) -> None:
    await browser.log_in("operations")
    browser.desk.clock.time += timedelta(hours=12) - timedelta(seconds=1)
    assert (await browser.open(TOPICS)).status_code == 200
    browser.desk.clock.time += timedelta(seconds=1)
    assert (await browser.open(TOPICS)).status_code == 401
    await browser.log_in("operations")
    assert len(await rows_of(browser.desk, SESSIONS)) == 1


async def test_a_restart_keeps_the_session(tmp_path: Path) -> None:
    async with open_browser(tmp_path) as before:
        await before.log_in("operations")
        token = before.client.cookies["huiyin_session"]
    async with open_browser(tmp_path) as after:
        shown = await after.open(f"{CONSOLE}/session", Cookie=f"huiyin_session={token}")
    assert shown.json() == {"logged_in": True}


async def test_a_session_is_nothing_without_the_secret_that_sealed_it(browser: Browser) -> None:
    await browser.log_in("operations")
    token = browser.client.cookies["huiyin_session"]
    store = browser.desk.heard.service.core.store
    row = await store.get(SESSIONS, hashlib.sha256(token.encode()).hexdigest())
    broken = msgspec.structs.replace(row, sealed_key=row.sealed_key[:-1] + b"\0")
    await store.append(
        Append(rows=[Put(SESSIONS, hashlib.sha256(token.encode()).hexdigest(), broken)])
    )
    assert (await browser.open(TOPICS)).status_code == 401


@pytest.mark.parametrize(
    "origin", [None, "null", "http://elsewhere", "http://huiyin:81", "http://["]
)
async def test_what_writes_must_come_from_a_page_of_ours(
    browser: Browser, origin: str | None
) -> None:
    key = browser.new_key("auditor", "operations")
    refused = await browser.submit(LOGIN, origin=origin, key=key)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers
    await browser.submit(LOGIN, key=key)
    letters = "/reporting/v1/dead-letters/11111111-1111-4111-8111-111111111111/redrive"
    headers = {} if origin is None else {"Origin": origin}
    forged = await browser.client.post(letters, headers=headers)
    assert (forged.status_code, forged.json()["code"]) == (403, "cross-origin")
    assert (await browser.submit(f"{CONSOLE}/logout", origin=origin)).status_code == 403
    assert (await browser.open(TOPICS)).status_code == 200


async def test_a_wrong_key_is_told_so_and_not_shown_again(browser: Browser) -> None:
    refused = await browser.submit(LOGIN, key="hy_guess<script>")
    assert refused.status_code == 401
    assert "guess" not in refused.text
    assert "set-cookie" not in refused.headers


async def test_who_tries_too_often_waits_a_minute(browser: Browser) -> None:
    for _ in range(ALLOWED):
        assert (await browser.submit(LOGIN, key="hy_guess")).status_code == 401
    key = browser.new_key("auditor", "audit:read")
    refused = await browser.submit(LOGIN, key=key)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "61")
    browser.desk.clock.time += timedelta(minutes=1)
    assert (await browser.submit(LOGIN, key=key)).status_code == 303


async def test_a_login_leads_nowhere_else(browser: Browser) -> None:
    for onward in (
        "//evil.example",
        "https://evil.example",
        "/reporting/console\\@evil",
        "/reporting/consoles",
        "/docs",
        "/reporting/console/../../docs",
        "/reporting/console/%2e%2E/",
        "\r\n",
    ):
        entered = await browser.log_in("audit:read", next=onward)
        assert (onward, entered.headers["location"]) == (onward, CONSOLE)


FORMS = [
    ("key=%ff", "application/x-www-form-urlencoded", 422),
    ("key", "application/x-www-form-urlencoded", 422),
    ("钥", "application/x-www-form-urlencoded", 422),
    ("a=1&" * 60, "application/x-www-form-urlencoded", 422),
    ("key=" + "a" * 20_000, "application/x-www-form-urlencoded", 413),
    ('{"key":1}', "application/json", 415),
    ("", "application/x-www-form-urlencoded", 401),
]


async def test_a_form_that_is_none(browser: Browser) -> None:
    for body, media_type, status in FORMS:
        headers = {"Origin": "http://huiyin", "Content-Type": media_type}
        refused = await browser.client.post(LOGIN, content=body.encode(), headers=headers)
        assert (body[:9], refused.status_code) == (body[:9], status)
        assert "text/html" in refused.headers["content-type"]


class Unavailable:
    """A store whose database is away."""

    async def get(self, _table: object, _key: str) -> None:
        raise StoreUnavailableError


async def test_a_store_that_is_away_is_said_and_logs_nobody_out(browser: Browser) -> None:
    await browser.log_in("operations")
    state = browser.desk.app.state
    running = state.service
    away = dataclasses.replace(running.core, store=Unavailable())
    state.service = dataclasses.replace(running, core=away)
    shown = await browser.open(f"{CONSOLE}/tickets")
    assert (shown.status_code, shown.headers["retry-after"]) == (503, "2")
    assert "text/html" in shown.headers["content-type"]
    asked = await browser.open(TOPICS)
    assert (asked.status_code, asked.json()["code"]) == (503, "unavailable")
    state.service = running
    assert (await browser.open(TOPICS)).status_code == 200
