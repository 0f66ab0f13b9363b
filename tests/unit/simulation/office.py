"""An API that says yes to everything and remembers what it was told."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx

from services.cli.simulation.desk import Desk
from services.cli.simulation.server_time import Reading, ServerTime
from services.cli.simulation.tally import Tally

Answer = Callable[[httpx.Request], httpx.Response | None]
NOW = datetime(2026, 11, 29, 2, tzinfo=UTC)
ROUNDS = 3
ROLES = ("main", "help", "appeal")


@dataclass
class Office:
    """`answer` may answer first; what it leaves is taken and answered as the API would."""

    answer: Answer = lambda _: None
    handler: str | None = "x"
    raised_at: datetime = NOW
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[httpx.Headers] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        given = self.answer(request)
        if given is not None:
            return given
        path = request.url.path
        if request.method == "GET":
            return httpx.Response(200, json=self._found(request), headers={"ETag": '"7"'})
        self.told.append((path, json.loads(request.content)))
        self.headers.append(request.headers)
        made = str(uuid5(NAMESPACE_URL, f"{path}/{len(self.told)}"))
        name = {"contacts": "contact_id", "outbound-tasks": "task_id"}.get(path.split("/")[-1])
        return httpx.Response(200, json={name or "ticket_id": made})

    def _found(self, request: httpx.Request) -> dict[str, Any]:
        path = request.url.path
        if path == "/reporting/v1/topics":
            return {"as_of": NOW.isoformat()}
        if path == "/dispatch/v1/work-orders":
            roles = [(number, role) for number in range(1, ROUNDS + 1) for role in ROLES]
            return _items(
                {
                    "round": number,
                    "role": role,
                    "work_order_id": f"{role}-{number}",
                    "department": "field-service",
                    "handler": self.handler,
                }
                for number, role in roles
            )
        if path == "/revisit/v1/revisits":
            numbers = range(1, ROUNDS + 1)
            return _items({"round": number, "revisit_id": f"r-{number}"} for number in numbers)
        if path == "/sla/v1/escalations":
            ids, raised_at = ("e-1", "e-2"), self.raised_at.isoformat()
            return _items({"escalation_id": one, "raised_at": raised_at} for one in ids)
        return {"status": "closed", "customer": {"customer_ref": "c-1"}}


def _items(items: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"items": list(items), "next_cursor": None}


@asynccontextmanager
async def desk_at(office: Office, reviewer: str | None = "hy_reviewer") -> AsyncIterator[Desk]:
    transport = httpx.MockTransport(office.handle)
    async with httpx.AsyncClient(transport=transport, base_url="http://huiyin") as http:
        yield Desk(http, {}, Tally(), reviewer)


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"code": code, "title": f"What {code} means.", "errors": [{"detail": "look here"}]}
    return httpx.Response(status, json=body, headers=headers)


def standing_still() -> ServerTime:
    """A clock at NOW that all but stands."""
    return ServerTime(Reading(-100.0, NOW, -100.0), Reading(0.0, NOW, 0.0))
