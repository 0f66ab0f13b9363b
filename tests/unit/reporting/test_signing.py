"""When the signing of a log stops, an alarm says so: in the metrics, and on the page of topics."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport

from services.reporting.main import create_app
from shared.event_store import Append, StoreUnavailableError
from shared.evidence.keys import Signer
from shared.evidence.sealing import SEAL_KEY, SEALS, Seal, Sealer
from shared.group_commit import EventStore
from shared.tables import Put
from tests.unit.reporting.console.browsers import CONSOLE, Browser
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.calls import CALLS
from tests.unit.support.desk import open_desk
from tests.unit.support.examples import AT

CALL = next(call for call in CALLS if call.path == "/intake/v1/tickets/{ticket_id}")
PROMISED = timedelta(hours=2, minutes=1)
"""Of a desk, which is to sign once an hour."""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    """Intake with tickets that nobody signed for yet; its process has run for a day."""
    async with open_any("intake", tmp_path) as desk:
        await desk.prepare(CALL)
        line = desk.app.state.line
        desk.app.state.line = replace(line, began=time.monotonic() - 86_400)
        yield desk


async def told(desk: AnyDesk, name: str) -> float | None:
    text = (await desk.client.get("/metrics")).text
    found = re.search(rf'^{name}{{service="intake"}} (\S+)$', text, re.MULTILINE)
    return float(found[1]) if found else None


async def sign(desk: AnyDesk) -> None:
    core = desk.heard.service.core
    await Sealer(core.store, Signer("intake", core.secret), core.clock).seal()


async def test_the_alarm_goes_off_once_the_oldest_event_waits_too_long(desk: AnyDesk) -> None:
    desk.clock.time += PROMISED
    assert await told(desk, "huiyin_checkpoint_late") == 0
    desk.clock.time += timedelta(seconds=1)
    assert await told(desk, "huiyin_checkpoint_late") == 1
    assert await told(desk, "huiyin_checkpoint_wait_seconds") == PROMISED.total_seconds() + 1
    await sign(desk)
    assert await told(desk, "huiyin_checkpoint_late") == 0
    assert await told(desk, "huiyin_checkpoint_wait_seconds") == 0
    desk.clock.time += timedelta(days=1)
    assert await told(desk, "huiyin_checkpoint_late") == 0, "an idle log waits for nothing"


async def test_after_a_stop_the_process_first_gets_its_time(desk: AnyDesk) -> None:
    desk.clock.time += timedelta(days=3)
    line = desk.app.state.line
    desk.app.state.line = replace(line, began=time.monotonic())
    assert await told(desk, "huiyin_checkpoint_late") == 0


async def test_a_log_that_was_cut_gets_no_checkpoint_and_that_is_an_alarm(desk: AnyDesk) -> None:
    await sign(desk)
    store = desk.heard.service.core.store
    farther = Seal(size=99, position=await store.end() + 9, at=desk.clock.time)
    await store.append(Append(rows=[Put(SEALS, SEAL_KEY, farther)]))
    assert await told(desk, "huiyin_checkpoint_late") == 1


async def test_what_cannot_be_read_is_not_told(
    desk: AnyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:  # noqa: ANN401 - whatever is asked
        raise StoreUnavailableError

    monkeypatch.setattr(EventStore, "run", away)
    assert await told(desk, "huiyin_checkpoint_late") is None


async def test_on_call_sees_it_where_they_look(desk: AnyDesk, tmp_path: Path) -> None:
    app = partial(create_app, transports={"intake": ASGITransport(desk.app)})
    async with open_desk(AnyDesk, app, {}, tmp_path, AT) as reporting:
        browser = Browser(reporting)
        await browser.submit(f"{CONSOLE}/login", key=browser.new_key("xu-lei", "operations"))
        page = await browser.open(f"{CONSOLE}/topics")
        assert "signs no checkpoint" not in page.text
        desk.clock.time += PROMISED + timedelta(seconds=1)
        reporting.heard.service.shared.forget()
        page = await browser.open(f"{CONSOLE}/topics")
        assert "intake stores events and signs no checkpoint over them" in page.text
        await browser.client.aclose()
    signing = (await desk.client.get("/intake/v1/consumers")).json()["signing"]
    assert (signing["late"], signing["cut"], signing["events"]) == (True, False, 0)
