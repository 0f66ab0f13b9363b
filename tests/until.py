"""Waiting for a condition, with a deadline, while the event loop goes on."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(
    holds: Callable[[], bool] | Callable[[], Awaitable[bool]], what: str, seconds: float = 30.0
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
        await asyncio.sleep(0.01)
