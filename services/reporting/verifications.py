"""One verification at a time: whoever asks while it runs is told how far it is."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
import structlog

from services.reporting.peers import Peers
from services.reporting.verification import ServiceVerdict, Verifier
from shared.evidence.keys import PublicKey
from shared.ids import new_id
from shared.messaging.topics import PUBLISHERS
from shared.service import Core

PATIENCE = 1.0
"""Seconds that who began one waits for its end before being told to ask again."""
KEPT = 20
"""Verifications that can still be asked for."""

log = structlog.get_logger(__name__)


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; while it is `running`, how far it is."""

    verification_id: UUID
    state: Literal["running", "ok", "broken", "incomplete", "failed"]
    progress: float = 0.0
    started_at: datetime
    services: tuple[ServiceVerdict, ...] = ()


class Verifications:
    """All of this process."""

    def __init__(self, core: Core, peers: Peers, keys: Mapping[str, PublicKey]) -> None:
        self._core = core
        self._peers = peers
        self._keys = keys
        self._done: dict[UUID, Verification] = {}
        self._running: Verification | None = None
        self._verifiers: list[Verifier] = []
        self._task: asyncio.Task[None] | None = None

    def find(self, verification_id: UUID) -> Verification | None:
        """As it stands."""
        running = self._running
        if running is None or running.verification_id != verification_id:
            return self._done.get(verification_id)
        progress = sum(one.progress for one in self._verifiers) / len(PUBLISHERS)
        return msgspec.structs.replace(running, progress=min(progress, 1.0))

    async def ask(self, headers: Mapping[str, str]) -> Verification:
        """Joins the one that runs, else begins one; as it stands a moment later."""
        if self._running is None or self._task is None:
            self._running = Verification(
                verification_id=new_id(), state="running", started_at=self._core.now()
            )
            self._task = asyncio.create_task(
                self._run(self._running, headers), name="reporting verification"
            )
        running, task = self._running, self._task
        await asyncio.wait([task], timeout=PATIENCE)
        return self.find(running.verification_id) or running

    async def close(self) -> None:
        """Ends the one that runs, unfinished."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self, begun: Verification, headers: Mapping[str, str]) -> None:
        self._verifiers = [self._verifier(service, headers) for service in PUBLISHERS]
        try:
            verdicts = [await verifier.verify() for verifier in self._verifiers]
            states = {verdict.state for verdict in verdicts}
            state = next((one for one in ("broken", "incomplete") if one in states), "ok")
            done = msgspec.structs.replace(
                begun, state=state, progress=1.0, services=tuple(verdicts)
            )
        except Exception:  # whoever asked is told; the next one begins anew
            log.exception("verification failed")
            done = msgspec.structs.replace(begun, state="failed")
        self._running = None
        self._done[done.verification_id] = done
        while len(self._done) > KEPT:
            del self._done[next(iter(self._done))]

    def _verifier(self, service: str, headers: Mapping[str, str]) -> Verifier:
        key = self._keys.get(service)
        return Verifier(self._core.store, service, key, self._peers, headers)
