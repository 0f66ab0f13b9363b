"""One running revisit, as its callers find it."""

from uuid import UUID

import msgspec
from httpx import Response

from services.revisit.bootstrap import Revisit
from shared.contracts.terms import Tier
from tests.unit.revisit.examples import R
from tests.unit.support.desk import Desk, Headers
from tests.unit.support.examples import CASE, NOTIFIED, T

REVISITS = "/revisit/v1/revisits"
SOLVED = {"solved": True, "score": 5}
NO_ANSWER = {"channel": "phone", "outcome": "no_answer"}
REMARKS = "维修师傅很耐心。"


class CallDesk(Desk[Revisit]):
    """One running revisit, with one customer to call back."""

    async def told(self, ticket_id: UUID = T, tier: Tier = "standard", **case: str) -> None:
        """A ticket whose customer was told the result."""
        told = msgspec.structs.replace(CASE, tier=tier, **case)
        await self.heard.hear(msgspec.structs.replace(NOTIFIED, ticket_id=ticket_id, case=told))

    async def attempt(self, revisit_id: UUID = R, **body: object) -> Response:
        return await self.client.post(f"{REVISITS}/{revisit_id}/attempts", json=NO_ANSWER | body)

    async def conclude(self, body: object = SOLVED, headers: Headers | None = None) -> Response:
        return await self.client.post(f"{REVISITS}/{R}/result", json=body, headers=headers)
