"""What pages ask other services for: shown as text whatever it is, and never without a word."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from services.reporting.peers import Peers
from services.revisit.domain.stages import revisit_id_of
from shared.contracts.revisit import RevisitScheduled
from tests.unit.reporting.console.browsers import CONSOLE, Browser, open_browser
from tests.unit.support.examples import AT, CASE, NUMBER, OFFERED, REGISTERED, T, W

PAGE = f"{CONSOLE}/tickets/{T}"
CLOCK = f"{PAGE}/clocks/answer?round=1"
HOSTILE = "<b onclick=x>"
SAFE = "&lt;b onclick=x&gt;"
TIME = "2026-11-23T10:00:00+08:00"
SCHEDULED = RevisitScheduled(
    revisit_id=revisit_id_of(T, 1), ticket_id=T, round=1, case=CASE, number=NUMBER, at=AT
)
FACT = {"event_id": HOSTILE, "fact": HOSTILE, "at": TIME, "recorded_at": TIME}
STRETCH = {"from": TIME, "until": "2026-11-23T12:00:00+08:00", "seconds": 7200}
RECKONED: dict[str, Any] = {
    "promised": HOSTILE,
    "until": TIME,
    "seconds": 7200,
    "segments": [STRETCH],
    "workdays": [],
}
EXPLANATION: dict[str, Any] = {
    "clock": HOSTILE,
    "round": 1,
    "state": HOSTILE,
    "reason": HOSTILE,
    "as_of": TIME,
    "pack": HOSTILE,
    "pack_version": 1,
    "calendar": HOSTILE,
    "zone": "Asia/Shanghai",
    "provisional": True,
    "drifted": True,
    "rule": {"clause": HOSTILE, "kind": [HOSTILE], "limit": "3wd"},
    "lost": [{"clause": HOSTILE, "limit": "5wd"}],
    "started_at": TIME,
    "stopped_at": TIME,
    "started": FACT,
    "stopped": None,
    "target": None,
    "limit": RECKONED,
    "used": {**RECKONED, "promised": None, "segments": []},
    "pauses": [{"reason": HOSTILE, "from": TIME, "until": None, "event_ids": [HOSTILE]}],
    "extensions": [{"event_id": HOSTILE, "until": TIME, "refused": HOSTILE}],
    "rungs": [{"step": HOSTILE, "due_at": TIME, "seconds": 9_000, "state": "x", "reason": None}],
}
TICKET: dict[str, Any] = {
    "customer": {"customer_ref": "r", "name": HOSTILE, "phone": "13812345678"},
    "content": HOSTILE,
    "texts": [{"field": "content", "at": TIME, "text": "又断了"}],
}
ORDER: dict[str, Any] = {"texts": [{"field": "solution", "at": TIME, "text": HOSTILE}]}
CALL_BACK: dict[str, Any] = {
    "calls": [{"at": TIME, "note": HOSTILE}],
    "concluded_at": TIME,
    "remarks": "很好",
    "new_complaint": None,
}
ANSWERS: dict[str, Any] = {
    f"/sla/v1/tickets/{T}/clocks/answer/explanation": EXPLANATION,
    f"/intake/v1/tickets/{T}": TICKET,
    f"/dispatch/v1/work-orders/{W}": ORDER,
    f"/revisit/v1/revisits/{SCHEDULED.revisit_id}": CALL_BACK,
}


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    """A ticket with a work order and a call-back, and an inspector."""
    async with open_browser(tmp_path) as browser:
        await browser.desk.say("intake", REGISTERED)
        await browser.desk.say("dispatch", OFFERED)
        await browser.desk.say("revisit", SCHEDULED)
        await browser.log_in("audit:read", "pii:read")
        yield browser


def let_others_say(
    browser: Browser,
    status: int = 200,
    raw: bytes | None = None,
    **changes: Any,  # noqa: ANN401 - JSON
) -> list[httpx.Request]:
    """What the other services answer from here on; returns what they are asked."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if raw is not None:
            return httpx.Response(status, content=raw)
        return httpx.Response(status, json={**ANSWERS[request.url.path], **changes})

    others = dict.fromkeys(("intake", "dispatch", "sla", "revisit"), httpx.MockTransport(answer))
    app = browser.desk.app
    app.state.service = dataclasses.replace(app.state.service, peers=Peers({}, others))
    return asked


async def test_an_explanation_is_shown_line_by_line(browser: Browser) -> None:
    asked = let_others_say(browser)
    shown = await browser.open(CLOCK, **{"Accept-Language": "zh-CN"})
    assert shown.status_code == 200
    assert HOSTILE not in shown.text
    assert shown.text.count(SAFE) > 12
    assert "2:00:00" in shown.text
    assert asked[0].headers["accept-language"] == "zh-CN"
    assert asked[0].headers["authorization"].startswith("Bearer hy_")
    assert asked[0].url.params["round"] == "1"


async def test_personal_data_are_shown_with_what_was_written_and_said(browser: Browser) -> None:
    let_others_say(browser)
    shown = await browser.submit(f"{PAGE}/person", reason="投诉复核")
    assert shown.status_code == 200
    assert "13812345678" in shown.text
    assert HOSTILE not in shown.text
    assert shown.text.count(SAFE) == 4
    assert "很好" in shown.text
    assert "又断了" in shown.text
    looks = (await browser.open(f"/reporting/v1/readings?ticket_id={T}")).json()["items"]
    told = [(one["reader"], one["what"], one["asked"]) for one in looks]
    assert told == [("auditor", "person", "投诉复核")]
    for reason in ("", "  ", "x" * 201, "a\x1bb"):
        refused = await browser.submit(f"{PAGE}/person", reason=reason)
        assert refused.status_code == 422
        assert "13812345678" not in refused.text


async def test_an_erased_person_stays_erased(browser: Browser) -> None:
    let_others_say(browser, customer={"name": "张**"}, content=None, erased=True, texts=[])
    shown = await browser.submit(f"{PAGE}/person", reason="投诉复核")
    assert "This person was erased" in shown.text


@pytest.mark.parametrize(
    ("status", "content", "expected", "told"),
    [
        (403, {"code": "forbidden", "title": "No.", "required_scope": "sla:read"}, 403, "sla:read"),
        (404, {"code": "clock-not-found", "title": "No such clock."}, 404, "No such clock."),
        (503, {"code": "watched-elsewhere", "title": "Ask that one."}, 503, "Ask that one."),
        (503, {"code": "unavailable", "title": "x"}, 503, "Another service did not answer"),
        (502, {}, 503, "Another service did not answer"),
        (500, {"code": "internal", "title": "x"}, 503, "Another service did not answer"),
        (200, [1], 503, "Another service did not answer"),
    ],
)
async def test_what_another_service_refuses_is_the_pages_problem(
    browser: Browser,
    status: int,
    content: object,
    expected: int,
    told: str,
) -> None:
    let_others_say(browser, status, msgspec.json.encode(content))
    shown = await browser.open(CLOCK)
    assert shown.status_code == expected
    assert told in shown.text
