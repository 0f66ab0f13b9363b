"""As what somebody acts by the directory: for a department, and for who is away."""

import msgspec
import pytest

from services.dispatch.domain.stages import find_order
from services.dispatch.domain.ticket import TICKET
from services.dispatch.routing import authority_of, reviews_answers
from shared.contracts.terms import Level
from shared.departments import Absence
from shared.directory import example
from tests.unit.dispatch.examples import PAST
from tests.unit.support.examples import AT, HOUR, W

AWAY = Absence(name="gao-feng", first_day="2026-11-23", last_day="2026-11-23", deputy="xu-lei")
DIRECTORY = msgspec.structs.replace(example(), absences=(AWAY,))


@pytest.mark.parametrize(
    ("person", "level"),
    [
        ("xu-lei", "manager"),
        ("gao-feng", "manager"),
        ("shen-guoqiang", "manager"),
        ("he-bin", "supervisor"),
        ("sun-yue", "handler"),
        ("stranger", "handler"),
    ],
)
def test_who_stands_in_for_the_manager_has_the_managers_authority(
    person: str, level: Level
) -> None:
    """H-24, H-30, T-05: on those days; and so has who is above."""
    order = find_order(TICKET.fold(PAST["accepted"]), W)
    assert order.department == "billing"
    assert authority_of(DIRECTORY, order, person, AT) == level


def test_once_the_manager_is_back_who_stood_in_is_a_handler_again() -> None:
    """H-24, H-30."""
    order = find_order(TICKET.fold(PAST["accepted"]), W)
    assert authority_of(DIRECTORY, order, "xu-lei", AT + 24 * HOUR) == "handler"


@pytest.mark.parametrize(
    ("person", "reviews"),
    [
        ("cui-jun", True),
        ("dong-hua", True),
        ("shen-guoqiang", True),
        ("system-of-theirs", True),
        ("li-na", True),
        ("wu-xia", False),
        ("tang-jing", False),
    ],
)
def test_written_answers_are_the_quality_centres_to_review(person: str, *, reviews: bool) -> None:
    """H-18, H-30: and theirs who stands in there, or is above."""
    away = Absence(name="cui-jun", first_day="2026-11-23", last_day="2026-11-23", deputy="li-na")
    directory = msgspec.structs.replace(example(), absences=(away,))
    assert reviews_answers(directory, person, AT) is reviews
