"""What lies in the services' stores, against what was asked for and what is shown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from shared.codec import unpack
from shared.contracts.sla import STEPS
from shared.event_store import StoredEvent
from shared.eventsourcing_store import open_backend
from shared.messaging.topics import PUBLISHERS
from tests.e2e.desk import kinds
from tests.e2e.system import System
from tests.eventually import eventually
from tests.faults.ledger import Ledger
from tests.faults.load import patient
from tests.faults.watcher import Histories, Watcher

PAGE = 500
REST_TIME = 90.0
LOST = 10.0
"""Seconds to wait, once all is read, for what will never come."""
FIRST = Counter(
    {"ticket-registered": 1, "work-order-offered": 1, "clock-started": 3, "clock-met": 1}
)
"""The whole history of a ticket that nobody has worked on yet: it was dispatched in time, and its
answer and the word of how it is handled are awaited."""
CALLS = sorted([*STEPS, *(("warning", "level-2") * 2)])
"""Of one whose every limit has passed: for the answer, and for two notices."""
OVERDUE = FIRST + Counter({"clock-started": 1, "escalation-raised": len(CALLS), "clock-missed": 3})
"""Its whole history: the notice that the answer is overdue is awaited as well."""

EARLY = "delay-heard"
"""What dispatch keeps where it hears of a missed limit before it has offered the work order."""


@dataclass(frozen=True)
class Logged:
    """One event as it lies in a service's log."""

    stream: UUID
    version: int
    name: str
    event_id: str
    data: Mapping[str, Any]

    @property
    def about(self) -> str | None:
        """The ticket that it names."""
        return self.data.get("ticket_id") or self.data.get("subject_id")


Logs = Mapping[str, Sequence[Logged]]
"""By service."""


def log_of(system: System, service: str) -> list[Logged]:
    """The service's whole log; on SQLite its process must have ended."""
    environment = next(iter(system.programs.values())).environment
    url = environment.get("HUIYIN_STORE", f"sqlite:{environment['HUIYIN_DATA']}/{service}.db")
    backend = open_backend(url, service, [])
    found: list[Logged] = []
    position = 0
    try:
        while page := backend.read_log(position, PAGE):
            position = page[-1].position
            found += [_logged(one.event) for one in page]
    finally:
        backend.close()
    return found


def _logged(event: StoredEvent) -> Logged:
    metadata, data = unpack(event.state)
    return Logged(
        stream=event.stream,
        version=event.version,
        name=event.name.rpartition(".")[0],
        event_id=str(metadata.event_id),
        data=msgspec.json.decode(data),
    )


def registrations(log: Iterable[Logged]) -> list[tuple[UUID, str]]:
    """Of intake's log: each new ticket, and whose operation it was."""
    return [(one.stream, one.data["product"]) for one in log if one.name == "ticket-registered"]


def in_order(log: Iterable[Logged]) -> Iterator[str]:
    """I3: each stream's versions are 1 to n, in the log's order."""
    versions: dict[UUID, int] = {}
    for one in log:
        if one.version != versions.get(one.stream, 0) + 1:
            yield f"I3: version {one.version} of {one.stream} is out of order"
        versions[one.stream] = one.version


def breaches(
    system: System, ledger: Ledger, whole: Counter[str] = FIRST, seconds: float = REST_TIME
) -> list[str]:
    """What was lost or is there twice, of the ledger's tickets, once the system is at rest.

    `whole` are the events of each ticket's history. A system over SQLite is stopped.
    """
    with patient(system) as client:
        watcher = Watcher(client)
        if found := watcher.settle(ledger, whole, seconds):
            return found
        orders = watcher.orders()
    if "run" in system.programs:
        system.stop()
    logs = {service: log_of(system, service) for service in PUBLISHERS}
    return [
        *ledger.breaches(registrations(logs["intake"])),
        *(one for log in logs.values() for one in in_order(log)),
        *_offered(ledger.tickets, orders, logs["dispatch"]),
        *_escalated(ledger.tickets, whole, logs["sla"]),
        *_told(watcher.histories, whole, logs),
    ]


def lost(system: System, ledger: Ledger) -> list[str]:
    """What never arrived though all is read: before, on a slow machine, much is still under way."""
    with patient(system) as client:
        eventually(lambda: not Watcher(client).unread(), "all is read", REST_TIME)
    return breaches(system, ledger, seconds=LOST)


def _offered(tickets: Iterable[str], orders: Counter[str], log: Iterable[Logged]) -> Iterator[str]:
    """I4: each ticket was offered once, and is shown with one work order."""
    offered = Counter(one.about for one in log if one.name == "work-order-offered")
    for ticket_id in tickets:
        if (offered[ticket_id], orders[ticket_id]) != (1, 1):
            yield f"I4: {ticket_id}: {offered[ticket_id]} offers, {orders[ticket_id]} work orders"


def _escalated(tickets: Iterable[str], whole: Counter[str], log: Iterable[Logged]) -> Iterator[str]:
    """I8: of each ticket every step was raised once or none was; no two escalations are alike."""
    raised = [one for one in log if one.name == "escalation-raised"]
    steps: dict[str | None, list[str]] = {}
    for one in raised:
        steps.setdefault(one.about, []).append(one.data["step"])
    wanted = CALLS if whole["escalation-raised"] else []
    for ticket_id in tickets:
        if sorted(steps.get(ticket_id, [])) != wanted:
            yield f"I8: {ticket_id} was escalated by {steps.get(ticket_id, [])}"
    if len({one.data["escalation_id"] for one in raised}) < len(raised):
        yield "I8: two escalations are alike"


def _told(histories: Histories, whole: Counter[str], logs: Logs) -> Iterator[str]:
    """I4: a history is what the logs hold, each event once, and the whole of it."""
    ids: dict[str | None, list[str]] = {}
    for log in logs.values():
        for one in log:
            ids.setdefault(one.about, []).append(one.event_id)
    for ticket_id, items in histories.items():
        if sorted(item["event_id"] for item in items) != sorted(ids.get(ticket_id, [])):
            yield f"I4: the history of {ticket_id} is not what is stored"
        if Counter(kind for kind in kinds(items) if kind != EARLY) != whole:
            yield f"I4: the history of {ticket_id} is {kinds(items)}"
