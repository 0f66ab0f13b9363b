"""U-14: what the customer hears by itself, each once in a round; no clock stops for it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace as with_changes
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from services.dispatch.domain.stages import find_order
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import WorkOrderState, work_order_id
from services.intake.progress_view import project_progress
from services.intake.projections import project_summary
from services.sla.handlers import fact_of
from shared.codec import encode
from shared.contracts import sla
from shared.contracts.dispatch import DelayHeard, ProgressMessageSent, WorkOrderOffered
from shared.contracts.terms import Channel, ContactChannel, Event, Occasion
from shared.messaging.heading import WireHeaders
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.desk import WORK_ORDERS, WorkDesk
from tests.unit.dispatch.examples import (
    ASKED,
    COMPLETE,
    COMPLETED,
    DELAY,
    MESSAGES,
    OFFER,
    OFFERED,
    OFFERED_AGAIN,
    PAST,
    RECTIFICATION,
    RECTIFY,
    WITHDRAWN,
    H,
    cancelled,
    kept,
)
from tests.unit.dispatch.service import DispatchEars, ears
from tests.unit.support.examples import AT, CASE, HOUR, NUMBER, REGISTERED, T, W

ticket = DeciderSpec(TICKET)
CARRIERS = msgspec.structs.replace(CASE, pack="telecom-carrier")
MISSED = sla.ClockMissed(ticket_id=T, clock="answer", round=1, occurrence="x", at=AT + HOUR)


def said(about: Occasion, in_round: int = 1, hours: int = 0) -> ProgressMessageSent:
    return ProgressMessageSent(
        work_order_id=work_order_id(T, in_round),
        ticket_id=T,
        round=in_round,
        case=CASE,
        number=NUMBER,
        about=about,
        channel="sms",
        at=AT + hours * HOUR,
    )


def late(in_round: int = 1) -> DelayHeard:
    return DelayHeard(ticket_id=T, round=in_round, at=AT)


def test_who_registers_hears_of_it_and_of_the_dispatch() -> None:
    """U-14."""
    offer = with_changes(OFFER, messages=MESSAGES)
    left = ticket.given().when(offer).then(OFFERED, said("registered"), said("dispatched"))
    assert find_order(left, W).messages == ("registered", "dispatched")


def test_only_what_the_pack_asks_for_is_sent() -> None:
    """U-14."""
    one = with_changes(OFFER, messages={("hotline-400", 1): ("dispatched",)})
    ticket.given().when(one).then(OFFERED, said("dispatched"))
    for other in (("other", 1), ("hotline-400", 2)):
        ticket.given().when(with_changes(OFFER, messages={other: ("dispatched",)})).then(OFFERED)


@pytest.mark.parametrize(
    ("came", "hears"),
    [("phone", "sms"), ("app", "app"), ("web", "web"), ("email", "email"), ("letter", "sms")],
)
def test_the_message_goes_the_way_the_customer_came(came: Channel, hears: ContactChannel) -> None:
    """U-14."""
    case = msgspec.structs.replace(CASE, channel=came)
    offer = with_changes(OFFER, case=case, messages=MESSAGES)
    (_, message, _) = ticket.given().when(offer).events
    assert isinstance(message, ProgressMessageSent)
    assert message.channel == hears


def test_the_result_is_told_when_the_order_is_completed() -> None:
    """U-14."""
    complete = with_changes(COMPLETE, messages=MESSAGES)
    ticket.given(*PAST["accepted"]).when(complete).then(COMPLETED, said("result"))


WAITING: list[WorkOrderState] = ["offered", "accepted", "in_arbitration", "completed"]


@pytest.mark.parametrize("state", WAITING)
def test_a_delay_is_told_once_a_round_to_who_still_waits(state: WorkOrderState) -> None:
    """U-14."""
    ticket.given(*PAST[state]).when(DELAY, DELAY).then(said("delayed", hours=1))


def test_a_delay_is_not_told_to_who_has_the_result() -> None:
    """U-14."""
    ticket.given(*PAST["notified"]).when(DELAY).then_nothing()
    ticket.given(*PAST["cancelled"]).when(DELAY).then_nothing()
    ticket.given(*PAST["notified"], kept("closed")).when(DELAY).then_nothing()


def test_a_delay_heard_of_before_the_round_is_told_with_it() -> None:
    """U-14."""
    ticket.given().when(DELAY, DELAY).then(late())
    offer = with_changes(OFFER, messages=MESSAGES)
    said_all = said("registered"), said("dispatched"), said("delayed")
    ticket.given(late()).when(offer, DELAY).then(OFFERED, *said_all)

    past = PAST["notified"]
    second = with_changes(DELAY, round=2)
    ticket.given(*past).when(second, second).then(late(2))
    again = msgspec.structs.replace(OFFERED_AGAIN, handler="xu-lei")
    rectify = with_changes(RECTIFY, messages=MESSAGES)
    told = said("dispatched", 2, 1), said("delayed", 2, 1)
    ticket.given(*past, late(2)).when(rectify).then(again, *told)


def test_a_delay_after_the_end_is_nobodys() -> None:
    """Withdrawn wins."""
    ended = *PAST["notified"], kept("withdrawn", 0)
    assert TICKET.fold((*ended, late())) == TICKET.fold(ended)


def test_the_next_round_is_told_of_and_not_registered_again() -> None:
    """U-14."""
    again = msgspec.structs.replace(OFFERED_AGAIN, handler="xu-lei")
    rectify = with_changes(RECTIFY, messages=MESSAGES)
    ticket.given(*PAST["notified"]).when(rectify).then(again, said("dispatched", 2, 1))


def test_what_was_answered_or_taken_back_meanwhile_is_not_told() -> None:
    """U-14."""
    offer = with_changes(OFFER, messages=MESSAGES)
    gone = cancelled("withdrawn", AT + HOUR)
    ticket.given(kept("withdrawn", 0)).when(offer).then(OFFERED, gone)
    rectify = with_changes(RECTIFY, messages=MESSAGES)
    again = msgspec.structs.replace(OFFERED_AGAIN, handler="xu-lei")
    answered = msgspec.structs.replace(
        cancelled("answered", AT + HOUR), work_order_id=again.work_order_id, round=2
    )
    ticket.given(*PAST["notified"], kept("answered", 2)).when(rectify).then(again, answered)


def test_who_helps_tells_the_customer_nothing() -> None:
    """T-08, U-14: nor does a delay concern their part."""
    helped = msgspec.structs.replace(PAST["accepted"][1], work_order_id=H, role="help")
    done = with_changes(COMPLETE, work_order_id=H, messages=MESSAGES)
    finished = msgspec.structs.replace(
        COMPLETED, work_order_id=H, role="help", department="key-accounts"
    )
    past = *PAST["accepted"], ASKED, helped
    ticket.given(*past).when(done).then(finished)
    ticket.given(*past).when(DELAY).then(said("delayed", hours=1))


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[DispatchEars]:
    async with ears(tmp_path) as found:
        yield found


async def messages(heard: DispatchEars) -> list[tuple[int, Occasion]]:
    return [(one.round, one.about) for one in await heard.said(ProgressMessageSent)]


@pytest.mark.parametrize("pack", ["telecom-carrier", "mobile-key-account"])
@pytest.mark.parametrize("order", list(permutations([0, 1, 2])))
async def test_the_carrier_tells_its_customers_in_every_order(
    heard: DispatchEars, pack: str, order: Sequence[int]
) -> None:
    """U-14, M-06: and what is heard twice is told once."""
    case = msgspec.structs.replace(CASE, pack=pack)
    events: list[Event] = [
        msgspec.structs.replace(REGISTERED, case=case),
        MISSED,
        msgspec.structs.replace(RECTIFICATION, case=case),
    ]
    await heard.hear(*[events[place] for place in order], MISSED)
    assert sorted(await messages(heard)) == [
        (1, "delayed"),
        (1, "dispatched"),
        (1, "registered"),
        (2, "dispatched"),
    ]


async def test_other_packs_and_other_clocks_tell_nothing(heard: DispatchEars) -> None:
    await heard.hear(REGISTERED, MISSED)
    assert await messages(heard) == []
    other = msgspec.structs.replace(MISSED, clock="revisit")
    await heard.hear(other)
    assert await heard.said(DelayHeard) == []
    assert [type(one) for one in await heard.said(WorkOrderOffered)] == [WorkOrderOffered]


async def test_a_ticket_whose_pack_is_gone_is_offered_all_the_same(heard: DispatchEars) -> None:
    case = msgspec.structs.replace(CASE, pack="gone")
    await heard.hear(msgspec.structs.replace(REGISTERED, case=case), MISSED)
    assert len(await heard.rows()) == 1
    assert await messages(heard) == []


async def test_a_ticket_that_was_withdrawn_is_not_late(heard: DispatchEars) -> None:
    await heard.hear(msgspec.structs.replace(REGISTERED, case=CARRIERS), WITHDRAWN, MISSED)
    assert await messages(heard) == [(1, "registered"), (1, "dispatched")]


async def test_the_work_order_shows_what_the_customer_heard(desk: WorkDesk) -> None:
    """U-14: the result with the completion."""
    other = work_order_id(W, 1)
    case = msgspec.structs.replace(REGISTERED.case, pack="telecom-carrier")
    await desk.heard.hear(msgspec.structs.replace(REGISTERED, ticket_id=W, case=case))
    await desk.client.post(f"{WORK_ORDERS}/{other}/acceptance", json={})
    solution = {"solution": "更换基站天线"}
    done = await desk.client.post(f"{WORK_ORDERS}/{other}/completion", json=solution)
    assert done.json()["progress_messages"] == ["registered", "dispatched", "result"]
    assert done.json()["notices"] == []
    assert done.headers["etag"] == '"6"'
    [item] = await desk.items(WORK_ORDERS, ticket_id=W)
    assert (item["state"], item["version"]) == ("completed", 6)


@pytest.mark.parametrize("about", ["registered", "dispatched", "delayed", "result"])
def test_a_message_is_no_notice_to_sla_and_intake(about: Occasion) -> None:
    """U-14: it stops no clock, and the customer's status stays."""
    heading = WireHeaders({"ce_type": b"huiyin.dispatch.progress-message-sent.v1"})
    assert fact_of(heading, encode(said(about))) is None
    seen = project_summary(None, REGISTERED, 1)
    assert project_progress(seen, said(about)) == seen
    offered = project_progress(seen, OFFERED)
    assert project_progress(offered, said(about)) == offered
