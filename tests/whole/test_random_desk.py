"""Whatever people do, in whatever order: services agree, and every ticket can be brought to an end.

A failure names the calls that led to it. A step is a number, spread by the pack and its place
among the steps: so even the simplest list that hypothesis tries is as varied as any other.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.whole.by_example import EXAMPLES, give
from tests.whole.checks import breaches
from tests.whole.desk import KINDS, Desk
from tests.whole.product import running
from tests.whole.views import ENDS

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PACKS = ("hotline-400", "travel-platform", "cable-field-service", "telecom-carrier",
         "mobile-key-account")  # fmt: skip
STEPS = st.lists(st.integers(0, 1 << 16), min_size=60, max_size=90)
ENOUGH = 12
"""Steps that bring any ticket to its end."""


class BreachError(AssertionError):
    """Something that must hold does not; the message says after which calls."""


async def work(pack: str, steps: Sequence[int]) -> Counter[str]:
    """Two tickets, many steps, and then all are brought to their end.

    Returns how often each command succeeded.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        desk = Desk(await stack.enter_async_context(running(Path(folder), MONDAY)), pack)
        await desk.register(KINDS[steps[0] % len(KINDS)])
        await desk.register("complaint", channel="web", severity="complex")
        for place, step in enumerate(steps):
            seed = Random(f"{pack}/{place}/{step}").getrandbits(32)  # noqa: S311 - repeatable, not secret
            check(desk, breaches(await desk.do(seed)))
        for ticket_id in desk.tickets:
            await bring_to_its_end(desk, ticket_id)
        check(desk, [f"a letter: {one}" for one in await desk.product.parked()])
        return desk.succeeded


async def bring_to_its_end(desk: Desk, ticket_id: str) -> None:
    left = ENOUGH
    while left and await desk.go_on(ticket_id):
        check(desk, breaches(desk.done[-1]))
        left -= 1
    status = desk.done[-1].after[ticket_id].status
    check(desk, [] if status in ENDS else [f"it cannot be closed: {status}"])


def check(desk: Desk, found: Sequence[str]) -> None:
    if found:
        told = [
            f"{one.answer.status_code} {one.call.path} {one.call.body} {one.call.headers}"
            for one in desk.done
        ]
        raise BreachError("\n".join([*found, "after:", *told]))


@pytest.mark.timeout(400)  # a thousand steps, also on a slow machine
def test_whatever_people_do_the_services_agree_and_every_ticket_ends() -> None:
    succeeded: Counter[str] = Counter()

    @settings(max_examples=2, phases=[Phase.generate])  # shrinking takes longer than a test may
    @given(steps=STEPS)
    def people_work(steps: Sequence[int], pack: str) -> None:
        succeeded.update(asyncio.run(work(pack, steps)))

    for pack in PACKS:
        people_work(pack=pack)
    # Which ones depends on ids that are new in each run; below, each is given once for certain.
    assert len(succeeded) > 0.5 * len(EXAMPLES), f"too few of the commands: {sorted(succeeded)}"


@pytest.mark.faults
@pytest.mark.timeout(3600)
@settings(max_examples=300)
@given(pack=st.sampled_from(PACKS), steps=STEPS)
def test_whatever_people_do_for_a_long_time(pack: str, steps: Sequence[int]) -> None:
    asyncio.run(work(pack, steps))


@pytest.mark.parametrize("pack", PACKS)
async def test_every_command_can_be_given_and_leaves_the_services_in_agreement(
    pack: str, tmp_path: Path
) -> None:
    """A command without an example is missed here."""
    async with running(tmp_path, MONDAY) as product:
        desk = Desk(product, pack)
        assert desk.routes.keys() == EXAMPLES.keys()
        for route, example in EXAMPLES.items():
            if example.pack == pack:
                await give(desk, route)
                check(desk, breaches(desk.done[-1]))
                assert desk.done[-1].answer.is_success, desk.done[-1].answer.text
        check(desk, [f"a letter: {one}" for one in await product.parked()])
