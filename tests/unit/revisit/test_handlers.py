"""What revisit does on hearing the others, in whatever order their topics arrive."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from structlog.testing import capture_logs

from services.revisit.domain.commands import ConcludeRevisit
from services.revisit.domain.stages import revisit_id_of
from shared.contracts import dispatch, sla
from shared.contracts.revisit import RevisitCancelled
from shared.contracts.terms import Event
from shared.event_store import AlreadyProcessedError
from shared.messaging.envelope import Cause
from shared.packs import shipped
from tests.unit.revisit.examples import (
    ANSWERED_EXEMPT,
    CLOCK_STARTED,
    CLOSED_AS_ANSWERED,
    DEADLINE_MOVED,
    MERGED,
    WITHDRAWN,
    R,
)
from tests.unit.revisit.service import NOW, RevisitEars, ears
from tests.unit.support.examples import ANSWERED, AT, CASE, DUE_AT, NOTIFIED, NUMBER, T

AGAIN = msgspec.structs.replace(NOTIFIED, round=2)
CAUSE = Cause(actor="crm", correlation_id=UUID(int=1))


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[RevisitEars]:
    async with ears(tmp_path) as found:
        yield found


async def conclude(heard: RevisitEars, *, solved: bool) -> None:
    command = ConcludeRevisit(
        ticket_id=T,
        round=1,
        solved=solved,
        before_unreachable=shipped().named("hotline-400").revisit.before_unreachable,
        score=None,
        remarks=None,
        new_complaint=None,
        at=NOW,
    )
    await heard.service.call_backs.handle(T, command, CAUSE)


async def test_a_result_notice_schedules_the_revisit_of_its_round(heard: RevisitEars) -> None:
    """H-19."""
    await heard.hear(NOTIFIED)
    [row] = await heard.rows()
    assert (row.revisit_id, row.round, row.state, row.due_at) == (R, 1, "due", None)
    assert row.scheduled is not None
    assert (row.scheduled.number, row.scheduled.department) == (NUMBER, "billing")
    assert (row.scheduled.told_at, row.scheduled.at) == (NOTIFIED.at, NOW)


async def test_a_revisit_was_scheduled_when_that_was_done_not_when_its_cause_was_stored(
    heard: RevisitEars,
) -> None:
    """H-19: who was away for days did not schedule it in time; as dispatch says it of an offer."""
    arrival = heard.arrival(NOTIFIED)
    heard.clock.time += timedelta(days=3)
    await heard.take(arrival)
    [row] = await heard.rows()
    assert row.scheduled is not None
    assert row.scheduled.at == arrival.recorded_at + timedelta(days=3)


async def test_unreachable_for_the_result_is_revisited_too(heard: RevisitEars) -> None:
    """H-19: every completed ticket."""
    await heard.hear(msgspec.structs.replace(NOTIFIED, outcome="unreachable"))
    assert len(await heard.rows()) == 1


@pytest.mark.parametrize("about", ["progress", "overdue"])
async def test_other_notices_schedule_nothing(
    heard: RevisitEars, about: dispatch.NoticeAbout
) -> None:
    await heard.hear(msgspec.structs.replace(NOTIFIED, about=about))
    assert await heard.log() == []


@pytest.mark.parametrize("role", ["help", "appeal"])
async def test_another_work_order_than_the_main_one_schedules_nothing(
    heard: RevisitEars, role: dispatch.Role
) -> None:
    """T-08, U-12."""
    await heard.hear(msgspec.structs.replace(NOTIFIED, role=role))
    assert await heard.log() == []


async def test_an_answer_at_once_is_revisited_unless_its_kind_is_exempt(heard: RevisitEars) -> None:
    """H-19."""
    await heard.hear(ANSWERED_EXEMPT)
    assert await heard.rows() == []
    await heard.hear(ANSWERED)
    [row] = await heard.rows()
    assert row.scheduled is not None
    assert (row.scheduled.number, row.scheduled.department) == (NUMBER, None)


async def test_a_record_that_comes_twice_has_its_effect_once(heard: RevisitEars) -> None:
    arrival = heard.arrival(NOTIFIED)
    await heard.take(arrival)
    await heard.take(arrival)  # decides nothing: the consumer moves its mark by itself
    with pytest.raises(AlreadyProcessedError):
        await heard.service.core.store.append(arrival.cause.effect())
    assert await heard.log() == ["revisit-scheduled.v1"]


async def test_rectification_and_its_result_bring_the_next_revisit(heard: RevisitEars) -> None:
    """H-20."""
    await heard.hear(NOTIFIED)
    await conclude(heard, solved=False)
    await heard.hear(AGAIN)
    assert [(row.round, row.state) for row in await heard.rows()] == [(1, "concluded"), (2, "due")]


async def test_a_withdrawal_cancels_what_is_open(heard: RevisitEars) -> None:
    await heard.hear(NOTIFIED, WITHDRAWN)
    assert [row.state for row in await heard.rows()] == ["cancelled"]


@pytest.mark.parametrize("ending", [WITHDRAWN, MERGED, CLOSED_AS_ANSWERED])
async def test_a_call_is_cancelled_when_its_ticket_ended_however_late_that_is_heard(
    heard: RevisitEars, ending: Event
) -> None:
    """As dispatch says it of a work order."""
    await heard.hear(NOTIFIED)
    heard.clock.time += timedelta(hours=3)
    await heard.hear(ending)
    assert [one.at for one in await heard.said(RevisitCancelled)] == [ending.at]


async def test_a_merger_cancels_what_is_open_and_leaves_nothing_to_schedule(
    heard: RevisitEars,
) -> None:
    await heard.hear(NOTIFIED, MERGED, AGAIN)
    assert [row.state for row in await heard.rows()] == ["cancelled"]
    assert [one.reason for one in await heard.said(RevisitCancelled)] == ["merged"]


async def test_the_round_of_a_ticket_reopened_after_its_answer_is_revisited(
    heard: RevisitEars,
) -> None:
    await heard.hear(ANSWERED_EXEMPT, CLOSED_AS_ANSWERED, AGAIN)
    assert [(row.round, row.state) for row in await heard.rows()] == [(2, "due")]


async def test_a_withdrawal_heard_first_leaves_nothing_to_schedule(heard: RevisitEars) -> None:
    with capture_logs() as logs:
        await heard.hear(WITHDRAWN, NOTIFIED)
    assert await heard.log() == []
    assert [(one["event"], one["reason"]) for one in logs] == [
        ("nothing to call back about", "ticket-ended")
    ]


async def test_a_withdrawal_holds_for_every_later_round(heard: RevisitEars) -> None:
    await heard.hear(NOTIFIED)
    await conclude(heard, solved=False)
    with capture_logs() as logs:
        await heard.hear(WITHDRAWN, AGAIN)
    assert [row.state for row in await heard.rows()] == ["concluded"]
    assert [one["event"] for one in logs] == [
        "ended after its revisit was concluded",
        "nothing to call back about",
    ]


async def test_two_topics_at_the_same_moment_leave_nobody_to_call(heard: RevisitEars) -> None:
    """Whoever commits first: no interleaving leaves a withdrawn ticket with an open revisit."""
    for number in range(100):
        ticket = UUID(int=1000 + number)
        events: list[Event] = [
            msgspec.structs.replace(NOTIFIED, ticket_id=ticket),
            msgspec.structs.replace(WITHDRAWN, ticket_id=ticket),
        ]
        arrivals = [heard.arrival(event) for event in events]
        await asyncio.gather(*(heard.take(arrival) for arrival in arrivals))
    assert {row.state for row in await heard.rows()} <= {"cancelled"}


async def test_a_ticket_closed_by_its_answer_needs_no_call(heard: RevisitEars) -> None:
    await heard.hear(NOTIFIED, ANSWERED_EXEMPT, CLOSED_AS_ANSWERED)
    assert [row.state for row in await heard.rows()] == ["cancelled"]


async def test_nor_if_the_closing_is_heard_first(heard: RevisitEars) -> None:
    await heard.hear(ANSWERED_EXEMPT, CLOSED_AS_ANSWERED, NOTIFIED)
    assert await heard.log() == []


async def test_a_round_after_the_closing_is_revisited_again(heard: RevisitEars) -> None:
    await heard.hear(CLOSED_AS_ANSWERED, AGAIN)
    assert [(row.round, row.state) for row in await heard.rows()] == [(2, "due")]


async def test_our_own_conclusion_coming_back_as_a_closing_changes_nothing(
    heard: RevisitEars,
) -> None:
    await heard.hear(NOTIFIED)
    await conclude(heard, solved=True)
    await heard.hear(msgspec.structs.replace(CLOSED_AS_ANSWERED, closed_as="solved"))
    assert [row.state for row in await heard.rows()] == ["concluded"]


async def test_a_round_that_is_past_is_noted_and_left(heard: RevisitEars) -> None:
    with capture_logs() as logs:
        await heard.hear(AGAIN, ANSWERED)
    assert [row.round for row in await heard.rows()] == [2]
    assert [one["reason"] for one in logs] == ["round-is-past"]


@pytest.mark.parametrize("told", [NOTIFIED, ANSWERED], ids=["dispatch", "intake"])
@pytest.mark.parametrize("first", ["told", "sla"])
async def test_what_sla_promised_shows_whichever_comes_first(
    heard: RevisitEars, told: Event, first: str
) -> None:
    await heard.hear(*((told, CLOCK_STARTED) if first == "told" else (CLOCK_STARTED, told)))
    assert [(row.state, row.due_at) for row in await heard.rows()] == [("due", DUE_AT)]


async def test_a_deadline_that_moves_shows_the_new_one(heard: RevisitEars) -> None:
    await heard.hear(CLOCK_STARTED, NOTIFIED, DEADLINE_MOVED)
    assert [row.due_at for row in await heard.rows()] == [DEADLINE_MOVED.due_at]


async def test_a_clock_that_stands_still_is_due_at_no_time(heard: RevisitEars) -> None:
    paused = sla.ClockPaused(
        ticket_id=T, clock="revisit", round=1, occurrence="x", reason="force_majeure", at=AT
    )
    await heard.hear(CLOCK_STARTED, NOTIFIED, paused)
    assert [row.due_at for row in await heard.rows()] == [None]


async def test_other_clocks_and_rounds_are_not_this_revisits(heard: RevisitEars) -> None:
    answer = msgspec.structs.replace(CLOCK_STARTED, clock="answer")
    next_round = msgspec.structs.replace(CLOCK_STARTED, round=2)
    await heard.hear(NOTIFIED, answer, next_round)
    assert [row.due_at for row in await heard.rows()] == [None]


async def test_an_answer_and_a_notice_of_one_round_make_one_revisit(heard: RevisitEars) -> None:
    await heard.hear(ANSWERED, NOTIFIED)
    assert len(await heard.rows()) == 1


@pytest.mark.parametrize("first", ["withdrawn", "sla"])
async def test_a_clock_of_a_withdrawn_ticket_lists_nothing(heard: RevisitEars, first: str) -> None:
    pair = (WITHDRAWN, CLOCK_STARTED) if first == "withdrawn" else (CLOCK_STARTED, WITHDRAWN)
    await heard.hear(*pair)
    assert await heard.rows() == []


async def test_the_highest_tier_is_called_first_then_who_is_due_first(heard: RevisitEars) -> None:
    """U-09."""
    calls = [("gold", 1, 2), ("supreme", 2, 3), ("gold", 3, 1), ("standard", 4, 0)]
    for tier, number, days in calls:
        ticket = UUID(int=number)
        case = msgspec.convert({**msgspec.to_builtins(CASE), "tier": tier}, type(CASE))
        due_at = DUE_AT.replace(day=DUE_AT.day + days)
        await heard.hear(
            msgspec.structs.replace(NOTIFIED, ticket_id=ticket, case=case),
            msgspec.structs.replace(CLOCK_STARTED, ticket_id=ticket, due_at=due_at),
        )
    rows = await heard.rows()
    assert [row.ticket_id.int for row in rows] == [2, 3, 1, 4]
    assert rows[0].revisit_id == revisit_id_of(UUID(int=2), 1)
