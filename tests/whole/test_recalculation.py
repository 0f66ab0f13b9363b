"""A year's days off are announced while tickets run: what was promised moves in every service."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.unit.sla import examples as ex
from tests.unit.sla.versioning import NEW_YEAR
from tests.until import until
from tests.whole.product import Json, Product, running

YEARS_END = ex.at("2026-12-30 10:00")
HOUR = timedelta(hours=1)
GUESSED, ANNOUNCED = ("2027-01-05T09:30:00Z", True), ("2027-01-06T09:30:00Z", False)


async def register(product: Product, key: str, at: datetime) -> str:
    body = {
        "kind": "complaint",
        "content": "宽带断网三天。",
        "customer": {"name": "张晓明", "account": key},
        "received_at": at.isoformat(),
    }
    made = await product.post("/intake/v1/tickets", body, Idempotency_Key=key)
    ticket_id: str = made["ticket_id"]
    return ticket_id


async def promised(product: Product, ticket_id: str) -> tuple[str, bool]:
    """When the answer is due, as intake has it from sla, and whether that is a guess."""
    ticket = await product.get(f"/intake/v1/tickets/{ticket_id}")
    [found] = [one for one in ticket["promises"] if one["clock"] == "answer"]
    return found["due_at"], found["provisional"]


async def moves(product: Product, ticket_id: str) -> list[Any]:
    history = await product.get(f"/reporting/v1/tickets/{ticket_id}/history")
    return [one["data"]["reason"] for one in history["items"] if "deadline-moved" in one["type"]]


async def recalculate(product: Product, body: Json) -> Json:
    """What it came to."""
    begun = await product.post("/sla/v1/recalculations", body)
    place = f"/sla/v1/operations/{begun['operation_id']}"

    async def is_done() -> bool:
        found: Json = await product.get(place)
        return bool(found["state"] == "done")

    await until(is_done, "recalculated")
    result: Json = (await product.get(place))["result"]
    return result


async def test_a_notice_moves_the_provisional_deadlines_of_open_tickets_alone(
    tmp_path: Path,
) -> None:
    """SLA-ENGINE: a notice is a calendar's version; its recalculation touches what was a guess."""
    async with running(tmp_path, YEARS_END, {}) as product:
        certain = await register(product, "certain", YEARS_END - timedelta(days=7))
        guessed = await register(product, "guessed", YEARS_END)
        body = {"notice": NEW_YEAR, "effective_from": (YEARS_END + HOUR).isoformat()}
        assert (await product.post("/sla/v1/calendars/cn/versions", body))["version"] == 2
        await product.pass_time(HOUR)
        told = await register(product, "told", YEARS_END + HOUR)
        before = await promised(product, certain)
        assert await promised(product, guessed) == GUESSED
        assert await promised(product, told) == ANNOUNCED

        order = {"scope": "open", "calendar": "cn", "reason": "元旦放假通知"}
        found = await recalculate(product, order)

        await product.settle()
        assert await promised(product, guessed) == ANNOUNCED
        assert await promised(product, certain) == before
        said = found["deadlines_moved"] + found["no_longer_provisional"]
        assert await moves(product, guessed) == ["元旦放假通知"] * said
        assert await moves(product, certain) == await moves(product, told) == []
        assert await product.parked() == []
        assert (await recalculate(product, order))["changed"] == 0
