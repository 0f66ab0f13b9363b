"""A regulation changes while everything runs: each ticket goes by the version of its own time."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.unit.sla.versioning import next_version
from tests.whole.product import Json, Product, running
from tests.whole.test_random_desk import MONDAY

if TYPE_CHECKING:
    from shared.testing.memory_store import Disk

SINCE = MONDAY + timedelta(hours=1)
BEFORE, AFTER = SINCE - timedelta(minutes=1), SINCE
SECOND = (
    next_version("5wd")
    + """
contact:
  before_unreachable: { calls: 2, apart: 2h }
  written_answer: [phone]
revisit:
  exempt: []
  before_unreachable: { calls: 1, apart: 2h }
"""
)
TOLD: Json = {"about": "result", "channel": "phone", "outcome": "reached"}


async def publish(product: Product) -> None:
    body = {"pack": SECOND, "effective_from": SINCE.isoformat()}
    answer = await product.post("/sla/v1/packs/hotline-400/versions", body)
    assert answer["version"] == 2


async def register(product: Product, key: str, at: datetime) -> str:
    body = {
        "kind": "complaint",
        "content": "宽带断网三天。",
        "channel": "phone",
        "category": "billing",
        "customer": {"name": "张晓明", "account": key},
        "received_at": at.isoformat(),
    }
    made = await product.post("/intake/v1/tickets", body, Idempotency_Key=key)
    ticket_id: str = made["ticket_id"]
    return ticket_id


async def judged(product: Product, ticket_id: str) -> tuple[int, str, bool]:
    """The stamp of the registration, sla's limit of the answer, and what dispatch made of it."""
    history = await product.get(f"/reporting/v1/tickets/{ticket_id}/history")
    registered, *_ = [one for one in history["items"] if "ticket-registered" in one["type"]]
    clocks = await product.get(f"/sla/v1/tickets/{ticket_id}/clocks")
    [due] = [one["due_at"] for one in clocks["items"] if one["clock"] == "answer"]
    order = await the_one(product, "/dispatch/v1/work-orders", ticket_id)
    return registered["data"]["case"]["pack_version"], due[:10], order["written_answer_due"]


async def the_one(product: Product, path: str, ticket_id: str) -> Any:  # noqa: ANN401 - JSON
    [found] = (await product.get(path, ticket_id=ticket_id))["items"]
    return found


async def called_back_in_vain(product: Product, ticket_id: str) -> int:
    """Handled to its revisit, where one call reaches nobody: how `unreachable` is answered."""
    order = await the_one(product, "/dispatch/v1/work-orders", ticket_id)
    at = f"/dispatch/v1/work-orders/{order['work_order_id']}"
    await product.post(f"{at}/acceptance", {"handler": "xu-lei"})
    await product.post(f"{at}/completion", {"solution": "已退费。"})
    await product.post(f"{at}/customer-notice", TOLD)
    revisit = await the_one(product, "/revisit/v1/revisits", ticket_id)
    at = f"/revisit/v1/revisits/{revisit['revisit_id']}"
    await product.post(f"{at}/attempts", {"channel": "phone", "outcome": "no_answer"})
    answer = await product.call("POST", f"{at}/result", json={"unreachable": True})
    return answer.status_code


OLD, NEW = (1, "2026-11-26", False), (2, "2026-11-30", True)


async def test_each_service_judges_a_ticket_by_the_version_of_its_time(tmp_path: Path) -> None:
    """ARCHITECTURE: intake stamps it; sla, dispatch (H-17) and revisit (H-19) go by the stamp."""
    disks: dict[str, Disk] = {}
    async with running(tmp_path, MONDAY, disks) as product:
        await publish(product)
        early = await register(product, "early", MONDAY)
        await product.pass_time(timedelta(hours=1))
        late = await register(product, "late", BEFORE)
        new = await register(product, "new", AFTER)
        assert [await judged(product, one) for one in (early, late, new)] == [OLD, OLD, NEW]
        assert [await called_back_in_vain(product, one) for one in (late, new)] == [409, 200]
        assert await product.parked() == []
    async with running(tmp_path, SINCE + timedelta(hours=1), disks) as product:
        late = await register(product, "later", BEFORE)
        new = await register(product, "newer", AFTER)
        assert [await judged(product, one) for one in (early, late, new)] == [OLD, OLD, NEW]
        assert await called_back_in_vain(product, new) == 200
