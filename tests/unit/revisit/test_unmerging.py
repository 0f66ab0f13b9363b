"""A merger that is taken back: whoever was to be called is called, in any order of topics."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace as with_changes
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from structlog.testing import capture_logs

from services.revisit.domain.call_back import CALL_BACKS
from services.revisit.domain.stages import InProgress
from services.revisit.projections import ENDINGS, unmerged_change
from shared.contracts import sla
from shared.event_store import Append
from shared.messaging.envelope import Cause
from shared.testing.decider_spec import DeciderSpec
from tests.unit.revisit.examples import (
    ATTEMPT,
    CANCELLED,
    MERGED,
    ORDERED,
    RESCHEDULE,
    SCHEDULE,
    SCHEDULED,
    SCHEDULED_AGAIN,
    SOLVED,
    UNMERGED,
    UNSOLVED,
    WITHDRAWN,
    R,
    attempted,
)
from tests.unit.revisit.service import RevisitEars, ears
from tests.unit.support.examples import DUE_AT, HOUR, NOTIFIED, T

call_backs = DeciderSpec(CALL_BACKS)
BY_MERGER = msgspec.structs.replace(CANCELLED, reason="merged")
AGAIN = msgspec.structs.replace(SCHEDULED, at=RESCHEDULE.at)
SECOND = msgspec.structs.replace(NOTIFIED, round=2)
CAUSE = Cause(actor="crm", correlation_id=UUID(int=1))


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[RevisitEars]:
    async with ears(tmp_path) as found:
        yield found


async def states(heard: RevisitEars) -> list[tuple[int, str | None]]:
    return [(row.round, row.state) for row in await heard.rows()]


def test_what_the_merger_cancelled_is_scheduled_again() -> None:
    """H-19."""
    call_backs.given(SCHEDULED, BY_MERGER).when(RESCHEDULE, RESCHEDULE).then(AGAIN)


def test_calls_made_before_the_merger_count() -> None:
    call = attempted("no_answer")
    state = call_backs.given(SCHEDULED, call, BY_MERGER).when(RESCHEDULE).then(AGAIN)
    assert state[1] == InProgress(AGAIN, (call,))


def test_what_was_cancelled_or_concluded_otherwise_stays_so() -> None:
    for past in ([SCHEDULED, CANCELLED], [SCHEDULED, SOLVED], [SCHEDULED], []):
        call_backs.given(*past).when(RESCHEDULE).then_nothing()


def test_a_result_told_meanwhile_is_scheduled_unless_its_round_is_past() -> None:
    command = with_changes(RESCHEDULE, missed=(SCHEDULE,))
    call_backs.given().when(command, command).then(SCHEDULED)
    call_backs.given(SCHEDULED, UNSOLVED, ORDERED, SCHEDULED_AGAIN).when(command).then_nothing()


async def test_a_call_is_due_again_once_the_merger_is_taken_back(heard: RevisitEars) -> None:
    await heard.hear(NOTIFIED, MERGED)
    assert await states(heard) == [(1, "cancelled")]
    await heard.hear(UNMERGED)
    assert await states(heard) == [(1, "due")]
    [row] = await heard.rows()
    assert row.revisit_id == R


async def test_a_call_that_was_begun_is_in_progress_again(heard: RevisitEars) -> None:
    await heard.hear(NOTIFIED)
    await heard.service.call_backs.handle(T, ATTEMPT, CAUSE)
    await heard.hear(MERGED, UNMERGED)
    [row] = await heard.rows()
    assert (row.state, row.attempts) == ("in_progress", 1)


@pytest.mark.parametrize("place", range(3))
async def test_a_result_is_revisited_whenever_it_is_heard(heard: RevisitEars, place: int) -> None:
    """Dispatch's topic has no common order with intake's."""
    others = [MERGED, UNMERGED]
    await heard.hear(*others[:place], NOTIFIED, *others[place:], SECOND)
    assert await states(heard) == [(1, "due"), (2, "due")]


async def test_both_rounds_told_meanwhile_are_revisited(heard: RevisitEars) -> None:
    await heard.hear(MERGED, NOTIFIED, SECOND, UNMERGED)
    assert await states(heard) == [(1, "due"), (2, "due")]


async def test_a_result_of_a_ticket_that_stays_merged_is_not_revisited(heard: RevisitEars) -> None:
    with capture_logs() as logs:
        await heard.hear(MERGED, UNMERGED, MERGED, NOTIFIED)
    assert await heard.rows() == []
    assert [one["reason"] for one in logs] == ["ticket-ended"]


async def test_a_withdrawal_after_it_holds(heard: RevisitEars) -> None:
    await heard.hear(NOTIFIED, MERGED, UNMERGED, WITHDRAWN, SECOND)
    assert await states(heard) == [(1, "cancelled")]


async def test_nothing_is_taken_back_of_what_was_withdrawn(heard: RevisitEars) -> None:
    await heard.hear(WITHDRAWN, UNMERGED, NOTIFIED)
    assert await heard.rows() == []


async def test_a_result_told_at_the_same_moment_is_not_lost(heard: RevisitEars) -> None:
    """Whoever commits first: kept and then scheduled, or scheduled at once."""
    for number in range(50):
        ticket = UUID(int=1000 + number)
        merged, unmerged, told = [
            msgspec.structs.replace(event, ticket_id=ticket)
            for event in (MERGED, UNMERGED, NOTIFIED)
        ]
        await heard.hear(merged)
        arrivals = [heard.arrival(event) for event in (unmerged, told)]
        await asyncio.gather(*(heard.take(arrival) for arrival in arrivals))
    assert [row.state for row in await heard.rows()] == ["due"] * 50


async def test_what_is_kept_is_told_from_what_was_read(heard: RevisitEars) -> None:
    await heard.hear(MERGED, NOTIFIED)
    kept = await heard.service.core.store.get(ENDINGS, str(T))
    assert kept is not None
    assert [one.round for one in kept.missed] == [1]
    await heard.hear(UNMERGED)
    assert await heard.service.core.store.get(ENDINGS, str(T)) == msgspec.structs.replace(
        kept, reason=None, missed=()
    )
    await heard.service.core.store.append(Append(rows=[unmerged_change(T, ())]))
    assert await states(heard) == [(1, "due")]


async def test_a_clock_that_runs_again_says_by_when(heard: RevisitEars) -> None:
    resumed = sla.ClockResumed(
        ticket_id=T,
        clock="revisit",
        round=1,
        occurrence="x",
        reason="unmerged",
        due_at=DUE_AT + HOUR,
        at=NOTIFIED.at,
    )
    await heard.hear(NOTIFIED, resumed)
    assert [row.due_at for row in await heard.rows()] == [DUE_AT + HOUR]
