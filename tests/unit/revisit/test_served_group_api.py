"""Served groups over HTTP: who is in one, who is spared, and who may see its size."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from services.revisit.bootstrap import Revisit
from services.revisit.handlers import HANDLERS
from services.revisit.main import create_app
from shared.contracts.revisit import OutboundTaskSuppressed, ServedGroupImported
from tests.unit.support.desk import Desk, Headers, code_of, open_desk
from tests.unit.support.examples import AT, HOUR

GROUPS = "/revisit/v1/served-groups"
TASKS = "/revisit/v1/outbound-tasks"
MEMBER, STRANGER = str(UUID(int=5)), str(UUID(int=6))


class ServingDesk(Desk[Revisit]):
    """One running revisit; its keys go by the pack that serves a group."""

    pack = "mobile-key-account"

    async def bring(self, headers: Headers | None = None, **body: object) -> Response:
        every = {"Idempotency-Key": str(uuid4()), **(headers or {})}
        whole = {"month": "2026-11", "customer_refs": [MEMBER], **body}
        return await self.client.post(GROUPS, json=whole, headers=every)

    async def moment(self, customer: str, headers: Headers | None = None, **body: object) -> str:
        """The state of a new task."""
        every = {"Idempotency-Key": str(uuid4()), **(headers or {})}
        whole = {"customer_ref": customer, "moment": "contract-change", **body}
        answer = await self.client.post(TASKS, json=whole, headers=every)
        assert answer.status_code == 201, answer.text
        state: str = answer.json()["state"]
        return state


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[ServingDesk]:
    async with open_desk(ServingDesk, create_app, HANDLERS, tmp_path, AT) as desk:
        yield desk


async def test_a_month_is_imported_in_several_requests(desk: ServingDesk) -> None:
    """M-01."""
    first = await desk.bring(start_count=2)
    assert (first.status_code, first.headers["etag"]) == (201, '"1"')
    group = {"client": "desk", "month": "2026-11", "customers": 1}
    counts = {"start_count": 2, "end_count": None}
    assert first.json() == {**group, **counts, "version": 1}
    assert first.headers["location"] == f"{GROUPS}?month=2026-11"
    second = await desk.bring(customer_refs=[MEMBER, STRANGER], end_count=3)
    whole = {**group, "customers": 2, "start_count": 2, "end_count": 3, "version": 2}
    assert second.json() == whole
    assert await desk.items(GROUPS) == await desk.items(GROUPS, month="2026-11") == [whole]
    assert await desk.items(GROUPS, month="2026-12") == []


async def test_the_same_key_imports_once(desk: ServingDesk) -> None:
    once = {"Idempotency-Key": "a"}
    first = await desk.bring(once)
    await desk.bring(customer_refs=[STRANGER])
    again = await desk.bring(once)
    assert again.headers["idempotent-replay"] == "true"
    assert again.content == first.content
    assert code_of(await desk.bring(once, end_count=1)) == (422, "idempotency-key-reused")
    assert len(await desk.heard.said(ServedGroupImported)) == 2


async def test_it_needs_a_key(desk: ServingDesk) -> None:
    answer = await desk.client.post(GROUPS, json={"month": "2026-11", "end_count": 1})
    assert code_of(answer) == (400, "idempotency-key-required")


async def test_five_thousand_customers_are_one_request(desk: ServingDesk) -> None:
    """M-01."""
    refs = [str(UUID(int=number)) for number in range(5000)]
    assert (await desk.bring(customer_refs=refs)).json()["customers"] == 5000
    assert await desk.moment(str(UUID(int=4999))) == "due"
    assert await desk.moment(str(UUID(int=5000))) == "suppressed"


async def test_who_is_not_in_the_months_group_is_spared(desk: ServingDesk) -> None:
    """M-01."""
    assert await desk.moment(STRANGER) == "due", "nobody was imported yet"
    await desk.bring()
    assert await desk.moment(MEMBER) == "due"
    assert await desk.moment(STRANGER) == "suppressed"
    assert await desk.moment(STRANGER, exempt=True) == "suppressed"
    said = await desk.heard.said(OutboundTaskSuppressed)
    assert [one.exempted_by for one in said] == ["served-group", "client"]
    await desk.bring(customer_refs=[STRANGER])
    assert await desk.moment(STRANGER) == "due"


async def test_the_month_is_that_of_the_moment_in_the_packs_zone(desk: ServingDesk) -> None:
    """M-01: in Shanghai December begins at 16:00 UTC."""
    await desk.bring()
    december = datetime(2026, 11, 30, 16, tzinfo=UTC)
    desk.clock.time = december + HOUR
    assert await desk.moment(STRANGER) == "due"
    november = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC).isoformat()
    assert await desk.moment(STRANGER, at=november) == "suppressed"


async def test_counts_alone_spare_nobody(desk: ServingDesk) -> None:
    """M-01."""
    await desk.bring(customer_refs=[], start_count=10)
    assert await desk.moment(STRANGER) == "due"


async def test_a_group_is_its_clients_alone(desk: ServingDesk) -> None:
    """M-01."""
    await desk.bring()
    shop = desk.key("shop", "tickets:read", "revisits:write")
    assert await desk.items(GROUPS, shop) == []
    assert await desk.moment(STRANGER, shop) == "due"
    await desk.bring(shop, month="2026-10")
    assert [one["client"] for one in await desk.items(GROUPS, shop)] == ["shop"]
    months = [one["month"] for one in await desk.pages(f"{GROUPS}?limit=1")]
    assert months == ["2026-11", "2026-10"], "the newest first, page by page"


async def test_other_packs_serve_everybody(desk: ServingDesk) -> None:
    """M-01."""
    token = desk.keys.create("desk", ("admin",), AT, (), "travel-platform")
    await desk.bring()
    travel = {"Authorization": f"Bearer {token}"}
    assert await desk.moment(STRANGER, travel) == "due"


@pytest.mark.parametrize(
    "body",
    [
        {"month": "2026-13"},
        {"month": "1999-12"},
        {"month": "202٦-11"},
        {"month": "2026-11\n"},
        {"customer_refs": ["张三"]},
        {"customer_refs": []},
        {"customer_refs": [MEMBER] * 5001},
        {"start_count": -1},
        {"end_count": 1.5},
        {"start_count": True},
    ],
)
async def test_a_group_of_another_form_is_refused(desk: ServingDesk, body: dict[str, Any]) -> None:
    assert code_of(await desk.bring(**body)) == (422, "malformed")
    assert await desk.heard.log() == []


@pytest.mark.parametrize("month", ["2026-13", "november", "\0"])
async def test_a_month_that_is_none_is_not_looked_for(desk: ServingDesk, month: str) -> None:
    answer = await desk.client.get(GROUPS, params={"month": month})
    assert code_of(answer) == (422, "malformed")
