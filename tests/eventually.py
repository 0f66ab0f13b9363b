"""Waiting for a condition, with a deadline: what tests do instead of sleeping."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class NeverError(AssertionError):
    """The condition did not come true in time."""


def eventually(
    look: Callable[[], Found | None], what: str, seconds: float = 40.0, every: float = 0.05
) -> Found:
    """Looks until something is found (anything that is not None and not False), and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise NeverError(f"{what}: not within {seconds} s")
        time.sleep(every)
