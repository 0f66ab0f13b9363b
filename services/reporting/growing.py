"""Lets a tree grow over each service's records, from checkpoint to checkpoint.

A tree is kept no further than it agrees with what the service signed.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial

import structlog

from services.reporting.checkpoints import checkpoint_after
from services.reporting.leaves import LOGS, holds_all, proven_facts, windows
from services.reporting.tiles import TREES, Growth, growth_of
from shared.contracts.terms import CheckpointSigned
from shared.event_store import Append, Backend, StoreUnavailableError
from shared.evidence.leaf import Leaf, digest_of
from shared.group_commit import EventStore
from shared.tables import Put

LOOK_TIME = 1.0
"""Seconds between two looks: a checkpoint may come before the last of its records does."""
STORED_EVERY = 20
"""Windows whose tiles are stored at once."""
REST_TIME = 60.0
"""Seconds before records that did not agree are read again."""
Begun = tuple[CheckpointSigned, Growth, int]

log = structlog.get_logger(__name__)


class Grower:
    """Of several instances over one store, one lets the trees grow."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._rest_until: dict[str, float] = {}

    async def run(self) -> None:
        """Grows until cancelled."""
        while True:
            # Asked at every look: who does not ask for some seconds leads no longer.
            leads = await self._leads()
            for service in LOGS if leads else ():
                await self._grow_on(service)
            await asyncio.sleep(LOOK_TIME)

    async def _leads(self) -> bool:
        try:
            return await self._store.leads()
        except StoreUnavailableError as error:
            log.warning("trees wait", reason=str(error))
            return False

    async def _grow_on(self, service: str) -> None:
        try:
            while self._is_due(service) and await self.grow(service):
                pass
        except StoreUnavailableError as error:
            log.warning("tree waits", service=service, reason=str(error))
        except Exception:  # it begins anew at the last checkpoint
            log.exception("tree does not grow", service=service)
            self._rest(service)

    async def grow(self, service: str) -> bool:
        """To the next checkpoint, if all its records are there; whether it did."""
        begun = await self._store.run(partial(_begun, service=service))
        if begun is None:
            return False
        checkpoint, growth, position = begun
        for number, (after, until) in enumerate(windows(position, checkpoint.position), 1):
            await self._store.run(_taking(growth, service, after, until))
            if number % STORED_EVERY == 0:
                await self._store.append(Append(rows=growth.changes()))
        found = growth.frontier.size, growth.frontier.root().hex()
        if found != (checkpoint.size, checkpoint.root):
            log.error("tree refused", service=service, position=checkpoint.position)
            self._rest(service)
            return False
        rows = [*growth.changes(), Put(TREES, service, growth.tree())]
        await self._store.append(Append(rows=rows))
        return True

    def _is_due(self, service: str) -> bool:
        return time.monotonic() >= self._rest_until.get(service, 0.0)

    def _rest(self, service: str) -> None:
        self._rest_until[service] = time.monotonic() + REST_TIME


def _begun(backend: Backend, *, service: str) -> Begun | None:
    """None while there is no newer checkpoint, or not all of its records."""
    growth = growth_of(backend, service)
    position = growth.position
    checkpoint = checkpoint_after(backend, service, growth.frontier.size)
    if checkpoint is None or not holds_all(backend, service, checkpoint):
        return None
    return checkpoint, growth, position


def _taking(growth: Growth, service: str, after: int, until: int) -> Callable[[Backend], None]:
    def take(backend: Backend) -> None:
        for position, facts in proven_facts(backend, service, after, until):
            growth.add(Leaf(position, digest_of(facts)))

    return take
