"""Clients that do not give up: what was not answered is sent again, under the same key."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.system import Client, System
from tests.eventually import eventually
from tests.faults.ledger import Ledger, Operation, submit

PATIENCE = 90.0
"""Seconds: a service may be down, started anew, and have to catch up."""


class PatientClient(Client):
    """A clerk who repeats every call until it is answered."""

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        headers = {"Idempotency-Key": str(uuid4()), **options.pop("headers", {})}

        def attempt() -> httpx.Response | None:
            try:
                answer = super(PatientClient, self).call(method, path, headers=headers, **options)
            except httpx.TransportError:
                return None
            return None if answer.status_code == 503 else answer

        return eventually(attempt, f"an answer to {method} {path}", PATIENCE)


@contextmanager
def patient(system: System) -> Iterator[PatientClient]:
    """One who may do all."""
    client = PatientClient(system, system.key)
    try:
        yield client
    finally:
        client.close()


class Load:
    """Clients that post side by side, each ticket until it is stored.

    Some are `impatient`, by that part of their tickets: those get one attempt only.
    """

    def __init__(
        self, system: System, ledger: Ledger, tickets: int | None, impatient: float, seed: int
    ) -> None:
        self.ledger = ledger
        self.ended = threading.Event()
        self.failed = threading.Event()
        self._system = system
        self._left = tickets
        self._impatient = impatient
        self._random = random.Random(seed)  # noqa: S311 - the same in every run
        self._lock = threading.Lock()

    def post(self) -> None:
        """What one client does."""
        client = self._system.client()
        try:
            while (operation := self._next()) is not None:
                if self._random.random() < self._impatient:
                    submit(client, operation)
                else:
                    self._submit_patiently(client, operation)
        except BaseException:
            self.failed.set()
            raise
        finally:
            client.close()

    def _next(self) -> Operation | None:
        with self._lock:
            if self._left == 0 or self.ended.is_set() or self.failed.is_set():
                return None
            if self._left is not None:
                self._left -= 1
            return self.ledger.next()

    def _submit_patiently(self, client: Client, operation: Operation) -> None:
        def attempt() -> bool:
            return submit(client, operation) == "ok" or self.failed.is_set()

        eventually(attempt, f"an answer to {operation.name}", PATIENCE)

    def wait_for(self, more: int) -> None:
        """Returns when so many more tickets were stored, or when all were posted."""
        wanted = self.ledger.answered + more

        def look() -> bool:
            return self.ledger.answered >= wanted or self._left == 0 or self.failed.is_set()

        eventually(look, f"{more} more tickets", PATIENCE, every=0.005)


@contextmanager
def posting(
    system: System,
    ledger: Ledger,
    *,
    tickets: int | None = None,
    clients: int = 4,
    impatient: float = 0.0,
    seed: int = 0,
) -> Iterator[Load]:
    """Clients post so many tickets, or until the context is left; waits for the last answers."""
    load = Load(system, ledger, tickets, impatient, seed)
    with ThreadPoolExecutor(clients) as pool:
        working = [pool.submit(load.post) for _ in range(clients)]
        try:
            yield load
        except BaseException:
            load.failed.set()
            raise
        finally:
            if tickets is None:
                load.ended.set()
    for one in working:
        one.result()
