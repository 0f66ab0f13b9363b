"""A bug that somebody could write is noticed by what looks on while people work at random."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from services.dispatch.handlers import HANDLERS as DISPATCH
from services.revisit.handlers import HANDLERS as REVISIT
from shared.contracts.intake import TicketAnswered, TicketMerged, TicketWithdrawn
from shared.contracts.terms import STATUSES
from tests.whole.by_example import give
from tests.whole.checks import STATE_OF, breaches
from tests.whole.desk import Desk
from tests.whole.product import running
from tests.whole.test_random_desk import MONDAY, PACKS, BreachError, work
from tests.whole.views import ENDS

TICKET = "/intake/v1/tickets/{ticket_id}"
ORDER = "/dispatch/v1/work-orders/{work_order_id}"
RESULT = "/revisit/v1/revisits/{revisit_id}/result"
Bug = Callable[[], AbstractContextManager[object]]


async def _unheard(_envelope: object, _service: object) -> None:
    """Somebody forgot what to do."""


def _crash(*_: object) -> None:
    raise RuntimeError("a programming error")


def _nothing(*_: object) -> list[object]:
    return []


def _forgets(handlers: Any, event: type) -> Bug:  # noqa: ANN401 - any service's handlers
    return partial(patch.dict, handlers, {event: _unheard})


def _does(where: str, instead: Callable[..., Any]) -> Bug:
    return partial(patch, where, instead)


@pytest.mark.parametrize(
    ("bug", "route", "breach"),
    [
        (
            _forgets(DISPATCH, TicketWithdrawn),
            f"{TICKET}/withdrawal",
            "withdrawn, and a work order",
        ),
        (_forgets(DISPATCH, TicketAnswered), f"{TICKET}/answer", "notified, and the work order is"),
        (_forgets(REVISIT, TicketMerged), f"{TICKET}/merge", "merged, and a revisit is due"),
        (
            _does("services.intake.domain.ticket.close", _nothing),
            RESULT,
            "in_revisit, and nobody is to",
        ),
        (_does("services.dispatch.domain.answers.sign", _crash), f"{ORDER}/sign-off", "500"),
    ],
)
async def test_a_known_bug_is_noticed(bug: Bug, route: str, breach: str, tmp_path: Path) -> None:
    with bug():
        async with running(tmp_path, MONDAY) as product:
            done = await give(Desk(product, PACKS[0]), route, told=route.endswith("/merge"))
    assert any(breach in one for one in breaches(done)), breaches(done)


async def test_a_forgotten_key_is_noticed(tmp_path: Path) -> None:
    with patch("shared.http.commands.identity_of", lambda *_: None):
        async with running(tmp_path, MONDAY) as product:
            desk = Desk(product, PACKS[0])
            call = (await give(desk, f"{TICKET}/supplements")).call
            again = replace(call, headers={"Idempotency-Key": "once"})
            done = await desk.send(again, earlier=(await desk.send(again)).answer)
    assert "a repeat changed the ticket" in breaches(done)


async def test_people_at_random_come_upon_a_work_order_that_nobody_cancels() -> None:
    bug = _does("services.dispatch.domain.ending._cancelled", _nothing)
    with bug(), pytest.raises(BreachError, match="work order is"):
        await work(PACKS[0], range(200))


def test_the_checks_know_every_status() -> None:
    """`registered` is over before anybody can look: the work order is offered at once."""
    assert set(STATE_OF) | ENDS | {"registered"} == set(STATUSES)
