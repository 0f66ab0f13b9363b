"""Long pieces of work of one kind: one at a time, as an operation that says how far it is.

Each ends with its process. Nobody is there then to say so: whoever looks goes by how long it has
said nothing, so that no other instance that starts gives up what still runs.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import structlog

from shared.command_handler import IdempotencyKeyReusedError
from shared.decider import BrokenRuleError
from shared.event_store import Append, StoreUnavailableError
from shared.instance import INSTANCE
from shared.operations import OPERATIONS, Operation
from shared.service import Core
from shared.tables import Fold

TOLD_EVERY = 1.0
"""Seconds between two words about how far it is."""
HEARD_EVERY = 10.0
"""Seconds after which it says that it goes on, even if it is no farther."""
SILENT_FOR = 60
"""Seconds after which nobody works any more on one that says nothing."""
INTERRUPTED = "Interrupted"
"""In place of an error's name: its process ended before it did."""
Result = dict[str, Any]
Work = Callable[[], Awaitable[Result]]

log = structlog.get_logger(__name__)


async def stored(core: Core, operation_id: UUID) -> Operation | None:
    """One that does not run in this process: as it was told last, or as interrupted."""
    found = await core.store.get(OPERATIONS, str(operation_id))
    if found is None or found.state != "running":
        return found
    silent = core.now() - found.updated_at
    if found.instance != INSTANCE and silent <= timedelta(seconds=SILENT_FOR * core.settings.pace):
        return found
    return msgspec.structs.replace(found, state="failed", error=INTERRUPTED)


def _told(known: Operation | None, now: Operation) -> Operation | None:
    """What is over stays so, whatever was on its way when it ended."""
    return None if known is not None and known.state != "running" else now


class OneAtATime:
    """Runs them in this process, beside whatever else it does."""

    def __init__(self, core: Core, kind: str, already_running: type[BrokenRuleError]) -> None:
        self._core = core
        self._kind = kind
        self._already_running = already_running
        self._task: asyncio.Task[None] | None = None
        self._current: Operation | None = None
        self._told_at = 0.0

    async def find(self, operation_id: UUID) -> Operation | None:
        """The operation as it stands."""
        return self.current(operation_id) or await stored(self._core, operation_id)

    def current(self, operation_id: UUID) -> Operation | None:
        """The operation, if it is the one that this process began last."""
        mine = self._current
        return mine if mine is not None and mine.operation_id == operation_id else None

    @property
    def running(self) -> Operation | None:
        """The one that runs in this process now."""
        is_over = self._task is None or self._task.done()
        return None if is_over else self._current

    async def close(self) -> None:
        """Interrupts the one that runs."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _begin(
        self, operation_id: UUID, asked: dict[str, Any], prepared: Callable[[], Work]
    ) -> tuple[Operation, bool]:
        """Begins what `prepared` makes of this very moment; and whether that id had begun it.

        It is stored then: who was given its id finds it, even where this process ends at once.
        Raises the error of its kind while one runs, IdempotencyKeyReusedError,
        StoreUnavailableError while this instance is not ready for it, or could not store it.
        """
        known = await self.find(operation_id)
        if known is not None and known.asked != asked:
            raise IdempotencyKeyReusedError
        if known is not None:
            return known, True
        if self.running is not None:
            raise self._already_running
        self._check_ready()
        now = self._core.now()
        self._current = begun = Operation(
            operation_id=operation_id,
            kind=self._kind,
            instance=INSTANCE,
            started_at=now,
            updated_at=now,
            asked=asked,
        )
        self._task = asyncio.create_task(
            self._run(prepared()), name=f"{self._core.name} {self._kind}"
        )
        await self._store()
        return begun, False

    def _check_ready(self) -> None:
        """Raises StoreUnavailableError while it cannot begin."""

    async def _run(self, work: Work) -> None:
        outcome: dict[str, Any]
        beside = asyncio.create_task(self._be_heard(), name=f"{self._kind} goes on")
        try:
            outcome = {"state": "done", "progress": 1.0, "result": await work()}
        except asyncio.CancelledError:
            with suppress(StoreUnavailableError):  # no stop waits for the store
                await self._store(state="failed", error=INTERRUPTED)
            raise
        except Exception as error:
            log.exception("operation failed", kind=self._kind)
            outcome = {"state": "failed", "error": type(error).__name__}
        finally:
            beside.cancel()
        await self._tell(**outcome)

    async def _be_heard(self) -> None:
        while True:
            await asyncio.sleep(HEARD_EVERY)
            await self._tell_progress()

    async def _tell_progress(self, progress: float | None = None) -> None:
        """Says how far it is, if it has not just done so; None: no farther."""
        if time.monotonic() - self._told_at > TOLD_EVERY:
            await self._tell(**({} if progress is None else {"progress": progress}))

    async def _tell(self, **changes: Any) -> None:  # noqa: ANN401 - the operation's fields
        """The same to whoever asks, however long the store is away."""
        while True:
            try:
                return await self._store(**changes)
            except StoreUnavailableError:
                await asyncio.sleep(TOLD_EVERY)

    async def _store(self, **changes: Any) -> None:  # noqa: ANN401 - the operation's fields
        """To everybody once it is stored: who is told that it is done may begin the next one."""
        assert self._current is not None  # noqa: S101 - there is one while it runs
        self._told_at = time.monotonic()
        told = msgspec.structs.replace(self._current, updated_at=self._core.now(), **changes)
        row = Fold(OPERATIONS, str(told.operation_id), partial(_told, now=told))
        await self._core.store.append(Append(rows=[row]))
        self._current = told
