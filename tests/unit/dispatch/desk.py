"""One running dispatch, as its callers find it."""

from typing import Any
from uuid import UUID

from httpx import Response

from services.dispatch.bootstrap import Dispatch
from tests.unit.support.desk import Desk, Headers
from tests.unit.support.examples import W

WORK_ORDERS = "/dispatch/v1/work-orders"
SOLUTION = "更换光猫，线路恢复。"
TOLD = {"about": "result", "channel": "phone", "outcome": "reached"}
PASS_ON = {"department": "key-accounts", "reason": "归大客户部"}


class WorkDesk(Desk[Dispatch]):
    """One running dispatch, with one ticket."""

    async def post(
        self, path: str, body: object = None, headers: Headers | None = None, order: UUID = W
    ) -> Response:
        url = f"{WORK_ORDERS}/{order}/{path}"
        return await self.client.post(url, json=body or {}, headers=headers)

    async def do(self, path: str, body: object = None, headers: Headers | None = None) -> Any:  # noqa: ANN401 - JSON
        answer = await self.post(path, body, headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def show(self, headers: Headers | None = None, order: UUID = W) -> Response:
        return await self.client.get(f"{WORK_ORDERS}/{order}", headers=headers)
