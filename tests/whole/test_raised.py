"""A ticket that a revisit raised, and one whose merger was taken back, run like any other."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.whole.by_example import give
from tests.whole.checks import of_view
from tests.whole.desk import Desk
from tests.whole.forward import Call
from tests.whole.product import PEOPLE, running
from tests.whole.test_random_desk import ENOUGH, MONDAY, PACKS

MERGE = "/intake/v1/tickets/{ticket_id}/merge"


@pytest.mark.parametrize("solved", [True, False])
async def test_a_new_complaint_in_a_revisit_is_handled_to_its_end(
    tmp_path: Path, *, solved: bool
) -> None:
    """T-13."""
    async with running(tmp_path, MONDAY) as product:
        desk = Desk(product, PACKS[0])
        await desk.register("complaint")
        [first] = desk.tickets
        while (await desk.look())[first].revisit is None:
            await desk.go_on(first)
        revisit = (await desk.look())[first].revisit or {}
        body = {"solved": solved, "new_complaint": "账单重复扣费。"}
        await product.post(f"/revisit/v1/revisits/{revisit['revisit_id']}/result", body, PEOPLE[0])
        await product.settle()
        [raised] = (await product.get(f"/intake/v1/tickets/{first}"))["raised"]
        desk.tickets.append(raised)
        views = await desk.look()
        assert (views[first].status, views[raised].status) == (
            "closed" if solved else "dispatched",
            "dispatched",
        )
        assert {one["clock"] for one in views[raised].clocks} >= {"answer"}
        assert [*of_view(views[first]), *of_view(views[raised])] == []
        for _ in range(ENOUGH):
            await desk.go_on(raised)
        assert (await desk.look())[raised].status == "closed"
        assert await product.parked() == []


async def test_a_ticket_that_was_not_the_same_matter_after_all_is_handled_to_its_end(
    tmp_path: Path,
) -> None:
    """SLA-ENGINE: unmerge goes on as though never merged; what fell due meanwhile is raised."""
    async with running(tmp_path, MONDAY) as product:
        desk = Desk(product, PACKS[0])
        await give(desk, MERGE)
        merged = desk.tickets[0]
        before = (await desk.look())[merged]
        assert before.status == "merged"
        await product.pass_time(timedelta(days=10))
        back = Call(f"/intake/v1/tickets/{merged}/unmerge", {}, PEOPLE[0])
        view = (await desk.send(back)).after[merged]
        assert (view.status, [*of_view(view)]) == ("dispatched", [])
        answer = next(one for one in view.clocks if one["clock"] == "answer")
        assert answer["state"] == "missed"
        assert {one["state"] for one in answer["rungs"]} == {"raised"}
        [promise] = [one for one in view.ticket["promises"] if one["clock"] == "answer"]
        assert (promise["state"], promise["due_at"]) == ("missed", answer["due_at"])
        for _ in range(ENOUGH):
            await desk.go_on(merged)
        assert (await desk.look())[merged].status == "closed"
        assert await product.parked() == []
