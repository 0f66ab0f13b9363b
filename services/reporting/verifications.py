"""One verification at a time: whoever asks while it runs is told how far it is."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID

import msgspec

from services.reporting.domain.errors import VerificationRunningError
from services.reporting.leaves import LOGS
from services.reporting.peers import Peers
from services.reporting.verdicts import ServiceVerdict
from services.reporting.verification import Verifier
from shared.evidence.keys import PublicKey
from shared.ids import new_id
from shared.listing import column_time
from shared.operating import INTERRUPTED, OneAtATime, Result, Work
from shared.operations import OPERATIONS, Operation
from shared.service import Core
from shared.tables import Query

PATIENCE = 1.0
"""Seconds that who began one waits for its end before being told to ask again."""
KIND = "verification"
Place = tuple[str, str, str]
"""One's place in the list: kind, when it began, id."""


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; while it is `running`, how far it is; `gone`: its process ended before it."""

    verification_id: UUID
    state: Literal["running", "ok", "broken", "incomplete", "failed", "gone"]
    progress: float = 0.0
    started_at: datetime
    updated_at: datetime
    asked_by: str
    services: tuple[ServiceVerdict, ...] = ()


class Verifications(OneAtATime):
    """Those of this process run here; what they found is kept for all."""

    def __init__(self, core: Core, peers: Peers, keys: Mapping[str, PublicKey]) -> None:
        super().__init__(core, KIND, VerificationRunningError)
        self._peers = peers
        self._keys = keys

    async def ask(self, headers: Mapping[str, str], client: str) -> Verification:
        """Joins the one that runs, else begins one; as it stands a moment later."""

        def prepared() -> Work:
            return partial(self._whole, headers)

        begun = self.running
        if begun is None:
            with suppress(VerificationRunningError):  # somebody began one meanwhile
                begun, _ = await self._begin(new_id(), {"by": client}, prepared)
        begun = begun or self._current
        assert begun is not None  # noqa: S101 - one runs, or has just run
        if self._task is not None:
            await asyncio.wait([self._task], timeout=PATIENCE)
        return self._view(await self.find(begun.operation_id) or begun)

    async def seen(self, verification_id: UUID) -> Verification | None:
        """As it stands."""
        found = await self.find(verification_id)
        return self._view(found) if found is not None and found.kind == KIND else None

    async def past(
        self, limit: int, after: Place | None = None
    ) -> tuple[list[Verification], Place | None]:
        """The newest first, and where the next ones begin; one that has just begun may lack."""
        query = Query(
            OPERATIONS,
            {"kind": KIND},
            order=("kind", "started_at"),
            after=after,
            descending=True,
            limit=limit,
        )
        found = [row for _, row in await self._core.store.query(query)]
        place = None
        if len(found) == limit:
            last = found[-1]
            place = KIND, column_time(last.started_at), str(last.operation_id)
        return [self._view(await self.find(row.operation_id) or row) for row in found], place

    async def _whole(self, headers: Mapping[str, str]) -> Result:
        verifiers = [self._verifier(service, headers) for service in LOGS]

        async def told() -> None:
            await self._tell_progress(sum(one.progress for one in verifiers) / len(verifiers))

        verdicts = [await verifier.verify(told) for verifier in verifiers]
        states = {verdict.state for verdict in verdicts}
        state = next((one for one in ("broken", "incomplete") if one in states), "ok")
        return {"state": state, "services": msgspec.to_builtins(verdicts)}

    def _verifier(self, service: str, headers: Mapping[str, str]) -> Verifier:
        key = self._keys.get(service)
        return Verifier(self._core.store, service, key, self._peers, headers)

    def _view(self, found: Operation) -> Verification:
        result: dict[str, Any] = found.result or {"state": found.state, "services": ()}
        return Verification(
            verification_id=found.operation_id,
            state="gone" if found.error == INTERRUPTED else result["state"],
            progress=found.progress,
            started_at=found.started_at,
            updated_at=found.updated_at,
            asked_by=found.asked["by"],
            services=msgspec.convert(result["services"], tuple[ServiceVerdict, ...]),
        )
