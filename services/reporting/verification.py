"""Compares each service's log, and what is kept of it here, with the checkpoints that it signed."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import msgspec

from services.reporting.checkpoints import checkpoint_after, newest_readable, spoiled_size
from services.reporting.comparing import Copy, Fault, first_fault
from services.reporting.leaves import (
    OWN,
    count_up_to,
    leaves_between,
    newest_position,
    windows,
)
from services.reporting.peers import Peers, Silence
from services.reporting.tiles import WIDTH, Tiles, tree_of
from services.reporting.verdicts import CopyFault, CopyName, ServiceVerdict
from services.reporting.waiting import awaited
from shared.contracts.terms import CheckpointSigned
from shared.event_store import Backend
from shared.evidence.checkpoint import is_signed
from shared.evidence.keys import PublicKey
from shared.evidence.leaf import Leaf
from shared.evidence.tree import Frontier
from shared.group_commit import EventStore
from shared.http.leaves import PAGE, Leaves

Result = TypeVar("Result")
SETTLE_TIME = 3.0
"""Seconds without another record after which one that a checkpoint counts is missing."""
LOOK_TIME = 0.1


Told = Callable[[], Awaitable[None]]


async def nobody() -> None:
    """Where nobody asks how far it is."""


class Verifier:
    """Of one service; `headers` are the caller's own, for the question to the service."""

    def __init__(
        self,
        store: EventStore,
        service: str,
        key: PublicKey | None,
        peers: Peers,
        headers: Mapping[str, str],
    ) -> None:
        self._store = store
        self._service = service
        self._key = key
        self._peers = peers
        self._headers = headers
        self._faults: dict[CopyName, Fault] = {}
        self._silent: str | None = None
        self._frontier = Frontier()
        self._position = 0
        self._checkpoints = 0
        self._target = 0
        self._grown = 0
        self._is_over = False

    @property
    def progress(self) -> float:
        """The share of the log that is compared."""
        if self._is_over:
            return 1.0
        return min(1.0, self._position / self._target) if self._target else 0.0

    async def verify(self, told: Told = nobody) -> ServiceVerdict:
        """From the first checkpoint to the one that is the newest now; `told` after each."""
        newest = await self._newest()
        if newest is not None:
            await self._walk(newest, told)
        self._is_over = True
        return self._verdict()

    async def _walk(self, newest: CheckpointSigned, told: Told) -> None:
        copies = await self._copies(newest)
        async for checkpoint in self._checkpoints_up_to(newest.size):
            if not is_signed(checkpoint, self._key):
                self._faults.setdefault("checkpoints", Fault(checkpoint.position, "unsigned"))
            elif not await self._compare(copies, checkpoint):
                break
            await told()

    async def _copies(self, newest: CheckpointSigned) -> Mapping[CopyName, Copy]:
        """Who else keeps the log; of reporting's own nobody keeps records."""
        last = await self._settled(newest)
        self._target, self._grown = newest.position, await self._tree_size()
        copies: dict[CopyName, Copy] = {"tree": Copy(self._tree(self._grown))}
        if self._service != OWN:
            copies["records"] = Copy(self._records(last))
        return {**copies, "service": Copy(self._own_log())}

    async def _checkpoints_up_to(self, newest: int) -> AsyncIterator[CheckpointSigned]:
        """In their order; where one cannot be read any more, what it vouched for begins."""
        size = 0
        while size < newest:
            try:
                checkpoint = await self._ask(partial(checkpoint_after, size=size))
            except msgspec.MsgspecError:
                size = await self._ask(partial(spoiled_size, after=size))
                self._faults.setdefault("checkpoints", Fault(self._position + 1, "changed"))
                continue
            if checkpoint is None:
                return
            size = checkpoint.size
            yield checkpoint

    async def _tree_size(self) -> int:
        try:
            return (await self._ask(tree_of)).size
        except msgspec.MsgspecError:  # nothing of it can be told from its tiles alone
            self._faults["tree"] = Fault(1, "changed")
            return 0

    async def _newest(self) -> CheckpointSigned | None:
        """The newest checkpoint, once it is here; one that is kept nowhere here was taken away."""
        own = await self._page(0, 1)
        # What reporting signed last is perhaps on its way to the witness yet.
        sealed = own.sealed if own and self._service != OWN else 0

        def is_here(checkpoint: CheckpointSigned | None) -> bool:
            return (checkpoint.position if checkpoint else 0) >= sealed

        newest = await self._awaited(newest_readable, is_here)
        if not is_here(newest):
            self._faults["checkpoints"] = Fault(sealed, "cut")
        return newest

    async def _ask(self, read: Callable[[Backend, str], Result]) -> Result:
        return await self._store.run(lambda backend: read(backend, self._service))

    async def _awaited(
        self, read: Callable[[Backend, str], Result], is_there: Callable[[Result], bool]
    ) -> Result:
        look = partial(self._ask, read)
        return await awaited(look, is_there, patience=SETTLE_TIME, look_time=LOOK_TIME)

    async def _compare(self, copies: Mapping[CopyName, Copy], checkpoint: CheckpointSigned) -> bool:
        """Whether there is something to compare the next part with."""
        parts = {name: await copy.up_to(checkpoint.position) for name, copy in copies.items()}
        true = next((part for part in parts.values() if self._agrees(part, checkpoint)), None)
        asked = [name for name in parts if self._is_asked(name, checkpoint)]
        for name in asked:
            if true is None:
                self._faults[name] = Fault(self._position + 1, "unknown")
            elif fault := first_fault(true, parts[name], has_ended=copies[name].has_ended):
                self._faults[name] = fault
        if true is None:
            return False
        for leaf in true:
            self._frontier.add(leaf.hash)
        self._position = checkpoint.position
        self._checkpoints += 1
        return True

    def _agrees(self, part: Sequence[Leaf], checkpoint: CheckpointSigned) -> bool:
        frontier = Frontier(self._frontier.size, self._frontier.peaks)
        for leaf in part:
            frontier.add(leaf.hash)
        return (frontier.size, frontier.root().hex()) == (checkpoint.size, checkpoint.root)

    def _is_asked(self, name: CopyName, checkpoint: CheckpointSigned) -> bool:
        """Whether the copy should hold this part, and was right so far."""
        if name in self._faults or (name == "service" and self._silent):
            return False
        return name != "tree" or checkpoint.size <= self._grown

    async def _settled(self, newest: CheckpointSigned) -> int:
        """Up to where records are kept, once all came that the checkpoint counts.

        It may come before the last of them does.
        """
        if self._service == OWN:
            return newest.position
        count = partial(count_up_to, position=newest.position)
        try:
            await self._awaited(count, lambda found: found >= newest.size)
            return await self._ask(newest_position)
        except msgspec.MsgspecError:  # a record that cannot be read is found where it stands
            return newest.position

    def _verdict(self) -> ServiceVerdict:
        faults = sorted(self._faults.items(), key=lambda one: one[1].position)
        silent = self._silent
        return ServiceVerdict(
            service=self._service,
            state="broken" if faults else "incomplete" if silent else "ok",
            checkpoints=self._checkpoints,
            events=self._frontier.size,
            position=self._position,
            faults=tuple(
                CopyFault(copy=name, position=one.position, wrong=one.wrong) for name, one in faults
            ),
            silent=silent,
        )

    async def _records(self, until: int) -> AsyncIterator[Leaf]:
        for after, end in windows(0, until):
            for leaf in await self._ask(partial(leaves_between, after=after, until=end)):
                yield leaf

    async def _tree(self, size: int) -> AsyncIterator[Leaf]:
        for start in range(0, size, WIDTH):
            end = min(size, start + WIDTH)
            for leaf in await self._ask(partial(_tile, start=start, end=end)):
                yield leaf

    async def _own_log(self) -> AsyncIterator[Leaf]:
        after = 0
        while page := await self._page(after, PAGE):
            for leaf in page.items:
                yield leaf
            if len(page.items) < PAGE:
                return
            after = page.items[-1].position

    async def _page(self, after: int, limit: int) -> Leaves | None:
        """Of the service's own log, if it answers."""
        query = {"after": after, "limit": limit}
        page = await self._peers.ask(self._service, "log/leaves", Leaves, self._headers, query)
        if isinstance(page, Silence):
            self._silent = page.reason
            return None
        return page


def _tile(backend: Backend, service: str, *, start: int, end: int) -> Sequence[Leaf]:
    """One that cannot be read any more is missing."""
    try:
        return Tiles(backend, service).leaves(start, end)
    except msgspec.MsgspecError:
        return ()
