"""The customer takes it above the company's answer; until that is answered nothing closes."""

from collections.abc import AsyncIterator
from dataclasses import replace as with_changes
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from services.intake.domain.appealing import appeal_id_of
from services.intake.domain.commands import TicketCommand
from services.intake.domain.errors import (
    AppealOpenError,
    BeforeTicketError,
    TicketMergedError,
    TicketNotRegisteredError,
    TicketWithdrawnError,
)
from services.intake.domain.ticket import TICKET
from shared.contracts import dispatch
from shared.contracts.intake import (
    AppealClosed,
    ClosingDeferred,
    TicketClosed,
    TicketEvent,
)
from shared.decider import BrokenRuleError
from shared.testing.decider_spec import DeciderSpec
from tests.unit.intake.examples import (
    ANSWER,
    CLOSE,
    CLOSED,
    END,
    LODGE,
    MERGE,
    MERGED,
    REOPENED,
    WITHDRAW,
    WITHDRAWN,
)
from tests.unit.intake.service import FrontDesk, open_front_desk
from tests.unit.support import examples
from tests.unit.support.desk import code_of
from tests.unit.support.examples import (
    ANSWERED,
    AT,
    CASE,
    CONCLUDED,
    HOUR,
    NUMBER,
    REGISTERED,
    TEXT,
    T,
)

ticket = DeciderSpec(TICKET)
FIRST, SECOND = appeal_id_of(T, 1), appeal_id_of(T, 2)
LODGED = msgspec.structs.replace(examples.LODGED, at=AT + HOUR)
DEFERRED = ClosingDeferred(ticket_id=T, round=1, closed_as="solved", at=AT)
ENDED = AppealClosed(ticket_id=T, appeal_id=FIRST, outcome="upheld", at=AT + 2 * HOUR)
CLOSED_LATER = msgspec.structs.replace(CLOSED, at=AT + 2 * HOUR)
CLOSED_ANSWERED: TicketClosed = msgspec.structs.replace(CLOSED, closed_as="answered")


def test_an_appeal_is_lodged_in_the_round_that_the_ticket_is_in() -> None:
    """U-12."""
    ticket.given(REGISTERED).when(LODGE).then(LODGED)
    second = msgspec.structs.replace(LODGED, round=2)
    ticket.given(REGISTERED).when(with_changes(LODGE, round=2)).then(second)


def test_an_appeal_reopens_a_closed_ticket_in_the_same_decision() -> None:
    """U-12."""
    lodged = msgspec.structs.replace(LODGED, round=2)
    ticket.given(REGISTERED, CLOSED).when(LODGE).then(REOPENED, lodged)


def test_the_regulator_s_letter_may_be_older_than_the_closing() -> None:
    """U-12: its time runs from the letter, the new round from the closing."""
    closed = msgspec.structs.replace(CLOSED, at=AT + 3 * HOUR)
    reopened = msgspec.structs.replace(REOPENED, at=closed.at)
    lodged = msgspec.structs.replace(LODGED, round=2, at=LODGE.at)
    ticket.given(REGISTERED, closed).when(LODGE).then(reopened, lodged)


def test_the_next_appeal_is_another_one() -> None:
    """U-12."""
    again = msgspec.structs.replace(LODGED, appeal_id=SECOND)
    ticket.given(REGISTERED, LODGED, ENDED).when(LODGE).then(again)
    past = REGISTERED, LODGED, DEFERRED, ENDED, CLOSED
    ticket.given(*past).when(LODGE).then(REOPENED, msgspec.structs.replace(again, round=2))


@pytest.mark.parametrize(
    ("given", "command", "broken"),
    [
        ([], LODGE, TicketNotRegisteredError),
        ([REGISTERED, WITHDRAWN], LODGE, TicketWithdrawnError),
        ([REGISTERED, MERGED], LODGE, TicketMergedError),
        ([REGISTERED, LODGED], LODGE, AppealOpenError),
        ([REGISTERED, LODGED], MERGE, AppealOpenError),
        ([REGISTERED], with_changes(LODGE, at=AT - HOUR), BeforeTicketError),
        ([REGISTERED, CLOSED], with_changes(LODGE, at=AT - HOUR), BeforeTicketError),
        ([], END, TicketNotRegisteredError),
    ],
)
def test_what_the_rules_of_appeals_refuse(
    given: list[TicketEvent], command: TicketCommand, broken: type[BrokenRuleError]
) -> None:
    """U-12: one at a time, and none of what the customer took back or merged."""
    ticket.given(*given).when(command).then_raises(broken)


def test_while_an_appeal_is_open_the_ticket_does_not_close() -> None:
    """U-12: what would have closed it waits, and closes it with the answer."""
    ticket.given(REGISTERED, LODGED).when(CLOSE).then(DEFERRED)
    ticket.given(REGISTERED, LODGED, DEFERRED).when(CLOSE).then_nothing()
    ticket.given(REGISTERED, LODGED, DEFERRED).when(END).then(ENDED, CLOSED_LATER)


def test_an_answer_at_once_to_an_exempt_kind_does_not_close_it_either() -> None:
    """U-12."""
    at_once = with_changes(ANSWER, revisit=False)
    answered = msgspec.structs.replace(ANSWERED, revisit=False)
    deferred = msgspec.structs.replace(DEFERRED, closed_as="answered")
    ticket.given(REGISTERED, LODGED).when(at_once).then(answered, deferred)
    closed = msgspec.structs.replace(CLOSED_ANSWERED, at=AT + 2 * HOUR)
    ticket.given(REGISTERED, LODGED, answered, deferred).when(END).then(ENDED, closed)


def test_an_answered_appeal_leaves_an_open_ticket_open() -> None:
    """U-12."""
    ticket.given(REGISTERED, LODGED).when(END).then(ENDED)
    ticket.given(REGISTERED, LODGED, ENDED).when(CLOSE).then(CLOSED)


def test_what_a_new_round_has_overtaken_does_not_close_the_ticket() -> None:
    """U-12, H-20."""
    again = with_changes(END, newest_round=2)
    ticket.given(REGISTERED, LODGED, DEFERRED).when(again).then(ENDED)
    ticket.given(REGISTERED, LODGED, DEFERRED, ENDED).when(CLOSE).then(CLOSED)
    second = msgspec.structs.replace(DEFERRED, round=2)
    close = with_changes(CLOSE, round=2)
    ticket.given(REGISTERED, LODGED, DEFERRED).when(close).then(second)


def test_hearing_an_answer_again_decides_nothing() -> None:
    ticket.given(REGISTERED, LODGED, ENDED).when(END).then_nothing()
    ticket.given(REGISTERED, LODGED, DEFERRED, ENDED, CLOSED_LATER).when(END).then_nothing()
    ticket.given(REGISTERED, LODGED, ENDED, LODGED).when(
        with_changes(END, appeal_id=SECOND)
    ).then_nothing()


def test_a_withdrawal_wins_over_an_open_appeal() -> None:
    """U-12."""
    ticket.given(REGISTERED, LODGED).when(WITHDRAW).then(WITHDRAWN)
    for command in (END, CLOSE):
        ticket.given(REGISTERED, LODGED, WITHDRAWN).when(command).then_nothing()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


def answered(at: str, appeal_id: str) -> dispatch.AppealAnswered:
    return dispatch.AppealAnswered(
        work_order_id=UUID(int=3),
        ticket_id=UUID(at.rpartition("/")[2]),
        round=1,
        role="appeal",
        appeal_id=UUID(appeal_id),
        department="group-service",
        outcome="settled",
        text=TEXT,
        at=AT + HOUR,
    )


async def test_a_ticket_shows_its_appeal_and_closes_with_the_answer(desk: FrontDesk) -> None:
    """U-12."""
    at = (await desk.register("a")).headers["location"]
    body = {"reason": "对处理结果不服", "through": "通信管理局"}
    done = await desk.client.post(f"{at}/appeal", json=body)
    assert (done.status_code, done.json()["version"]) == (200, 2)
    appeal = (await desk.client.get(at)).json()["appeal"]
    assert appeal == {
        "appeal_id": appeal["appeal_id"],
        "lodged_at": "2026-11-23T02:00:00Z",
        "through": "通信管理局",
        "outcome": None,
        "answered_at": None,
        "reason": "对处理结果不服",
    }
    logged = await desk.heard.service.core.store.read_log(0)
    assert not any("不服".encode() in one.event.state for one in logged)
    event = answered(at, appeal["appeal_id"])
    await desk.heard.hear(msgspec.structs.replace(CONCLUDED, ticket_id=event.ticket_id))
    assert (await desk.client.get(at)).json()["status"] != "closed"
    await desk.heard.hear(event, event)
    shown = (await desk.client.get(at)).json()
    assert (shown["status"], shown["closed_as"]) == ("closed", "solved")
    assert (shown["appeal"]["outcome"], shown["appeal"]["answered_at"]) == (
        "settled",
        "2026-11-23T03:00:00Z",
    )
    said = [one for one in await desk.heard.log() if "personal" not in one]
    assert said[-3:] == ["closing-deferred.v1", "appeal-closed.v1", "ticket-closed.v1"]


async def test_a_round_ordered_meanwhile_keeps_the_ticket_open(desk: FrontDesk) -> None:
    """U-12, H-20: heard of from revisit, whose word is not in the ticket's own stream."""
    at = (await desk.register("a", kind="consultation")).headers["location"]
    await desk.client.post(f"{at}/appeal", json={"reason": "x"})
    event = answered(at, (await desk.client.get(at)).json()["appeal"]["appeal_id"])
    concluded = msgspec.structs.replace(CONCLUDED, ticket_id=event.ticket_id)
    ordered = dispatch.WorkOrderOffered(
        work_order_id=UUID(int=4),
        ticket_id=event.ticket_id,
        round=2,
        case=CASE,
        number=NUMBER,
        department="billing",
        rule="rectification",
        at=AT,
    )
    await desk.heard.hear(concluded, ordered, event)
    assert (await desk.client.get(at)).json()["status"] == "dispatched"


async def test_who_may_not_read_personal_data_reads_no_reason(desk: FrontDesk) -> None:
    """U-12, H-25."""
    at = (await desk.register("a")).headers["location"]
    await desk.client.post(f"{at}/appeal", json={"reason": "对处理结果不服"})
    headers = desk.key("reader", "tickets:read", departments=("*",))
    appeal = (await desk.client.get(at, headers=headers)).json()["appeal"]
    assert (appeal["through"], appeal["reason"]) == (None, None)
    assert code_of(await desk.client.post(f"{at}/appeal", json={"reason": "x"})) == (
        409,
        "appeal-open",
    )
