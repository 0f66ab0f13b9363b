"""Limits how often an address may try keys: there is nothing to guess, but a log to fill."""

from collections import deque
from datetime import datetime, timedelta

ALLOWED = 20
PERIOD = timedelta(minutes=1)
MAX_ADDRESSES = 10_000


class Attempts:
    """The failed logins of the last minute, by address; a process's own."""

    def __init__(self) -> None:
        self._failures: dict[str, deque[datetime]] = {}

    def seconds_to_wait(self, address: str, now: datetime) -> int:
        """0 for who may try."""
        failures = self._failures.get(address)
        while failures and failures[0] <= now - PERIOD:
            failures.popleft()
        if not failures or len(failures) < ALLOWED:
            return 0
        return int((failures[0] + PERIOD - now).total_seconds()) + 1

    def failed(self, address: str, now: datetime) -> None:
        """One more; where too many addresses try, the one heard of first is forgotten."""
        if address not in self._failures and len(self._failures) >= MAX_ADDRESSES:
            del self._failures[next(iter(self._failures))]
        self._failures.setdefault(address, deque(maxlen=ALLOWED)).append(now)
