import re
from datetime import UTC, datetime, timedelta

from services.intake.numbers import CROCKFORD, new_number

NUMBER = re.compile(rf"T20261122-[{CROCKFORD}]{{8}}")


def test_a_number_is_of_the_day_in_china() -> None:
    assert new_number(datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC)).startswith("T20261121-")
    assert NUMBER.fullmatch(new_number(datetime(2026, 11, 21, 16, 0, tzinfo=UTC)))


def test_numbers_of_a_day_sort_as_they_came() -> None:
    midnight = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    moments = [midnight + timedelta(seconds=seconds) for seconds in range(0, 86_400, 7)]

    numbers = [new_number(moment) for moment in moments]

    assert numbers == sorted(numbers)


def test_numbers_of_one_moment_differ() -> None:
    moment = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert (
        len({new_number(moment) for _ in range(100)}) > 90
    )  # twice the same is rare, not impossible
