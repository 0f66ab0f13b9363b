"""What clients asked for and were told; against it a store is checked (I1, I2).

Each ticket carries the name of its operation as its product, so that an event can be found whose
answer was never seen.
"""

import itertools
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self
from uuid import UUID, uuid4

import httpx

from tests.e2e.desk import COMPLAINT
from tests.e2e.system import Client

Outcome = Literal["ok", "fail", "unknown"]
TICKETS = "/intake/v1/tickets"


@dataclass(frozen=True)
class Attempt:
    """One request: when it was sent and given up or answered, and what is known by it."""

    started: float
    ended: float
    outcome: Outcome


@dataclass
class Operation:
    """One ticket that somebody wants registered, in as many attempts as it takes."""

    name: str
    body: Mapping[str, object]
    key: str
    attempts: list[Attempt] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """A command is stored for certain, certainly not, or perhaps."""
        outcomes = {attempt.outcome for attempt in self.attempts}
        best: Sequence[Outcome] = ("ok", "unknown")
        return next((one for one in best if one in outcomes), "fail")

    @property
    def ticket_id(self) -> str:
        found: str = self.answers[0]["ticket_id"]
        return found


class Ledger:
    """Every operation of some clients; there may be other ledgers of the same system."""

    def __init__(self, **changes: object) -> None:
        self.operations: list[Operation] = []
        self._name = secrets.token_hex(3)
        self._changes = changes
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    @classmethod
    def of_overdue(cls) -> Self:
        """Of tickets whose every limit has passed."""
        return cls(received_at=(datetime.now(UTC) - timedelta(days=30)).isoformat())

    def next(self) -> Operation:
        """A new ticket to be posted; clients ask from several threads."""
        with self._lock:
            number = next(self._numbers)
            name = f"{self._name}-{number}"
            body = {**COMPLAINT, **self._changes, "product": name}
            if number % 3 == 0:
                body["external_id"] = name  # then that is the command's identity
            operation = Operation(name, body, str(uuid4()))
            self.operations.append(operation)
        return operation

    @property
    def answered(self) -> int:
        """How many were answered 201."""
        return sum(bool(one.answers) for one in self.operations)

    @property
    def stored(self) -> list[Operation]:
        return [one for one in self.operations if one.answers]

    @property
    def tickets(self) -> list[str]:
        """Their ids."""
        return [one.ticket_id for one in self.stored]

    def breaches(self, registered: Sequence[tuple[UUID, str]]) -> Iterator[str]:
        """I1 and I2, by the registrations in the store: stream and product."""
        found = defaultdict(list)
        for stream, name in registered:
            if name.startswith(self._name):
                found[name].append(str(stream))
        for operation in self.operations:
            yield from _breaches(operation, found.pop(operation.name, []))
        for name in found:
            yield f"I2: nobody asked for {name}"


def _breaches(operation: Operation, streams: Sequence[str]) -> Iterator[str]:
    least, most = {"ok": (1, 1), "unknown": (0, 1), "fail": (0, 0)}[operation.outcome]
    if not least <= len(streams) <= most:
        yield f"I1: {operation.name} is {operation.outcome}, and stored {len(streams)} times"
    told = {(one["ticket_id"], one["number"]) for one in operation.answers}
    if len(told) > 1:
        yield f"I1: {operation.name} was answered with {len(told)} tickets"
    if told and streams and {ticket_id for ticket_id, _ in told} != set(streams):
        yield f"I1: {operation.name} was answered with a ticket that is not its own"


def submit(client: Client, operation: Operation) -> Outcome:
    """One attempt; an answer that is neither 201 nor 503 is a fault of the test or the product."""
    started = time.monotonic()
    outcome: Outcome = "unknown"
    try:
        answer = client.call(
            "POST", TICKETS, json=operation.body, headers={"Idempotency-Key": operation.key}
        )
    except httpx.ConnectError:
        outcome = "fail"  # nothing was sent
    except httpx.TransportError:
        outcome = "unknown"
    else:
        assert answer.status_code in {201, 503}, (answer.status_code, answer.text)
        if answer.status_code == 201:
            outcome = "ok"
            operation.answers.append(
                {**answer.json(), "replayed": "Idempotent-Replay" in answer.headers}
            )
    operation.attempts.append(Attempt(started, time.monotonic(), outcome))
    return outcome


def check(found: Sequence[str], invariant: str | None = None) -> None:
    """Nothing may be found; with a seeded bug, the invariant that it breaks must be."""
    if invariant is None:
        assert not found, "\n".join(found[:20])
    else:
        assert invariant in {one.partition(":")[0] for one in found}, "the bug was not noticed"
