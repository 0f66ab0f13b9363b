"""Time as a part that can be replaced: nothing else in the product asks the machine."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what time it is, in UTC."""

    def now(self) -> datetime: ...

    def seconds_until(self, moment: datetime) -> float:
        """Real seconds to wait for the moment; never negative."""


class SystemClock:
    """The machine's clock; with a `speed` other than 1 a demonstration's, running ahead."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._epoch = datetime.now(UTC)
        self._started = time.monotonic()

    def now(self) -> datetime:
        if self._speed == 1.0:
            return datetime.now(UTC)
        return self._epoch + timedelta(seconds=(time.monotonic() - self._started) * self._speed)

    def seconds_until(self, moment: datetime) -> float:
        return max(0.0, (moment - self.now()).total_seconds() / self._speed)
