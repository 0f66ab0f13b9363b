"""H-07, U-11: what goes up by itself because time ran out, and what does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain.handing_up import finds_nobody
from services.dispatch.domain.stages import find_order, work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.ticket_commands import HearOfEscalation, Takeovers
from services.dispatch.routing import department_level_of
from shared.contracts.dispatch import DispatchEvent, TakenOver
from shared.contracts.sla import Step
from shared.contracts.terms import DepartmentLevel, Headed, TakeoverLevel
from shared.packs import shipped
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPTED,
    ESCALATION,
    OFFERED,
    OFFERED_AGAIN,
    PAST,
    REFUSED,
    TAKEN_OVER,
    TRANSFERRED,
    cancelled,
    kept,
)
from tests.unit.support.examples import AT, CASE, HOUR, T, W

ticket = DeciderSpec(TICKET)
CARRIERS = msgspec.structs.replace(CASE, pack="telecom-carrier")
OFFERED_CARRIERS = msgspec.structs.replace(OFFERED, case=CARRIERS, department_level="city")


@dataclass(frozen=True)
class Staff:
    """Who is there to take over: department heads by level, and others by the level above."""

    heads: tuple[tuple[Headed, str], ...] = (("supervisor", "he-bin"), ("manager", "gao-feng"))
    above: tuple[tuple[DepartmentLevel, str], ...] = (
        ("province", "ren-jie"),
        ("nation", "shi-lan"),
    )

    def head_in(
        self, department: str, level: Headed, at: datetime, other_than: str | None
    ) -> str | None:
        found = dict(self.heads).get(level)
        return None if found == other_than or department == "gone" or at < AT else found

    def anybody_at(
        self, level: DepartmentLevel, at: datetime, other_than: str | None
    ) -> tuple[str, str] | None:
        found = dict(self.above).get(level)
        return None if found in {None, other_than} or at < AT else (f"{level}-service", found or "")


STAFFED = Takeovers(packs=shipped(), directory=Staff())
HEAR = with_changes(ESCALATION, takeovers=STAFFED)
AGAIN = with_changes(HEAR, escalation_id=UUID(int=102))
NOBODY = with_changes(
    HEAR, takeovers=Takeovers(packs=shipped(), directory=Staff(heads=(), above=()))
)


def taken(level: TakeoverLevel = "manager", by: HearOfEscalation = HEAR) -> TakenOver:
    """As one who acts at that level takes it over because of the escalation."""
    who = {"supervisor": "he-bin", "manager": "gao-feng", "province": "ren-jie"}
    above = department_level_of(level)
    return TakenOver(
        work_order_id=W,
        ticket_id=T,
        round=1,
        level=level,
        handler=who.get(level, "shi-lan"),
        department=f"{above}-service" if above else None,
        department_level=above,
        escalation_id=by.escalation_id,
        at=by.at,
    )


@pytest.mark.parametrize("past", [(OFFERED,), (OFFERED, ACCEPTED)])
def test_past_the_limit_the_manager_takes_it_over(past: Sequence[DispatchEvent]) -> None:
    """H-07: what is not solved in time is not solvable at once."""
    left = ticket.given(*past).when(HEAR).then(taken())
    order = find_order(left, W)
    assert (order.handler, order.level, order.department) == ("gao-feng", "manager", "billing")


def test_the_carriers_goes_one_level_up_to_a_handler_there() -> None:
    """U-11."""
    left = ticket.given(OFFERED_CARRIERS).when(HEAR).then(taken("province"))
    order = find_order(left, W)
    assert (order.department, order.department_level) == ("province-service", "province")


def test_an_escalation_acts_once_even_after_it_was_handed_down() -> None:
    left = ticket.given(OFFERED, taken(), TRANSFERRED).when(HEAR).then_nothing()
    assert find_order(left, W).level is None
    ticket.given(OFFERED).when(HEAR, HEAR).then(taken())


def test_a_later_escalation_takes_what_was_handed_down_up_again() -> None:
    """H-07."""
    ticket.given(OFFERED, taken(), TRANSFERRED).when(AGAIN).then(taken(by=AGAIN))


@pytest.mark.parametrize(
    "past",
    [
        (OFFERED, TAKEN_OVER),
        (OFFERED, msgspec.structs.replace(TAKEN_OVER, handler="shen-guoqiang")),
        (OFFERED, msgspec.structs.replace(TAKEN_OVER, level="province", handler="ren-jie")),
        (msgspec.structs.replace(OFFERED, handler="Gao-Feng"),),
    ],
)
def test_what_lies_as_high_already_stays(past: Sequence[DispatchEvent]) -> None:
    """H-07: also where the severity had brought it to the manager."""
    ticket.given(*past).when(HEAR).then_nothing()


@pytest.mark.parametrize(
    "past",
    [
        (OFFERED, REFUSED),
        PAST["completed"],
        PAST["notified"],
        PAST["cancelled"],
        (*PAST["notified"], kept("closed")),
        (OFFERED, cancelled("withdrawn")),
    ],
)
def test_what_is_the_centres_or_over_is_not_taken_over(past: Sequence[DispatchEvent]) -> None:
    ticket.given(*past).when(HEAR).then_nothing()


@pytest.mark.parametrize("step", ["reminder", "warning", "level-1", "level-3", "level-4"])
def test_the_other_steps_call_on_people_only(step: Step) -> None:
    ticket.given(OFFERED).when(with_changes(HEAR, step=step)).then_nothing()


@pytest.mark.parametrize("pack", ["travel-platform", "cable-field-service", "gone"])
def test_without_a_word_in_the_pack_nothing_goes_up(pack: str) -> None:
    case = msgspec.structs.replace(CASE, pack=pack)
    ticket.given(msgspec.structs.replace(OFFERED, case=case)).when(HEAR).then_nothing()


def test_what_was_late_before_it_was_offered_is_no_fault_of_who_has_it() -> None:
    """H-07: entered late, or offered late; so it is the same in whatever order topics come."""
    ticket.given().when(HEAR).then_nothing()
    late = msgspec.structs.replace(OFFERED, at=HEAR.due_at + timedelta(seconds=1))
    ticket.given(late).when(HEAR).then_nothing()
    ticket.given(OFFERED).when(with_changes(HEAR, round=2)).then_nothing()
    ticket.given(OFFERED, OFFERED_AGAIN).when(HEAR).then_nothing()


def test_of_a_later_round_its_own_work_order_goes_up() -> None:
    """H-20."""
    left = ticket.given(*PAST["notified"], OFFERED_AGAIN).when(with_changes(HEAR, round=2))
    assert [order.level for order in work_orders_of(left.state)] == [None, "manager"]


def test_where_the_directory_names_nobody_it_stays() -> None:
    """C-10: the manager complained about is nobody."""
    stays = ticket.given(OFFERED).when(NOBODY).then_nothing()
    assert finds_nobody(NOBODY, stays)
    carriers = ticket.given(OFFERED_CARRIERS).when(NOBODY).then_nothing()
    assert finds_nobody(NOBODY, carriers)
    about = msgspec.structs.replace(OFFERED, against_person="gao-feng")
    assert finds_nobody(HEAR, ticket.given(about).when(HEAR).then_nothing())


@pytest.mark.parametrize(
    "past",
    [(), (OFFERED,), (OFFERED, TAKEN_OVER), PAST["completed"], (OFFERED, cancelled("withdrawn"))],
)
def test_nobody_is_missed_where_somebody_is_named_or_need_not_be(
    past: Sequence[DispatchEvent],
) -> None:
    assert not finds_nobody(HEAR, ticket.given(*past).when(HEAR).state)


def test_a_level_with_nobody_is_passed_over_and_the_nation_is_the_highest() -> None:
    """U-11, U-01."""
    nation = Takeovers(packs=shipped(), directory=Staff(above=(("nation", "shi-lan"),)))
    past = ticket.given(OFFERED_CARRIERS)
    past.when(with_changes(HEAR, takeovers=nation)).then(taken("nation"))
    at_nation = msgspec.structs.replace(OFFERED_CARRIERS, department_level="nation")
    ticket.given(at_nation).when(HEAR).then_nothing()


def test_what_went_up_since_the_limit_does_not_go_up_twice() -> None:
    """U-11: two limits that passed together, or people who were faster; later it goes on."""
    past = ticket.given(OFFERED_CARRIERS)
    past.when(HEAR, AGAIN).then(taken("province"))
    later = with_changes(AGAIN, due_at=HEAR.at + HOUR, at=HEAR.at + HOUR)
    past.when(HEAR, later).then(taken("province"), taken("nation", later))


def test_a_clock_that_goes_before_this_one_dates_the_takeover() -> None:
    """U-11: what ends the clock can't lie before the limit that starts it."""
    early = with_changes(HEAR, at=HEAR.due_at - timedelta(seconds=1))
    dated = msgspec.structs.replace(taken(), at=HEAR.due_at)
    ticket.given(OFFERED).when(early).then(dated)
