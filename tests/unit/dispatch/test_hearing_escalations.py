"""Dispatch hears that time ran out: what goes up, in whatever order the topics arrive."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from structlog.testing import capture_logs

from services.dispatch.domain.ticket_commands import Takeovers
from shared.codec import unpack
from shared.contracts import sla
from shared.contracts.dispatch import TakenOver
from shared.contracts.terms import Event
from shared.departments import Absence
from tests.unit.dispatch.examples import RECTIFICATION, REOPENED, WITHDRAWN
from tests.unit.dispatch.service import DispatchEars, ears
from tests.unit.support.examples import AT, CASE, HOUR, REGISTERED, T

DUE = AT + HOUR
E2 = UUID(int=102)
CARRIERS = msgspec.structs.replace(CASE, pack="telecom-carrier")


def raised(in_round: int = 1, clock: str = "answer") -> sla.EscalationRaised:
    return sla.EscalationRaised(
        ticket_id=T,
        clock=clock,
        round=in_round,
        occurrence="x",
        escalation_id=UUID(int=100 + in_round),
        step="level-2",
        addressee=("gao-feng",),
        due_at=DUE,
        at=DUE,
    )


RAISED = raised()


@pytest.fixture
async def dispatch(tmp_path: Path) -> AsyncIterator[DispatchEars]:
    async with ears(tmp_path) as found:
        yield found


async def test_the_takeover_says_which_escalation_caused_it(dispatch: DispatchEars) -> None:
    """H-07."""
    await dispatch.hear(REGISTERED)
    arrival = dispatch.arrival(RAISED)
    await dispatch.take(arrival)
    await dispatch.take(arrival)
    [taken] = await dispatch.said(TakenOver)
    assert (taken.level, taken.handler) == ("manager", "gao-feng")
    assert taken.escalation_id == RAISED.escalation_id
    *_, logged = await dispatch.service.core.store.read_log(0)
    assert unpack(logged.event.state)[0].causation_id == arrival.event_id
    [row] = await dispatch.rows()
    assert row.order is not None
    assert row.order.handler == "gao-feng"


async def test_on_the_manager_s_day_off_the_deputy_takes_it_over(tmp_path: Path) -> None:
    """H-30, H-07."""
    away = Absence(name="gao-feng", first_day="2026-11-23", last_day="2026-11-23", deputy="he-bin")
    async with ears(tmp_path) as found:
        directory = msgspec.structs.replace(found.service.directory, absences=(away,))
        takeovers = Takeovers(packs=found.service.core.packs, directory=directory)
        found.service = replace(found.service, takeovers=takeovers)
        await found.hear(REGISTERED, RAISED)
        assert [one.handler for one in await found.said(TakenOver)] == ["he-bin"]


async def test_the_carrier_s_goes_to_the_province(dispatch: DispatchEars) -> None:
    """U-11."""
    await dispatch.hear(msgspec.structs.replace(REGISTERED, case=CARRIERS), RAISED)
    [taken] = await dispatch.said(TakenOver)
    assert (taken.department, taken.handler) == ("province-service", "ren-jie")


@pytest.mark.parametrize("order", list(permutations([REGISTERED, RAISED, RECTIFICATION])))
async def test_an_order_that_was_not_out_when_time_ran_out_stays_in_every_order(
    dispatch: DispatchEars, order: Sequence[Event]
) -> None:
    """H-07: dispatch was away, and offers only now."""
    dispatch.clock.time = DUE + HOUR
    await dispatch.hear(*order)
    assert await dispatch.said(TakenOver) == []


async def test_an_end_or_another_clock_takes_nothing_over(dispatch: DispatchEars) -> None:
    """A contact's clock has no work order; nor does an escalation of what has ended."""
    await dispatch.hear(raised(clock="call-back"))
    assert await dispatch.log() == []
    await dispatch.hear(REGISTERED, raised(clock="handling-notice"), WITHDRAWN, RAISED)
    assert await dispatch.said(TakenOver) == []
    await dispatch.hear(REOPENED, raised(in_round=2))
    assert [one.round for one in await dispatch.said(TakenOver)] == [2]


async def test_that_nobody_is_named_is_said_aloud(dispatch: DispatchEars) -> None:
    """U-11: at the nation's own department nobody stands above."""
    await dispatch.hear(msgspec.structs.replace(REGISTERED, case=CARRIERS), RAISED)
    nation = msgspec.structs.replace(RAISED, escalation_id=E2, due_at=AT + 9 * HOUR)
    top = msgspec.structs.replace(nation, escalation_id=UUID(int=103), due_at=AT + 19 * HOUR)
    await dispatch.hear(nation)
    with capture_logs() as logs:
        await dispatch.hear(top)
    assert [one.level for one in await dispatch.said(TakenOver)] == ["province", "nation"]
    assert [one["step"] for one in logs if "nobody is named" in one["event"]] == ["level-2"]
