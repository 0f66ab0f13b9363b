"""Signs a checkpoint of a service's own log every few seconds in which something was stored.

It follows the log beside the relay: no command waits for it. The checkpoint is an event of that
log, so that it is published, and kept by reporting, like every other.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import structlog

from shared.clock import Clock
from shared.codec import name_of_kind
from shared.command_handler import stamp
from shared.contracts.terms import CheckpointSigned
from shared.event_store import Append, Backend, StoreUnavailableError
from shared.evidence.checkpoint import sign, stream_of
from shared.evidence.keys import Signer
from shared.evidence.leaf import Leaf, stored_leaf
from shared.evidence.tree import Frontier
from shared.group_commit import EventStore
from shared.ids import new_id
from shared.messaging.envelope import Cause
from shared.tables import Fold, Table

BATCH = 100
"""Events hashed in one visit to a reader thread: requests wait for the interpreter meanwhile."""
SPAN = 10_000
"""Events between two checkpoints, at most: who verifies a log holds as many in memory."""
CHECKPOINT = name_of_kind(CheckpointSigned)

log = structlog.get_logger(__name__)


NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Seal(msgspec.Struct, frozen=True):
    """How far the log was hashed and signed for; `peaks` are its tree's whole subtrees."""

    size: int = 0
    position: int = 0
    peaks: tuple[bytes, ...] = ()
    at: datetime = NEVER


SEALS = Table("seals", Seal)
SEAL_KEY = "log"


class SealMovedError(Exception):
    """Another instance signed first."""


class Sealer:
    """One service's; of several instances over one store, whoever comes first signs."""

    def __init__(self, store: EventStore, signer: Signer, clock: Clock) -> None:
        self._store = store
        self._signer = signer
        self._clock = clock

    async def run(self, every: float) -> None:
        """Signs until cancelled; `every` is in seconds."""
        while True:
            await asyncio.sleep(every)
            try:
                if await self._is_due(timedelta(seconds=every)):
                    await self.seal()
            except StoreUnavailableError as error:
                log.warning("no checkpoint now", reason=str(error))
            except Exception:  # the next turn begins anew from what is stored
                log.exception("no checkpoint")

    async def _is_due(self, every: timedelta) -> bool:
        """Unless another instance over the same store has just signed."""
        seal = await self._store.get(SEALS, SEAL_KEY)
        return seal is None or self._clock.now() - seal.at > every / 2

    async def seal(self) -> CheckpointSigned | None:
        """The checkpoint over everything stored so far; None where only checkpoints are new.

        One every SPAN events on the way, as in a log that is older than its first checkpoint. A
        log that ends before the place that was signed for gets no new one: it was cut.
        """
        newest = None
        while (signed := await self._seal_part()) is not None:
            newest = signed
        return newest

    async def _seal_part(self) -> CheckpointSigned | None:
        service = self._signer.public.service
        seal = await self._store.get(SEALS, SEAL_KEY) or Seal()
        if seal.size and await self._store.end() <= seal.position:
            log.error("no checkpoint: the log ends before its last one", service=service)
            return None
        frontier, position, is_news = Frontier(seal.size, seal.peaks), seal.position, False
        while frontier.size < seal.size + SPAN:
            batch = await self._store.run(partial(self._leaves, after=position))
            for name, leaf in batch:
                frontier.add(leaf.hash)
                position = leaf.position
                is_news = is_news or name != CHECKPOINT
            if len(batch) < BATCH:
                break
        if not is_news:
            return None
        now = self._clock.now()
        signed = sign(self._signer, self._store.epoch, frontier, position, now)
        after = Seal(frontier.size, position, tuple(frontier.peaks), now)
        try:
            await self._store.append(self._append(seal, after, signed))
        except SealMovedError:
            return None
        return signed

    def _leaves(self, backend: Backend, *, after: int) -> Sequence[tuple[str, Leaf]]:
        source, epoch = self._signer.public.service, backend.epoch
        return [
            (one.event.name, stored_leaf(source, epoch, one))
            for one in backend.read_log(after, BATCH)
        ]

    def _append(self, before: Seal, after: Seal, signed: CheckpointSigned) -> Append:
        def project(seal: Seal | None) -> Seal:
            if (seal or Seal()) != before:
                raise SealMovedError
            return after

        cause = Cause(actor=signed.service, correlation_id=new_id())
        return Append(
            stream=stream_of(signed.service),
            expected_version=None,
            events=[stamp(signed, cause, signed.at)],
            rows=[Fold(SEALS, SEAL_KEY, project)],
        )
