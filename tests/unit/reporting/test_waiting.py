import math
from itertools import chain, repeat

from services.reporting.waiting import awaited


async def found(*looks: int, wanted: float, patience: float) -> tuple[int, int]:
    """What is found of what stands there look by look, and how often it was looked."""
    asked = 0
    standing = chain(looks, repeat(looks[-1]))

    async def look() -> int:
        nonlocal asked
        asked += 1
        return next(standing)

    last = await awaited(look, lambda one: one >= wanted, patience=patience, look_time=0.001)
    return last, asked


async def test_what_is_there_is_not_waited_for() -> None:
    assert await found(3, wanted=3, patience=1) == (3, 1)


async def test_what_comes_later_is_waited_for_as_long_as_more_comes() -> None:
    assert await found(0, 1, 1, 2, 2, 3, wanted=3, patience=0.002) == (3, 6)


async def test_what_does_not_come_is_given_up_once_nothing_more_comes() -> None:
    assert await found(0, 1, wanted=math.inf, patience=0.003) == (1, 5)
