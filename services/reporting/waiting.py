"""Waits for what will be there in a moment: reporting is a little behind the services."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")


async def awaited(
    look: Callable[[], Awaitable[Found]],
    is_there: Callable[[Found], bool],
    *,
    patience: float,
    look_time: float,
) -> Found:
    """What `look` finds, once it is what was waited for, or has not changed for `patience` seconds.

    As long as more comes, it is waited for; the caller looks whether all did.
    """
    found, waited = await look(), 0.0
    while not is_there(found) and waited < patience:
        await asyncio.sleep(look_time)
        before, found = found, await look()
        waited = waited + look_time if found == before else 0.0
    return found
