"""Long pieces of work of one kind: one at a time, as an operation that says how far it is."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec
import structlog

from shared.command_handler import IdempotencyKeyReusedError
from shared.decider import BrokenRuleError
from shared.event_store import Append, StoreUnavailableError
from shared.http.consumers import INSTANCE
from shared.operations import OPERATIONS, Operation
from shared.service import Core
from shared.tables import Put

TOLD_EVERY = 1.0
"""Seconds between two words about how far it is."""
Result = dict[str, Any]
Work = Callable[[], Awaitable[Result]]

log = structlog.get_logger(__name__)


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
        """The operation as it stands; one of another process as it was stored last."""
        return self.current(operation_id) or await self._core.store.get(
            OPERATIONS, str(operation_id)
        )

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
        """Ends the one that runs, unfinished."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _begin(
        self, operation_id: UUID, asked: dict[str, Any], prepared: Callable[[], Work]
    ) -> tuple[Operation, bool]:
        """Begins what `prepared` makes of this very moment; and whether that id had begun it.

        Raises the error of its kind while one runs, IdempotencyKeyReusedError,
        StoreUnavailableError while this instance is not ready for it.
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
        return begun, False

    def _check_ready(self) -> None:
        """Raises StoreUnavailableError while it cannot begin."""

    async def _run(self, work: Work) -> None:
        outcome: dict[str, Any]
        try:
            outcome = {"state": "done", "progress": 1.0, "result": await work()}
        except Exception as error:
            log.exception("operation failed", kind=self._kind)
            outcome = {"state": "failed", "error": type(error).__name__}
        await self._tell(**outcome)

    async def _tell_progress(self, progress: float) -> None:
        """Says how far it is, if it has not just done so."""
        if time.monotonic() - self._told_at > TOLD_EVERY:
            await self._tell(progress=progress)

    async def _tell(self, **changes: Any) -> None:  # noqa: ANN401 - the operation's fields
        """To everybody once it is stored: who is told that it is done may begin the next one."""
        assert self._current is not None  # noqa: S101 - there is one while it runs
        self._told_at = time.monotonic()
        changes["updated_at"] = self._core.now()
        told = msgspec.structs.replace(self._current, **changes)
        row = Put(OPERATIONS, str(told.operation_id), told)
        while True:
            try:
                await self._core.store.append(Append(rows=[row]))
            except StoreUnavailableError:
                await asyncio.sleep(TOLD_EVERY)
            else:
                self._current = told
                return
