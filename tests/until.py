"""Waiting for a condition, with a deadline, while the event loop goes on."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE = 30.0
"""Seconds: a machine that many share may stall; what never ends is still told."""


async def until(
    holds: Callable[[], bool] | Callable[[], Awaitable[bool]],
    what: str,
    seconds: float = PATIENCE,
    every: float = 0.01,
) -> None:
    """Returns when the condition holds; fails, naming it, where it never does."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        found = holds()
        if found if isinstance(found, bool) else await found:
            return
        if loop.time() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        await asyncio.sleep(every)
