"""What dispatch does on hearing the others, in whatever order their topics arrive."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace as with_changes
from itertools import permutations
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from structlog.testing import capture_logs

from services.dispatch.domain.stages import Ended, work_orders_of
from services.dispatch.domain.work_order import work_order_id
from services.dispatch.projections import RevisitResult
from shared.contracts.dispatch import WorkOrderCancelled
from shared.contracts.terms import Event, Tier
from shared.event_store import AlreadyProcessedError
from shared.messaging.envelope import Cause
from tests.unit.dispatch.examples import (
    ACCEPT,
    ANSWERED,
    CLOSED,
    COMPLETE,
    MERGED,
    NOTIFY,
    RECTIFICATION,
    REOPENED,
    WITHDRAWN,
)
from tests.unit.dispatch.service import DispatchEars, ears
from tests.unit.support.examples import (
    AT,
    CASE,
    CLOCK_STARTED,
    CONCLUDED,
    DEADLINE_MOVED,
    DUE_AT,
    HOUR,
    REGISTERED,
    T,
)

CAUSE = Cause(actor="xu-lei", correlation_id=UUID(int=1))
ANSWERED_AGAIN = msgspec.structs.replace(ANSWERED, round=2)


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[DispatchEars]:
    async with ears(tmp_path) as found:
        yield found


async def notify(heard: DispatchEars) -> None:
    for command in (ACCEPT, COMPLETE, NOTIFY):
        await heard.service.tickets.handle(T, command, CAUSE)


async def states(heard: DispatchEars) -> list[tuple[int, str]]:
    """Each round with the state of its work order."""
    return [(order.round, order.state) for order in work_orders_of(await heard.ticket())]


async def test_a_registration_is_offered_to_whom_the_directory_names(heard: DispatchEars) -> None:
    """H-04."""
    await heard.hear(REGISTERED)
    [row] = await heard.rows()
    order = row.order
    assert order is not None
    assert (order.department, order.rule, order.handler) == ("billing", "billing-matters", None)
    assert (order.first_owner, order.offered_at, row.version) == ("zhang-min", AT, 1)


async def test_each_round_knows_when_the_customer_got_in_touch(heard: DispatchEars) -> None:
    await heard.hear(msgspec.structs.replace(REGISTERED, at=AT - HOUR), RECTIFICATION)
    orders = work_orders_of(await heard.ticket())
    assert [(one.round, one.received_at) for one in orders] == [(1, AT - HOUR), (2, AT - HOUR)]


async def test_a_complex_matter_goes_to_the_manager(heard: DispatchEars) -> None:
    """H-07."""
    case = msgspec.structs.replace(CASE, severity="complex")
    await heard.hear(msgspec.structs.replace(REGISTERED, case=case))
    [row] = await heard.rows()
    assert row.order is not None
    assert row.order.handler == "gao-feng"


async def test_a_complaint_about_the_manager_goes_to_another_person(heard: DispatchEars) -> None:
    """C-10."""
    case = msgspec.structs.replace(CASE, severity="complex")
    about = msgspec.structs.replace(REGISTERED, case=case, against_person="gao-feng")
    await heard.hear(about)
    [row] = await heard.rows()
    assert row.order is not None
    assert row.order.handler == "shen-guoqiang"


async def test_an_event_heard_twice_has_one_effect(heard: DispatchEars) -> None:
    arrival = heard.arrival(REGISTERED)
    await heard.take(arrival)
    await heard.take(arrival)
    assert await heard.log() == ["work-order-offered.v1"]
    clock = heard.arrival(CLOCK_STARTED)
    await heard.take(clock)
    with pytest.raises(AlreadyProcessedError):
        await heard.take(clock)


async def test_what_is_heard_at_once_is_decided_on_together(heard: DispatchEars) -> None:
    events = REGISTERED, RECTIFICATION, CLOCK_STARTED
    await asyncio.gather(*(heard.take(heard.arrival(event)) for event in events))
    assert await states(heard) == [(1, "offered"), (2, "offered")]
    assert {row.due_at for row in await heard.rows()} == {DUE_AT, None}


@pytest.mark.parametrize("order", list(permutations([REGISTERED, ANSWERED, RECTIFICATION])))
async def test_a_rectification_of_an_answer_is_offered_in_every_order(
    heard: DispatchEars, order: Sequence[Event]
) -> None:
    """H-20: revisit's order may come before the registration that intake published first."""
    await heard.hear(*order)
    assert await states(heard) == [(1, "cancelled"), (2, "offered")]
    first, second = work_orders_of(await heard.ticket())
    assert second.department == first.department == "billing"
    assert second.rule == "rectification"


@pytest.mark.parametrize(
    "order", list(permutations([REGISTERED, ANSWERED, RECTIFICATION, ANSWERED_AGAIN]))
)
async def test_an_answered_round_is_cancelled_in_every_order(
    heard: DispatchEars, order: Sequence[Event]
) -> None:
    await heard.hear(*order)
    assert await states(heard) == [(1, "cancelled"), (2, "cancelled")]


@pytest.mark.parametrize("order", list(permutations([REGISTERED, WITHDRAWN, RECTIFICATION])))
async def test_a_withdrawn_ticket_has_nothing_open_in_any_order(
    heard: DispatchEars, order: Sequence[Event]
) -> None:
    """Withdrawn always wins."""
    await heard.hear(*order)
    ticket = await heard.ticket()
    assert isinstance(ticket, Ended)
    assert {order.state for order in ticket.work_orders} == {"cancelled"}


async def test_a_merged_ticket_has_nothing_open(heard: DispatchEars) -> None:
    await heard.hear(REGISTERED, MERGED, RECTIFICATION)
    ticket = await heard.ticket()
    assert isinstance(ticket, Ended)
    assert [order.cancelled_because for order in ticket.work_orders] == ["merged"]


async def test_a_reopened_ticket_comes_back_to_its_department(heard: DispatchEars) -> None:
    await heard.hear(REGISTERED)
    await notify(heard)
    await heard.hear(CLOSED, REOPENED)
    assert await states(heard) == [(1, "notified"), (2, "offered")]
    first, second = work_orders_of(await heard.ticket())
    assert (second.department, second.handler) == (first.department, first.handler)
    assert second.rule == "reopening"


async def test_what_is_reopened_can_be_handled_and_end_again(heard: DispatchEars) -> None:
    await heard.hear(REGISTERED, CLOSED, REOPENED)
    accept = with_changes(ACCEPT, work_order_id=work_order_id(T, 2))
    await heard.service.tickets.handle(T, accept, CAUSE)
    assert await states(heard) == [(1, "cancelled"), (2, "accepted")]
    await heard.hear(WITHDRAWN)
    assert isinstance(await heard.ticket(), Ended)


async def test_a_reopening_told_twice_offers_one_round(heard: DispatchEars) -> None:
    await heard.hear(REGISTERED, CLOSED, REOPENED, REOPENED)
    assert await states(heard) == [(1, "cancelled"), (2, "offered")]


async def test_a_rectification_after_the_withdrawal_is_logged_and_changes_nothing(
    heard: DispatchEars,
) -> None:
    await heard.hear(REGISTERED)
    await notify(heard)
    await heard.hear(WITHDRAWN)
    before = await heard.log()
    with capture_logs() as logs:
        await heard.hear(RECTIFICATION)
    assert await heard.log() == before
    assert [one["reason"] for one in logs] == ["ticket ended"]


async def test_an_answer_after_the_notice_is_logged_and_changes_nothing(
    heard: DispatchEars,
) -> None:
    await heard.hear(REGISTERED)
    await notify(heard)
    before = await heard.log()
    with capture_logs() as logs:
        await heard.hear(ANSWERED)
    assert await heard.log() == before
    assert [one["reason"] for one in logs] == ["already notified"]
    assert await states(heard) == [(1, "notified")]


async def test_a_closed_ticket_cancels_what_is_open(heard: DispatchEars) -> None:
    await heard.hear(REGISTERED, CLOSED)
    assert await states(heard) == [(1, "cancelled")]
    assert isinstance(await heard.ticket(), Ended)


@pytest.mark.parametrize("ending", [WITHDRAWN, MERGED, ANSWERED, CLOSED])
async def test_a_work_order_is_cancelled_when_its_ticket_ended_however_late_that_is_heard(
    heard: DispatchEars, ending: Event
) -> None:
    """What had an end before a limit has not missed it."""
    await heard.hear(REGISTERED)
    heard.clock.time += 3 * HOUR
    await heard.hear(ending)
    assert [one.at for one in await heard.said(WorkOrderCancelled)] == [ending.at]


async def test_nothing_is_logged_where_everything_comes_in_turn(heard: DispatchEars) -> None:
    with capture_logs() as logs:
        await heard.hear(REGISTERED, ANSWERED, RECTIFICATION, CLOSED)
    assert logs == []


@pytest.mark.parametrize("order", list(permutations([REGISTERED, CLOCK_STARTED, DEADLINE_MOVED])))
async def test_a_work_order_is_due_when_sla_says_so_in_every_order(
    heard: DispatchEars, order: Sequence[Event]
) -> None:
    await heard.hear(*order)
    [row] = await heard.rows()
    last = [event for event in order if event is not REGISTERED][-1]
    assert row.due_at == (DUE_AT if last is CLOCK_STARTED else DUE_AT + 24 * HOUR)


async def test_only_the_answer_clock_of_its_round_is_a_work_order_s(heard: DispatchEars) -> None:
    other = msgspec.structs.replace(CLOCK_STARTED, clock="revisit")
    later = msgspec.structs.replace(CLOCK_STARTED, round=2, due_at=DUE_AT + HOUR)
    await heard.hear(REGISTERED, other, later)
    assert [row.due_at for row in await heard.rows()] == [None]
    await heard.hear(RECTIFICATION)
    assert [row.due_at for row in await heard.rows()] == [DUE_AT + HOUR, None]


async def test_earlier_rounds_show_their_ticket_s_version(heard: DispatchEars) -> None:
    await heard.hear(REGISTERED, ANSWERED, RECTIFICATION)
    assert {row.version for row in await heard.rows()} == {3}


async def test_who_is_served_first(heard: DispatchEars) -> None:
    """U-09: by tier, then by when it is due; without a limit last, longest waiting first."""
    tiers: list[tuple[Tier, int | None]] = [
        ("standard", 1),
        ("standard", None),
        ("gold", 3),
        ("gold", 2),
        ("supreme", 9),
    ]
    for number, (tier, hours) in enumerate(tiers, 1):
        ticket_id = UUID(int=number)
        case = msgspec.structs.replace(CASE, tier=tier)
        await heard.hear(msgspec.structs.replace(REGISTERED, ticket_id=ticket_id, case=case))
        due_at = AT + hours * HOUR if hours else None
        await heard.hear(msgspec.structs.replace(CLOCK_STARTED, ticket_id=ticket_id, due_at=due_at))
    heard.clock.time += HOUR
    ticket_id = UUID(int=6)
    await heard.hear(msgspec.structs.replace(REGISTERED, ticket_id=ticket_id))
    served = [row.order.ticket_id.int for row in await heard.rows() if row.order]
    assert served == [5, 4, 3, 1, 2, 6]


@pytest.mark.parametrize("order", list(permutations([REGISTERED, CONCLUDED])))
async def test_what_a_revisit_came_to_stands_on_its_round_s_work_order(
    heard: DispatchEars, order: Sequence[Event]
) -> None:
    """H-19: on both records, whichever is heard first."""
    await heard.hear(*order)
    await heard.hear(RECTIFICATION)
    found = {row.order.round: row.revisit for row in await heard.rows() if row.order}
    assert found == {1: RevisitResult(solved=True, score=5, at=CONCLUDED.at), 2: None}
