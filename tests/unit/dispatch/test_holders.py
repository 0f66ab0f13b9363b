"""Who had a work order in hand, and for how long."""

import msgspec
import pytest

from services.dispatch.domain.holders import Holder
from services.dispatch.domain.stages import find_order
from services.dispatch.domain.ticket import TICKET
from shared.contracts.dispatch import DispatchEvent, HandlingEvent
from tests.unit.dispatch.desk import WorkDesk
from tests.unit.dispatch.examples import (
    ACCEPTED,
    ARBITRATED,
    COMPLETED,
    OFFERED,
    REFUSED,
    TAKEN_OVER,
    TRANSFERRED,
    cancelled,
    notified,
)
from tests.unit.support.examples import AT, HOUR, W


def after(event: HandlingEvent, hours: int) -> HandlingEvent:
    return msgspec.structs.replace(event, at=AT + hours * HOUR)


def held(department: str, handler: str | None, begin: int, end: int | None = None) -> Holder:
    until = None if end is None else AT + end * HOUR
    return Holder(department=department, handler=handler, from_at=AT + begin * HOUR, until=until)


def holders(*past: DispatchEvent) -> list[Holder]:
    return [*find_order(TICKET.fold(past), W).holders]


def test_who_is_offered_it_has_it_until_somebody_takes_it_on() -> None:
    assert holders(OFFERED) == [held("billing", None, 0)]
    accepted = holders(OFFERED, after(ACCEPTED, 1))
    assert accepted == [held("billing", None, 0, 1), held("billing", "xu-lei", 1)]


def test_who_takes_on_what_was_offered_to_them_had_it_from_the_offer() -> None:
    to_one = msgspec.structs.replace(OFFERED, handler="Xu-Lei")
    assert holders(to_one, after(ACCEPTED, 1)) == [held("billing", "Xu-Lei", 0)]


def test_in_arbitration_nobody_has_it() -> None:
    past = OFFERED, after(REFUSED, 1), after(ARBITRATED, 3)
    assert holders(*past) == [held("billing", None, 0, 1), held("key-accounts", None, 3)]


def test_a_transfer_and_a_takeover_change_hands() -> None:
    past = OFFERED, after(ACCEPTED, 1), after(TRANSFERRED, 2), after(TAKEN_OVER, 4)
    assert holders(*past)[1:] == [
        held("billing", "xu-lei", 1, 2),
        held("key-accounts", None, 2, 4),
        held("key-accounts", "gao-feng", 4),
    ]


def test_the_one_who_takes_over_what_is_in_arbitration_has_it() -> None:
    """H-07, U-11: nothing is left to arbitrate."""
    past = OFFERED, after(REFUSED, 1), after(TAKEN_OVER, 2)
    assert holders(*past) == [held("billing", None, 0, 1), held("billing", "gao-feng", 2)]


@pytest.mark.parametrize("end", [COMPLETED, cancelled("answered")])
def test_who_returned_the_form_has_it_no_more(end: HandlingEvent) -> None:
    past = OFFERED, after(ACCEPTED, 1), after(end, 5), after(notified(), 6)
    assert holders(*past)[-1] == held("billing", "xu-lei", 1, 5)


def test_what_is_entered_late_makes_no_time_negative() -> None:
    past = after(OFFERED, 2), after(ACCEPTED, 1), after(TRANSFERRED, 0)
    assert holders(*past) == [
        held("billing", None, 2, 2),
        held("billing", "xu-lei", 2, 2),
        held("key-accounts", None, 2),
    ]


async def test_a_work_order_shows_all_its_holders(desk: WorkDesk) -> None:
    """T-01, U-10: passed around, each one's time stays on record."""
    await desk.do("acceptance", {"handler": "xu-lei"})
    desk.clock.time += HOUR
    moved = {"department": "key-accounts", "reason": "归大客户部"}
    version = {"If-Match": (await desk.show()).headers["etag"]}
    await desk.do("transfer", moved, version)
    [_, first, second] = (await desk.show()).json()["holders"]
    assert first == {
        "department": "billing",
        "handler": "xu-lei",
        "from": "2026-11-23T02:00:00Z",
        "until": "2026-11-23T03:00:00Z",
    }
    assert (second["department"], second["until"]) == ("key-accounts", None)
