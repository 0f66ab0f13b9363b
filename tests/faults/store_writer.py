"""A process that appends without end and says what was acknowledged, made to be killed.

Append n stores event n, moves the mark to n and counts to n: whatever is killed, the three agree.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import msgspec

from shared.event_store import Append, Backend, Changes, Loaded, Mark, Wanted
from shared.eventsourcing_store import open_backend
from shared.group_commit import commit_group
from shared.tables import Fold, Table

GROUP = 3
PAUSE = 0.005
"""Seconds that a seeded bug gives to whoever wants to catch it."""


class Total(msgspec.Struct, frozen=True):
    """How many appends there were."""

    total: int = 0


TOTALS = Table("totals", Total)


class MarkFirst:
    """Seeded bug: the marks are committed in a transaction of their own, before the events."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the backend has
        return getattr(self._backend, name)

    @contextmanager
    def write(self) -> Iterator["MarkFirst"]:
        """Commit twice."""
        self._saved = Changes((), {}, {})
        yield self
        with self._backend.write() as transaction:
            transaction.save(Changes((), self._saved.marks, {}))
        time.sleep(PAUSE)
        with self._backend.write() as transaction:
            transaction.save(Changes(self._saved.events, {}, self._saved.rows))

    def load(self, wanted: Wanted) -> Loaded:
        """Load in a transaction that is over before anything is saved."""
        with self._backend.write() as transaction:
            return transaction.load(wanted)

    def save(self, changes: Changes) -> Sequence[int]:
        """Keep the changes for the commit."""
        self._saved = changes
        return ()


def append_of(number: int) -> Append:
    """Append n of the endless row."""
    return Append(
        stream=UUID(int=number),
        events=[("noted.v1", str(number).encode())],
        marks=[Mark("mark/intake", number)],
        rows=[Fold(TOTALS, "all", lambda total: Total((total or Total()).total + 1))],
    )


def write_on(backend: Backend, said: Callable[[int], None], *, early: bool) -> None:
    """Append until killed; `early` is a seeded bug: it says so before the commit."""
    number = backend.read_marks("").get("mark/intake", 0)
    while True:
        numbers = range(number + 1, number + 1 + GROUP)
        if early:
            said(numbers[-1])
            time.sleep(PAUSE)
        outcomes = commit_group(backend, [append_of(number) for number in numbers])
        if outcomes != [1] * GROUP:
            raise SystemExit(repr(outcomes))
        number += GROUP
        if not early:
            said(number)


def say(number: int) -> None:
    """Tell whoever started this process."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    url, variant = sys.argv[1:]
    store = open_backend(url, "intake", [TOTALS])
    say(0)
    write_on(MarkFirst(store) if variant == "mark-first" else store, say, early=variant == "early")
