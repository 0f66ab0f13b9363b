"""Dispatch with letters that it could handle today, and reporting beside it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from httpx import ASGITransport, Response

from services.reporting.main import create_app
from shared.codec import Metadata, encode, name_of, pack
from shared.contracts.terms import Event
from shared.event_store import LoggedEvent, StoredEvent
from shared.messaging.headers import read_record
from tests.unit.shared.messaging.records import to_record
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.desk import open_desk
from tests.unit.support.ears import EPOCH
from tests.unit.support.examples import AT, CLOCK_STARTED

LETTERS = "/reporting/v1/dead-letters"
OTHER = UUID(int=77)
REASON = "release 1.2 reads it"


@dataclass
class Desks:
    """Dispatch, with letters, and reporting; nobody else answers."""

    dispatch: AnyDesk
    reporting: AnyDesk

    async def park(self, subject: UUID, event: Event, value: bytes | None = None) -> str:
        """As if an older release could not handle it; `value` in place of its bytes."""
        positions = self.dispatch.heard.positions
        positions["parked"] = number = positions.get("parked", 0) + 1
        metadata = Metadata(
            event_id=uuid5(EPOCH, f"parked/{number}"),
            recorded_at=AT,
            actor="crm",
            correlation_id=UUID(int=1),
        )
        state = pack(metadata, value or encode(event))
        publisher = "sla" if event is CLOCK_STARTED else "intake"
        logged = LoggedEvent(number, StoredEvent(subject, number, name_of(event), state))
        arrival = read_record(to_record(publisher, EPOCH, logged, 0), publisher)
        letters = self.dispatch.heard.service.core.letters
        return str((await letters.park(arrival, "KeyError", 3)).letter_id)

    async def ask(self, act: str, headers: dict[str, str] | None = None, **body: Any) -> Response:  # noqa: ANN401 - JSON
        return await self.reporting.client.post(f"{LETTERS}:{act}", json=body, headers=headers)

    async def said(self, act: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        answer = await self.ask(act, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def listed(self, state: str = "parked") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.reporting.items(LETTERS, state=state)
        return found


@asynccontextmanager
async def open_desks(folder: Path) -> AsyncIterator[Desks]:
    async with AsyncExitStack() as stack:
        dispatch = await stack.enter_async_context(open_any("dispatch", folder))
        app = partial(create_app, transports={"dispatch": ASGITransport(dispatch.app)})
        reporting = await stack.enter_async_context(open_desk(AnyDesk, app, {}, folder, AT))
        yield Desks(dispatch, reporting)
