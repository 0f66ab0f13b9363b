"""The list of dead letters, and many at once: rehearsed, counted, confirmed, done."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, Request, Response

from services.reporting.main import create_app
from tests.unit.reporting.console.browsers import CONSOLE, Browser
from tests.unit.reporting.console.test_ticket_page import text_of
from tests.unit.reporting.letter_desks import OTHER, REASON, Desks, open_desks
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.calls import Call
from tests.unit.support.desk import open_desk
from tests.unit.support.examples import AT, CLOCK_STARTED, REGISTERED, T

PAGE = f"{CONSOLE}/dead-letters"
PLAN = f"{PAGE}/plan"


class Night:
    """Somebody on call before dispatch's letters."""

    def __init__(self, desks: Desks, browser: Browser) -> None:
        self.desks = desks
        self.browser = browser

    async def shown(self, path: str) -> str:
        answer = await self.browser.open(path)
        assert answer.status_code == 200, answer.text
        text: str = answer.text
        return text

    async def confirm(self, page: str, reason: str = REASON, **changes: str) -> str:
        """Sends the plan's form as it stands; returns where it leads."""
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
        form = {name: html.unescape(value) for name, value in hidden if name != "next"}
        answer = await self.browser.submit(PLAN, **{**form, "reason": reason, **changes})
        assert answer.status_code in {303, 409, 422}, answer.text
        return str(answer.headers.get("location", answer.status_code))


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    async with open_desks(tmp_path) as desks:
        browser = Browser(desks.reporting)
        await browser.submit(f"{CONSOLE}/login", key=browser.new_key("xu-lei", "operations"))
        yield Night(desks, browser)
        await browser.client.aclose()


async def test_the_list_names_each_letter_with_a_box_to_choose_it(night: Night) -> None:
    letter = await night.desks.park(T, REGISTERED)
    page = await night.shown(PAGE)
    told = text_of(page)
    for one in ("intake: ticket-registered.v1", "KeyError", str(T), "sla does not answer"):
        assert one in told, one
    assert f'value="dispatch/{letter}"' in page
    assert "huiyin dead-letters list" in told
    filtered = text_of(await night.shown(f"{PAGE}?service=&state=parked&subject={OTHER}"))
    assert "No dead letters." in filtered


async def test_who_chose_no_letter_is_told_to_choose_some(night: Night) -> None:
    answer = await night.browser.open(f"{PLAN}?act=redrive")
    assert answer.status_code == 422
    assert "No letter is chosen" in text_of(answer.text)


async def test_a_dry_run_shows_the_order_and_changes_nothing(night: Night) -> None:
    await night.desks.park(T, REGISTERED)
    await night.desks.park(OTHER, REGISTERED, b"{")
    await night.desks.park(T, CLOCK_STARTED)
    page = await night.shown(f"{PLAN}?act=redrive&service=dispatch")
    told = text_of(page)
    assert "3 letters in 2 sequences" in told
    assert "2 of them are read by today's code" in told
    assert told.index("clock-started.v1") < told.index(str(OTHER))
    assert "fails again UnreadableEventError" in told
    assert "Redrive these 3" in told
    assert "huiyin dead-letters redrive --all --service dispatch --dry-run" in told
    sent = """-d '{"service":"dispatch","dry_run":true}'"""
    assert '"$HUIYIN_URL"/reporting/v1/dead-letters:redrive' in told
    assert sent in told
    assert len(await night.desks.listed()) == 3


async def test_those_that_are_chosen_are_redriven_with_their_reason(night: Night) -> None:
    chosen = [await night.desks.park(one, REGISTERED) for one in (T, OTHER)]
    await night.desks.park(UUID(int=5), REGISTERED)
    boxes = "&".join(f"letter=dispatch/{one}" for one in chosen)
    page = await night.shown(f"{PLAN}?act=redrive&{boxes}")
    assert await night.confirm(page) == f"{PAGE}?done=2&left=0"
    told = text_of(await night.shown(f"{PAGE}?done=2&left=0"))
    assert "2 letters are done with; 0 of those that were confirmed still wait." in told
    assert len(await night.desks.listed()) == 1
    closed = text_of(await night.shown(f"{PAGE}?state=redriven"))
    assert closed.count(REASON) == 2
    assert "xu-lei" in closed


async def test_all_of_a_service_are_given_up_at_once(night: Night) -> None:
    for subject in (T, OTHER):
        await night.desks.park(subject, REGISTERED)
    page = await night.shown(f"{PLAN}?act=discard&service=dispatch")
    assert "Give up these 2" in text_of(page)
    assert await night.confirm(page) == f"{PAGE}?done=2&left=0"
    assert await night.desks.listed() == []


async def test_what_changed_meanwhile_is_not_done(night: Night) -> None:
    await night.desks.park(T, REGISTERED)
    page = await night.shown(f"{PLAN}?act=redrive&service=dispatch")
    await night.desks.park(OTHER, REGISTERED)
    assert await night.confirm(page) == "409"
    assert len(await night.desks.listed()) == 2


async def test_without_a_reason_nothing_is_done(night: Night) -> None:
    await night.desks.park(T, REGISTERED)
    page = await night.shown(f"{PLAN}?act=discard&service=dispatch")
    assert await night.confirm(page, reason=" ") == "422"
    assert len(await night.desks.listed()) == 1


async def test_another_page_does_nothing(night: Night) -> None:
    await night.desks.park(T, REGISTERED)
    form = {"act": "discard", "service": "dispatch", "expected": "1", "reason": "x"}
    answer = await night.browser.submit(PLAN, origin="http://elsewhere", **form)
    assert answer.status_code == 403
    assert len(await night.desks.listed()) == 1


async def test_a_closed_letter_says_who_closed_it_and_why(night: Night) -> None:
    letter = await night.desks.park(T, REGISTERED)
    page = await night.shown(f"{PLAN}?act=redrive&letter=dispatch/{letter}")
    await night.confirm(page)
    told = text_of(await night.shown(f"{PAGE}/{letter}?service=dispatch"))
    assert f"Closed by xu-lei: {REASON}" in told
    assert "Redrive the sequence" not in told


@pytest.mark.parametrize("query", ["", "?letter=crm/1", "?letter=dispatch/x", "?service=crm"])
async def test_what_names_no_letter_is_refused(night: Night, query: str) -> None:
    assert (await night.browser.open(PLAN + query)).status_code == 422


class Overheard(ASGITransport):
    """A service's own app, and what it was asked."""

    def __init__(self, app: FastAPI, asked: list[str]) -> None:
        super().__init__(app)
        self._asked = asked

    async def handle_async_request(self, request: Request) -> Response:
        self._asked.append(request.url.path.rpartition("/")[2])
        return await super().handle_async_request(request)


async def test_letters_are_asked_for_only_where_somebody_says_that_there_are_some(
    tmp_path: Path,
) -> None:
    """Every open topics page asks every two seconds."""
    asked: list[str] = []
    async with AsyncExitStack() as stack:
        desks = {
            service: await stack.enter_async_context(open_any(service, tmp_path))
            for service in ("intake", "dispatch", "sla", "revisit")
        }
        peers = {service: Overheard(desk.app, asked) for service, desk in desks.items()}
        app = partial(create_app, transports=peers)
        browser = Browser(
            await stack.enter_async_context(open_desk(AnyDesk, app, {}, tmp_path, AT))
        )
        stack.push_async_callback(browser.client.aclose)
        await browser.log_in("operations")
        await browser.open(f"{CONSOLE}/topics")
        assert "consumers" in asked
        assert "dead-letters" not in asked
        await desks["dispatch"].prepare(Call("GET", "/dispatch/v1/dead-letters", "operations"))
        browser.desk.app.state.service.shared.forget()
        await browser.open(f"{CONSOLE}/topics")
        assert "dead-letters" in asked
