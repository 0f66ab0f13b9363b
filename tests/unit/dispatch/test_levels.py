"""Up by takeover, down by transfer: what each level may do with a work order (U-01)."""

from dataclasses import replace as with_changes

import msgspec
import pytest

from services.dispatch.domain import errors
from services.dispatch.domain.stages import find_order
from services.dispatch.domain.ticket import TICKET
from shared.contracts.dispatch import TakenOver
from shared.contracts.terms import DepartmentLevel, TakeoverLevel
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    ARBITRATE,
    ARBITRATED,
    OFFER,
    OFFERED,
    OFFERED_AGAIN,
    PAST,
    RECTIFY,
    REFUSED,
    TAKE_OVER,
    TAKEN_OVER,
    TRANSFER,
    TRANSFERRED,
)
from tests.unit.support.examples import W

ticket = DeciderSpec(TICKET)
UP = with_changes(
    TAKE_OVER,
    level="province",
    handler="ren-jie",
    department="province-service",
    department_level="province",
)
WENT_UP = msgspec.structs.replace(
    TAKEN_OVER,
    level="province",
    handler="ren-jie",
    department="province-service",
    department_level="province",
)
AT_PROVINCE = msgspec.structs.replace(
    TRANSFERRED, department="province-service", department_level="province"
)


def test_the_level_of_its_department_is_recorded_when_it_is_named() -> None:
    """U-01."""
    offer = with_changes(OFFER, department_level="city")
    offered = msgspec.structs.replace(OFFERED, department_level="city")
    ticket.given().when(offer).then(offered)
    transfer = with_changes(TRANSFER, department="province-service", department_level="province")
    state = ticket.given(OFFERED).when(transfer).then(AT_PROVINCE)
    assert find_order(state, W).department_level == "province"
    arbitrate = with_changes(ARBITRATE, department_level="city")
    arbitrated = msgspec.structs.replace(ARBITRATED, department_level="city")
    ticket.given(OFFERED, REFUSED).when(arbitrate).then(arbitrated)


def test_above_the_department_it_moves_to_the_handlers() -> None:
    """U-01, U-11."""
    state = ticket.given(OFFERED, TAKEN_OVER).when(UP).then(WENT_UP)
    order = find_order(state, W)
    assert (order.department, order.department_level, order.level) == (
        "province-service",
        "province",
        "province",
    )
    ticket.given(OFFERED, WENT_UP).when(UP).then_nothing()


@pytest.mark.parametrize("level", ["supervisor", "manager", "city", "province"])
def test_a_takeover_goes_only_upwards(level: TakeoverLevel) -> None:
    """U-01: not to the same level either, whoever is there."""
    down = with_changes(TAKE_OVER, level=level, handler="somebody-else")
    ticket.given(OFFERED, WENT_UP).when(down).then_raises(errors.NotHigherError)


@pytest.mark.parametrize(
    ("level", "department_level", "is_higher"),
    [
        ("city", "city", False),
        ("province", "province", False),
        ("nation", "nation", True),
    ],
)
def test_a_takeover_does_not_go_down_to_a_lower_department(
    level: TakeoverLevel, department_level: DepartmentLevel, *, is_higher: bool
) -> None:
    """U-01: nor sideways, to another department of its own level."""
    command = with_changes(UP, level=level, department_level=department_level)
    asked = ticket.given(OFFERED, AT_PROVINCE).when(command)
    if is_higher:
        asked.then(msgspec.structs.replace(WENT_UP, level=level, department_level=department_level))
    else:
        asked.then_raises(errors.NotHigherError)


def test_nothing_lies_above_the_nation() -> None:
    """U-01, U-12: an appeal is there already."""
    at_nation = msgspec.structs.replace(AT_PROVINCE, department_level="nation")
    up = with_changes(UP, level="nation", department_level="nation")
    ticket.given(OFFERED, at_nation).when(up).then_raises(errors.NotHigherError)


@pytest.mark.parametrize("taken", [TAKEN_OVER, WENT_UP], ids=lambda one: one.level)
def test_what_somebody_took_over_is_theirs_to_accept(taken: TakenOver) -> None:
    """H-07, U-01: nobody hands it back to a handler by accepting it in their name."""
    ticket.given(OFFERED, taken).when(ACCEPT).then_raises(errors.TakenOverError)
    own = with_changes(ACCEPT, handler=taken.handler.title())
    accepted = msgspec.structs.replace(ACCEPTED, handler=own.handler)
    ticket.given(OFFERED, taken).when(own).then(accepted)


def test_once_transferred_it_is_anybodys_again() -> None:
    """U-01."""
    ticket.given(OFFERED, TAKEN_OVER, TRANSFERRED).when(ACCEPT).then(ACCEPTED)


def test_within_a_department_of_any_level_its_own_people_take_over() -> None:
    """U-01, H-07."""
    ticket.given(OFFERED, AT_PROVINCE).when(TAKE_OVER).then(TAKEN_OVER)


def test_a_transfer_hands_it_down_and_nobody_holds_it_any_more() -> None:
    """U-01."""
    down = with_changes(TRANSFER, department="key-accounts", department_level="city")
    moved = msgspec.structs.replace(
        TRANSFERRED, from_department="province-service", department_level="city"
    )
    state = ticket.given(OFFERED, WENT_UP).when(down).then(moved)
    assert (find_order(state, W).level, find_order(state, W).department_level) == (None, "city")
    ticket.given(OFFERED, WENT_UP, moved).when(TAKE_OVER).then(TAKEN_OVER)


def test_the_next_round_is_offered_at_the_level_that_had_it() -> None:
    """U-01, H-20."""
    past = OFFERED, WENT_UP, *PAST["notified"][1:]
    again = msgspec.structs.replace(
        OFFERED_AGAIN,
        department="province-service",
        department_level="province",
        handler="xu-lei",
    )
    ticket.given(*past).when(RECTIFY).then(again)
