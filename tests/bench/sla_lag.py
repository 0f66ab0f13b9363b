"""How late escalations are raised while events come in at a steady rate."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec

from shared.codec import decode, name_of_kind, unpack
from shared.command_handler import stamp
from shared.contracts.sla import EscalationRaised
from shared.contracts.terms import Event
from shared.event_store import Append
from shared.group_commit import EventStore
from shared.messaging.envelope import Cause
from tests.bench.sla_line import Running
from tests.unit.sla import examples as ex
from tests.unit.sla import world

RATE = 300
"""Events a second: three for each ticket."""
SECONDS = 20
SPREAD = 15
"""Seconds within which a ticket's warning falls due after it was heard of."""
WARNING = timedelta(minutes=24)
CAUSE = Cause(actor="bench", correlation_id=ex.CORRELATION)
SIMPLE = ex.case(severity="simple")


async def lags(running: Running, seconds: int = SECONDS) -> list[float]:
    """Seconds from the moment at which each fell due to that at which it was raised, sorted."""
    first, tickets = await running.core.store.end(), RATE // 3 * seconds
    told, began = [], time.perf_counter()
    for number in range(tickets):
        await asyncio.sleep(max(0.0, began + number / (RATE // 3) - time.perf_counter()))
        told.append(asyncio.create_task(_tell(running, 1 + number % SPREAD)))
    await asyncio.gather(*told)
    await asyncio.sleep(SPREAD + 2)
    return sorted(await _raised(running.core.store, first))


async def _tell(running: Running, seconds: int) -> None:
    """A ticket that was entered late: its warning falls due in so many seconds."""
    ticket_id, now = uuid4(), running.core.clock.now()
    at = now - WARNING + timedelta(seconds=seconds)
    accepted = msgspec.structs.replace(world.accepted(at), ticket_id=ticket_id)
    await _append(running, "intake", ticket_id, [world.registered(at, SIMPLE, ticket_id)])
    events: list[Event] = [world.offered(at, ticket_id=ticket_id), accepted]
    await _append(running, "dispatch", ticket_id, events)


async def _append(running: Running, service: str, ticket_id: UUID, events: Sequence[Event]) -> None:
    stamped = [stamp(event, CAUSE, running.core.clock.now()) for event in events]
    await running.stores[service].append(Append(stream=ticket_id, events=stamped))


async def _raised(store: EventStore, position: int) -> list[float]:
    name, found = name_of_kind(EscalationRaised), []
    while batch := await store.read_log(position, 1000):
        position = batch[-1].position
        for logged in batch:
            if logged.event.name == name:
                event = decode("sla", name, unpack(logged.event.state)[1])
                assert isinstance(event, EscalationRaised)
                if event.step == "warning" and event.clock == "answer":
                    found.append((event.at - event.due_at).total_seconds())
    return found
