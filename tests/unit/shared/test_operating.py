"""An operation ends with its process; whoever follows it is told, and what still runs goes on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from shared import operating
from shared.decider import BrokenRuleError
from shared.event_store import Append
from shared.instance import INSTANCE
from shared.operating import INTERRUPTED, SILENT_FOR, OneAtATime, Result, Work, stored
from shared.operations import OPERATIONS, Operation
from shared.service import Core
from shared.tables import Put
from tests.unit.support.ears import StillClock, core_in_memory
from tests.unit.support.examples import AT
from tests.until import until

NAME = UUID(int=1)


class OneRunsError(BrokenRuleError):
    code = "one-runs"


@dataclass
class Waiting(OneAtATime):
    """Work that goes on until it is let go."""

    core: Core
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        super().__init__(self.core, "waiting", OneRunsError)

    async def begin(self) -> None:
        def prepared() -> Work:
            return self._wait

        await self._begin(NAME, {}, prepared)

    async def _wait(self) -> Result:
        await self.go.wait()
        return {"waited": True}


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with core_in_memory("sla", (OPERATIONS,), tmp_path, AT) as found:
        yield found


@pytest.mark.parametrize(
    ("instance", "silent", "state"),
    [
        pytest.param(INSTANCE, 0, "failed", id="this process"),
        ("other:1", SILENT_FOR, "running"),
        ("other:1", SILENT_FOR + 1, "failed"),
    ],
)
async def test_what_nobody_works_on_any_more_has_failed_and_what_another_runs_goes_on(
    core: Core, instance: str, silent: int, state: str
) -> None:
    told = AT - timedelta(seconds=silent)
    left = Operation(
        operation_id=NAME,
        kind="waiting",
        instance=instance,
        started_at=told,
        updated_at=told,
        asked={},
    )
    await core.store.append(Append(rows=[Put(OPERATIONS, str(NAME), left)]))
    for found in (await stored(core, NAME), await Waiting(core).find(NAME)):
        assert found is not None
        assert (found.state, found.error == INTERRUPTED) == (state, state == "failed")


async def test_a_stop_says_that_it_interrupted_what_ran(core: Core) -> None:
    work = Waiting(core)
    await work.begin()
    assert await core.store.get(OPERATIONS, str(NAME)), "who has its id may find it from now on"
    await work.close()
    kept = await core.store.get(OPERATIONS, str(NAME))
    assert kept is not None
    assert (kept.state, kept.error) == ("failed", INTERRUPTED)


async def test_work_that_comes_no_farther_is_heard_of_and_then_done(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = core.clock
    assert isinstance(clock, StillClock)
    monkeypatch.setattr(operating, "HEARD_EVERY", 0.01)
    monkeypatch.setattr(operating, "TOLD_EVERY", 0)
    work = Waiting(core)
    await work.begin()
    clock.time += timedelta(seconds=SILENT_FOR + 1)

    async def is_heard() -> bool:
        kept = await core.store.get(OPERATIONS, str(NAME))
        return kept is not None and kept.updated_at == clock.time

    await until(is_heard, "heard of again")
    work.go.set()

    async def is_done() -> bool:
        kept = await core.store.get(OPERATIONS, str(NAME))
        return kept is not None and (kept.state, kept.result) == ("done", {"waited": True})

    await until(is_done, "done")
