"""The system's own ticket goes through the whole line, and nobody but on-call ever sees it."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from services.intake.rows import CANARIES
from services.reporting import canary
from services.revisit.projections import ENDINGS
from shared.canary import CANARY, is_canary
from tests.until import until
from tests.whole.product import Product, running
from tests.whole.test_random_desk import MONDAY

if TYPE_CHECKING:
    from shared.testing.memory_store import Disk

EVERY = 300
MONTH = f"{MONDAY:%Y-%m}"
RAISED = timedelta(seconds=61)
NEXT = timedelta(seconds=EVERY)
LATE = timedelta(seconds=canary.LATE_AFTER + 1)
LISTS = (
    "/intake/v1/tickets",
    "/dispatch/v1/work-orders",
    "/sla/v1/due?within=1d",
    "/sla/v1/escalations",
    "/revisit/v1/revisits",
)


def store_of(product: Product, service: str) -> Any:  # noqa: ANN401 - EventStore
    return product.apps[service].state.service.core.store


async def standing(product: Product) -> Any:  # noqa: ANN401 - JSON
    return await product.get("/reporting/v1/canary")


async def posted(product: Product, trips: int) -> None:
    """Returns when reporting has heard of so many, and all that they brought about at once."""
    await until(lambda: _has(product, trips), f"canary {trips} is posted", every=0.002)
    await product.settle()


async def reached(product: Product, *stages: str) -> None:
    """Returns when the newest canary has come as far as that, and no farther."""

    async def is_there() -> bool:
        trips = (await standing(product))["trips"]
        return bool(trips) and [one["stage"] for one in trips[0]["reached"]] == [*stages]

    await until(is_there, f"the newest canary has reached {stages}", every=0.002)


async def _has(product: Product, trips: int) -> bool:
    return len((await standing(product))["trips"]) == trips


async def metrics(product: Product) -> str:
    return (await product.call("GET", "/metrics")).text


async def brought_back(product: Product) -> Any:  # noqa: ANN401 - JSON
    await product.pass_time(RAISED)
    return await standing(product)


async def test_a_canary_comes_back_within_a_minute_and_the_one_before_it_is_taken_back(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, MONDAY, canary_seconds=EVERY) as product:
        await posted(product, 1)
        found = await standing(product)
        assert found["trips"][0]["back_at"] is None
        assert not found["late"], "it has only just set out"
        found = await brought_back(product)
        assert (found["late"], found["hangs_at"]) == (False, None)
        assert found["seconds_since_back"] == 0
        first = found["trips"][0]
        assert [one["stage"] for one in first["reached"]] == [one.name for one in canary.STAGES]
        await product.pass_time(NEXT)
        await posted(product, 2)
        history = await product.get(f"/reporting/v1/tickets/{first['ticket_id']}/history")
        told = {one["type"].partition(".")[0] for one in history["items"]}
        assert told >= {"ticket-withdrawn", "work-order-cancelled", "clock-cancelled"}
        assert await store_of(product, "revisit").get(ENDINGS, first["ticket_id"]) is None
        assert await product.parked() == []


async def test_a_canary_of_a_time_to_come_hides_no_late_one(tmp_path: Path) -> None:
    """The machine's clock had been set ahead, and is right again."""
    async with running(tmp_path, MONDAY, canary_seconds=EVERY) as product:
        await posted(product, 1)
        assert (await brought_back(product))["last_back_at"] is not None
        product.clock.time -= timedelta(days=60)
        found = await standing(product)
        assert (found["trips"], found["last_back_at"]) == ([], None)


async def test_a_canary_stands_in_no_list_and_calls_on_nobody(tmp_path: Path) -> None:
    async with running(tmp_path, MONDAY, canary_seconds=EVERY) as product:
        await posted(product, 1)
        found = await brought_back(product)
        ticket_id = found["trips"][0]["ticket_id"]
        assert is_canary(ticket_id)
        for path in LISTS:
            assert (await product.get(path))["items"] == [], path
        timers = await product.get("/sla/v1/timers")
        assert (timers["groups"], timers["next_due_at"]) == ([], None)
        assert timers["raising"]["raised"] == 1, "but how soon it was raised counts"
        for path in (f"/intake/v1/tickets/{ticket_id}", f"/intake/v1/tickets/{ticket_id}/answer"):
            answer = await product.call("POST" if path.endswith("answer") else "GET", path, json={})
            assert answer.status_code in {404, 422}, path
        history = await product.get(f"/reporting/v1/tickets/{ticket_id}/history")
        [raised] = [one for one in history["items"] if one["type"] == "escalation-raised.v1"]
        assert raised["data"]["addressee"] == [CANARY]


async def test_a_canary_is_in_no_figure(tmp_path: Path) -> None:
    async with running(tmp_path / "without", MONDAY) as product:
        await product.pass_time(RAISED)
        without = await figures(product)
    async with running(tmp_path / "with", MONDAY, canary_seconds=EVERY) as product:
        await posted(product, 1)
        await brought_back(product)
        assert await figures(product) == without


async def figures(product: Product) -> list[Any]:
    """As a month and by whatever they can be divided, without when they were asked for."""
    found = []
    for head in ("", "&group_by=department", "&group_by=kind"):
        answer = await product.call("GET", f"/reporting/v1/figures?month={MONTH}{head}")
        assert answer.status_code == 200, answer.text
        found.append({**answer.json(), "as_of": None})
    return found


async def test_canaries_after_a_restart_go_on_where_they_were(tmp_path: Path) -> None:
    disks: dict[str, Disk] = {}
    async with running(tmp_path, MONDAY, disks, EVERY) as product:
        await posted(product, 1)
        await brought_back(product)
    later = MONDAY + timedelta(hours=8)
    async with running(tmp_path, later, disks, EVERY) as product:
        assert not (await standing(product))["late"], "it has not been able to look yet"
        await posted(product, 2)
        [newest, earlier] = (await brought_back(product))["trips"]
        assert newest["back_at"] > earlier["back_at"]
        kept = await store_of(product, "intake").get(CANARIES, CANARY)
        assert [str(one) for one in kept.ticket_ids] == [newest["ticket_id"]]


async def stop_the_watch(product: Product) -> None:
    """Sla hears everything and says nothing."""
    [watch] = [one for one in product.line("sla").tasks if one.get_name() == "sla watch"]
    watch.cancel()


async def test_a_stage_that_stands_still_is_named_and_what_comes_back_ends_the_alarm(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, MONDAY, canary_seconds=EVERY) as product:
        await posted(product, 1)
        await brought_back(product)
        await stop_the_watch(product)
        product.clock.time += NEXT
        await reached(product, "registered", "dispatched")
        assert not (await standing(product))["late"], "nobody is late before the time"
        product.clock.time += LATE
        found = await standing(product)
        assert (found["late"], found["hangs_at"], found["service"]) == (
            True,
            "clock_started",
            "sla",
        )
        assert "huiyin_canary_late 1.0" in await metrics(product)
        watch = asyncio.create_task(product.apps["sla"].state.service.watch.run())
        await reached(product, *[one.name for one in canary.STAGES])
        assert not (await standing(product))["late"]
        watch.cancel()


async def test_a_canary_that_only_looked_at_intake_would_not_see_that_sla_stands_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seeded bug: what the test before this one catches."""
    monkeypatch.setattr(canary, "STAGES", canary.STAGES[:1])
    async with running(tmp_path, MONDAY, canary_seconds=EVERY) as product:
        await stop_the_watch(product)
        await reached(product, "registered")
        product.clock.time += LATE
        assert not (await standing(product))["late"]


async def test_metrics_say_how_old_each_stage_is(tmp_path: Path) -> None:
    async with running(tmp_path, MONDAY, canary_seconds=EVERY) as product:
        await posted(product, 1)
        await brought_back(product)
        product.clock.time += timedelta(seconds=30)
        told = await metrics(product)
        assert 'huiyin_canary_age_seconds{stage="back"} 30.0' in told
        assert 'huiyin_canary_age_seconds{stage="dispatched"} 91.0' in told
        assert "huiyin_canary_late 0.0" in told


async def test_without_canaries_there_is_neither_an_alarm_nor_a_figure(tmp_path: Path) -> None:
    async with running(tmp_path, MONDAY) as product:
        product.clock.time += timedelta(days=1)
        found = await standing(product)
        assert (found["every_seconds"], found["late"], found["trips"]) == (None, False, [])
        assert "huiyin_canary" not in await metrics(product)
