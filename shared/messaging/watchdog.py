"""Ends a process whose event loop, or whose reading, no longer moves: nobody else would notice."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

TICK_TIME = 1.0


class Watchdog:
    """Calls `stalled` from a thread of its own after `limit` seconds without a beat.

    It counts its own ticks, so that a process frozen as a whole is not blamed when it goes on.
    """

    def __init__(self, limit: float, stalled: Callable[[], None]) -> None:
        self._limit = limit
        self._stalled = stalled
        self._silent = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def beat(self) -> None:
        """Says that the work goes on."""
        self._silent = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(TICK_TIME):
            self._silent += TICK_TIME
            if self._silent >= self._limit:
                self._stalled()
                return
