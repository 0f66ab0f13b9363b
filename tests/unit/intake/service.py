"""One running intake."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from httpx import Response

from services.intake.bootstrap import Intake
from services.intake.handlers import HANDLERS
from services.intake.main import create_app
from tests.unit.support.desk import Desk, open_desk
from tests.unit.support.examples import AT

TICKETS = "/intake/v1/tickets"
COMPLAINT = {
    "kind": "complaint",
    "content": "宽带断网三天。",
    "customer": {"name": "张晓明", "phone": "+86 138-1234-5678"},
}


class FrontDesk(Desk[Intake]):
    """One running intake."""

    async def register(self, key: str, **changes: object) -> Response:
        body = {**COMPLAINT, **changes}
        return await self.client.post(TICKETS, json=body, headers={"Idempotency-Key": key})


def open_front_desk(folder: Path) -> AbstractAsyncContextManager[FrontDesk]:
    return open_desk(FrontDesk, create_app, HANDLERS, folder, AT)
