"""One question for all who ask the same at the same time: twenty open consoles cost one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.keys import EVERY_DEPARTMENT, ApiKey

LEAST = 1.5
"""Seconds that an answer is shared at least: less than a page waits between two looks."""
LONGEST = 60.0
SHARE = 20
"""An answer that took a second is shared for twenty: asking costs a twentieth of a core at most."""
MOST_KEPT = 256

Answer = TypeVar("Answer")


@dataclass
class _Shared:
    task: asyncio.Task[Any]
    fresh_until: float | None = None
    """None while it is under way."""


class SharedAnswers:
    """Answers by what was asked, and under which rights; each is kept as long as it took, and more.

    What fails is told to all who wait for it, and asked again at once by whoever comes next.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Hashable, _Shared] = {}

    async def get(self, asked: Hashable, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer under way or not yet old, else a new one; raises what `ask` raises."""
        found = self._kept.get(asked)
        if found is None or (found.fresh_until is not None and found.fresh_until <= self._clock()):
            found = self._begin(asked, ask)
        # Who goes away leaves the others their answer.
        answer: Answer = await asyncio.shield(found.task)
        return answer

    def forget(self) -> None:
        """Whoever asks from now on sees what was changed just now."""
        self._kept.clear()

    def _begin(self, asked: Hashable, ask: Callable[[], Awaitable[Answer]]) -> _Shared:
        if len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        begun = self._clock()

        async def answer() -> Answer:
            return await ask()

        shared = _Shared(asyncio.create_task(answer(), name="shared answer"))

        def done(task: asyncio.Task[Any]) -> None:
            now = self._clock()
            took = now - begun
            is_good = not task.cancelled() and task.exception() is None
            good_for = min(LONGEST, max(LEAST, SHARE * took)) if is_good else 0.0
            shared.fresh_until = now + good_for

        shared.task.add_done_callback(done)
        self._kept.pop(asked, None)
        self._kept[asked] = shared
        return shared


def rights_of(key: ApiKey) -> tuple[str, ...]:
    """What tells two keys apart that see other tickets: keys that see the same share an answer."""
    if "admin" in key.scopes or EVERY_DEPARTMENT in key.departments:
        return ("all",)
    if key.departments:
        return ("departments", *sorted(set(key.departments)))
    return ("client", key.client)
