"""Of an erased person revisit keeps no text, and says so once; their call-backs go on."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from services.revisit.bootstrap import Revisit
from services.revisit.handlers import HANDLERS
from services.revisit.main import create_app
from shared.contracts.intake import CustomerErased
from shared.contracts.terms import TextsErased
from shared.keys import Scope
from shared.tables import Query
from shared.vault import ERASED_TEXT, TEXTS
from tests.unit.revisit.examples import R
from tests.unit.revisit.outbound_examples import PACK, PHONE_MANAGERS
from tests.unit.support.desk import Desk, Headers, open_desk
from tests.unit.support.examples import AT, CASE, NOTIFIED

SCOPES: tuple[Scope, ...] = ("tickets:read", "revisits:write", "pii:read")
CALL_BACK = f"/revisit/v1/revisits/{R}"
TASKS = "/revisit/v1/outbound-tasks"
IN_VAIN = {"channel": "phone", "outcome": "no_answer", "note": "张女士的电话占线"}
ERASED = CustomerErased(customer_ref=CASE.customer_ref, client="crm", at=AT)
CONFIRMED = TextsErased(customer_ref=CASE.customer_ref, at=AT)


class CallDesk(Desk[Revisit]):
    """One running revisit, with one customer to call back."""

    @property
    def manager(self) -> Headers:
        """A key whose pack offers outbound tasks."""
        token = self.keys.create("crm", SCOPES, self.clock.time, (), PACK.name)
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": "a"}

    async def ok(self, path: str, body: object, headers: Headers | None = None) -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.post(path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def texts(self) -> Sequence[str]:
        rows = await self.heard.service.core.store.query(Query(TEXTS))
        return [row.text for _, row in rows]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[CallDesk]:
    async with open_desk(
        CallDesk, create_app, HANDLERS, tmp_path, AT, phone_managers=PHONE_MANAGERS
    ) as desk:
        await desk.heard.hear(NOTIFIED)
        yield desk


async def a_task(desk: CallDesk) -> str:
    """An outbound task of the same person, with a note."""
    moment = {"customer_ref": str(CASE.customer_ref), "moment": "contract-change"}
    task = await desk.ok(TASKS, moment, desk.manager)
    path: str = task["links"]["self"]
    await desk.ok(f"{path}/attempts", IN_VAIN)
    return path


async def test_what_was_said_is_deleted_and_that_is_told_once(desk: CallDesk) -> None:
    await desk.ok(f"{CALL_BACK}/attempts", IN_VAIN)
    await a_task(desk)
    assert len(await desk.texts()) == 2
    await desk.heard.hear(ERASED, ERASED)
    assert await desk.texts() == []
    assert await desk.heard.said(TextsErased) == [CONFIRMED]


async def test_the_call_back_goes_on_without_texts(desk: CallDesk) -> None:
    await desk.ok(f"{CALL_BACK}/attempts", IN_VAIN)
    await desk.heard.hear(ERASED)
    result = {"solved": False, "remarks": "仍未修好", "new_complaint": "账单有误"}
    assert (await desk.ok(f"{CALL_BACK}/result", result))["state"] == "concluded"
    assert await desk.texts() == [ERASED_TEXT, ERASED_TEXT]
    shown = (await desk.client.get(CALL_BACK)).json()
    assert shown["erased"] is True
    assert (shown["calls"][0]["note"], shown["remarks"], shown["new_complaint"]) == (None,) * 3
    masked = await desk.client.get(CALL_BACK, headers=desk.key("crm", "tickets:read"))
    assert "erased" not in masked.json()


async def test_an_outbound_task_is_shown_without_its_notes(desk: CallDesk) -> None:
    path = await a_task(desk)
    assert "erased" not in (await desk.client.get(path)).json()
    await desk.heard.hear(ERASED)
    shown = (await desk.client.get(path)).json()
    assert (shown["erased"], shown["calls"][0]["note"]) == (True, None)
