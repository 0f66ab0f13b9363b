"""Time runs out, and the work order goes up by itself: sla and dispatch together."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.whole.desk import Desk
from tests.whole.product import Product, running
from tests.whole.test_random_desk import MONDAY

if TYPE_CHECKING:
    from shared.testing.memory_store import Disk

LOGS = ("intake", "dispatch", "sla", "revisit")


async def order_of(product: Product, desk: Desk) -> Any:  # noqa: ANN401 - JSON
    found = await product.get("/dispatch/v1/work-orders", ticket_id=desk.tickets[0])
    [order] = found["items"]
    return order


async def test_past_the_limit_the_manager_has_it_once_whatever_is_restarted(tmp_path: Path) -> None:
    """H-07, H-11."""
    disks: dict[str, Disk] = {}
    async with running(tmp_path, MONDAY, disks) as product:
        desk = Desk(product, "hotline-400")
        await desk.register("complaint", severity="simple", category="billing")
        await product.pass_time(timedelta(minutes=29))
        assert (await order_of(product, desk))["level"] is None
        await product.pass_time(timedelta(minutes=2))
        order = await order_of(product, desk)
        assert (order["level"], order["handler"]) == ("manager", "gao-feng")
        history = await product.get(f"/reporting/v1/tickets/{desk.tickets[0]}/history")
        [taken] = [one for one in history["items"] if one["type"].endswith("taken-over.v1")]
        [cause] = [one for one in history["items"] if one["event_id"] == taken["causation_id"]]
        assert cause["data"]["escalation_id"] == taken["data"]["escalation_id"]
        assert (cause["data"]["clock"], cause["data"]["step"]) == ("answer", "level-2")
    said = {name: len(disks[name].log) for name in LOGS}
    async with running(tmp_path, MONDAY + timedelta(minutes=31), disks):
        assert {name: len(disks[name].log) for name in LOGS} == said


async def test_the_carriers_goes_to_the_province_and_that_is_what_its_clock_waits_for(
    tmp_path: Path,
) -> None:
    """U-11, U-02: within two hours of the limit, and not on to the nation."""
    async with running(tmp_path, MONDAY) as product:
        desk = Desk(product, "telecom-carrier")
        await desk.register("complaint", category="mobile-network")
        clocks = await product.get(f"/sla/v1/tickets/{desk.tickets[0]}/clocks")
        [limit] = [one["due_at"] for one in clocks["items"] if one["clock"] == "answer"]
        await product.pass_time(datetime.fromisoformat(limit) - MONDAY + timedelta(seconds=1))
        await product.pass_time(timedelta(days=9))
        order = await order_of(product, desk)
        assert (order["level"], order["department"]) == ("province", "province-service")
        clocks = await product.get(f"/sla/v1/tickets/{desk.tickets[0]}/clocks")
        [takeover] = [one for one in clocks["items"] if one["clock"] == "takeover"]
        assert takeover["state"] == "met"
