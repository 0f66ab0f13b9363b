"""Dispatch with events set aside that it could handle today, and reporting beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from uuid import UUID, uuid5

import uvicorn
from httpx import ASGITransport
from msgspec.structs import replace

from deploy.kafka.local_kafka import free_port
from services.reporting.main import create_app
from shared.codec import Metadata, encode, name_of, pack
from shared.event_store import LoggedEvent, StoredEvent
from shared.messaging.headers import read_record
from tests.e2e.system import Program, System
from tests.unit.shared.messaging.records import to_record
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.desk import open_desk
from tests.unit.support.ears import EPOCH
from tests.unit.support.examples import AT, REGISTERED, T
from tests.until import until

PARKED = (T, UUID(int=21), UUID(int=22), UUID(int=23))
"""Whose events they are, in the order in which they were set aside."""


@asynccontextmanager
async def parked_system(folder: Path) -> AsyncIterator[System]:
    """Only dispatch and reporting are there: nobody answers for the others."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        dispatch = await stack.enter_async_context(open_any("dispatch", folder))
        app = partial(create_app, transports={"dispatch": ASGITransport(dispatch.app)})
        desk = await stack.enter_async_context(open_desk(AnyDesk, app, {}, folder, AT))
        for number, ticket_id in enumerate(PARKED, 1):
            await _park(dispatch, ticket_id, number)
        config = uvicorn.Config(desk.app, port=port, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        await until(lambda: server.started, "served", 20)
        environment = {"HUIYIN_DATA": str(folder)}
        program = Program("run", (), environment, url, folder / "run.log")
        yield System("in process", {"reporting": url}, "", {"run": program})
        server.should_exit = True
        await serving


async def _park(dispatch: AnyDesk, ticket_id: UUID, number: int) -> None:
    """As if a release that could not handle the registration had set it aside."""
    event = replace(REGISTERED, ticket_id=ticket_id, number=f"T20261121-0000000{number}")
    metadata = Metadata(
        event_id=uuid5(EPOCH, f"intake/{number}"),
        recorded_at=AT,
        actor="crm",
        correlation_id=UUID(int=1),
    )
    state = pack(metadata, encode(event))
    logged = LoggedEvent(number, StoredEvent(ticket_id, 1, name_of(event), state))
    arrival = read_record(to_record("intake", EPOCH, logged, 0), "intake")
    await dispatch.heard.service.core.letters.park(arrival, "KeyError", 5)
