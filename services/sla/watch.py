"""Publishes what became of clocks: when a fact was heard, and when time runs out.

Sleeps until the next due moment or the next fact. What could not be stored is tried again; what
stands in a ticket's stream already is not said again, whoever else tries.
"""

import asyncio
from collections.abc import Sequence
from itertools import islice
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge, Histogram

from services.sla.book import Shelf, Watched
from services.sla.domain.clocks import Clock
from services.sla.domain.commands import PublishClocks, SlaCommand
from services.sla.domain.publication import CLOCKS, cause_of, publish
from services.sla.domain.published import Published
from services.sla.due import DueIndex
from services.sla.judge import Judge, Judgement
from services.sla.projections import ESCALATIONS, escalation_changes, moved_to
from shared.command_handler import CommandHandler, stamp
from shared.contracts.sla import ClocksEvent, EscalationRaised
from shared.directory import Directory
from shared.event_store import Append, StoreUnavailableError, StreamConflictError
from shared.messaging.envelope import Cause
from shared.service import Core
from shared.tables import Fold, RowChange
from shared.worktime import epoch_of, moment_of

AT_ONCE = 256
"""Tickets published side by side: as many as one group commit takes."""
LONGEST_SLEEP = 1.0
"""Seconds: a machine's clock may be set, and a machine that was suspended sleeps on."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
ACTOR = "sla"

ESCALATION_LAG = Histogram(
    "huiyin_escalation_lag_seconds",
    "From the moment at which a rung fell due to that at which it was raised.",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 86_400),
)
ESCALATIONS_RAISED = Counter("huiyin_escalations_raised_total", "Rungs raised.", ("clock", "step"))
DRIFTED = Gauge("huiyin_deadlines_drifted", "Clocks that today's code would give another deadline.")

ClocksHandler = CommandHandler[SlaCommand, Published, ClocksEvent]

log = structlog.get_logger(__name__)


class Watch:
    """The only one that writes the clocks' events, acknowledgements apart.

    It says in one append what the clocks, the ticket's owner and the views need together; the
    handler only reads for it.
    """

    def __init__(
        self, core: Core, judge: Judge, clocks: ClocksHandler, directory: Directory
    ) -> None:
        self._core = core
        self._judge = judge
        self._directory = directory
        self._clocks = clocks
        self._index = DueIndex()
        self._dirty: dict[Watched, None] = {}
        self._wake = asyncio.Event()
        self._pause = FIRST_PAUSE
        self._drifted: set[str] = set()
        self._busy = False

    @property
    def quiet(self) -> bool:
        """Whether nothing is left to publish and nothing is due."""
        first = self._index.first()
        due = first is not None and first <= epoch_of(self._core.now())
        return not (due or self._busy or self._dirty)

    def touch(self, watched: Watched) -> None:
        """Something was heard of the ticket."""
        self._dirty[watched] = None
        self._wake.set()

    def begin(self, shelf: Shelf) -> None:
        """All that was ever said of a partition's tickets was heard: from now on they count."""
        for watched in shelf.tickets.values():
            self.touch(watched)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wake.clear()
            batch = self._next_batch()
            if batch:
                await self._publish_all(batch)
            else:
                await self._sleep()

    def _next_batch(self) -> list[Watched]:
        batch = dict.fromkeys(islice(self._dirty, AT_ONCE))
        for watched in batch:
            del self._dirty[watched]
        due = self._index.take(epoch_of(self._core.now()), AT_ONCE - len(batch))
        return [*dict.fromkeys((*batch, *due))]

    async def _sleep(self) -> None:
        seconds = LONGEST_SLEEP
        first = self._index.first()
        if first is not None:
            seconds = min(seconds, self._core.clock.seconds_until(moment_of(first)))
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return

    async def _publish_all(self, batch: Sequence[Watched]) -> None:
        self._busy = True
        outcomes = await asyncio.gather(*map(self._publish, batch), return_exceptions=True)
        unavailable = False
        for watched, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, StoreUnavailableError | StreamConflictError):
                unavailable = True
                self._dirty[watched] = None
            elif isinstance(outcome, Exception):
                log.error("publishing failed", ticket_id=watched.ticket_id, exc_info=outcome)
        if unavailable:
            log.warning("publishing waits for the store", tickets=len(self._dirty))
            await asyncio.sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE) if unavailable else FIRST_PAUSE
        self._busy = False

    async def _publish(self, watched: Watched) -> None:
        if not watched.shelf.is_open:
            return
        try:
            judgement = await self._say(watched)
        except StreamConflictError:
            await self._read_what_was_said(watched)
            judgement = await self._say(watched)
        if judgement is not None:
            self._watch_on(watched, judgement.clocks)

    async def _say(self, watched: Watched) -> Judgement | None:
        judgement = self._judge.judge(watched)
        if judgement is None:
            return None
        command = PublishClocks(
            ticket_id=UUID(watched.ticket_id),
            clocks=judgement.clocks,
            responsible=judgement.responsible,
            against_person=judgement.case.against_person,
            directory=self._directory,
            at=self._core.now(),
        )
        events, department = publish(command, judgement.published), judgement.department
        rows = _moved(judgement.published, department) if watched.moved else []
        for event in events:
            rows += escalation_changes(event, judgement.case.client, department)
        if events or rows:
            await self._append(watched, judgement, events, rows)
        watched.moved = False
        _count(events)
        return judgement

    async def _append(
        self,
        watched: Watched,
        judgement: Judgement,
        events: Sequence[ClocksEvent],
        rows: Sequence[RowChange],
    ) -> None:
        now = self._core.now()
        version = await self._core.store.append(
            Append(
                stream=UUID(watched.ticket_id),
                expected_version=watched.version,
                events=[stamp(event, _cause(watched, judgement, event), now) for event in events],
                rows=rows,
            )
        )
        if events:
            watched.know(CLOCKS.fold(events, judgement.published), version)

    async def _read_what_was_said(self, watched: Watched) -> None:
        """Somebody else wrote to the stream: another instance, or an acknowledgement."""
        watched.know(*await self._clocks.load(UUID(watched.ticket_id)))

    def _watch_on(self, watched: Watched, found: Sequence[Clock]) -> None:
        moments = [one.next_at for one in found if one.next_at is not None]
        limits = [one.deadline.due_at for one in found if one.end is None]
        self._index.put(watched, min(moments, default=None))
        watched.due_at = min(limits, default=None)
        if any(one.drifted for one in found):
            self._drifted.add(watched.ticket_id)
        DRIFTED.set(len(self._drifted))


def _count(events: Sequence[ClocksEvent]) -> None:
    for event in events:
        if isinstance(event, EscalationRaised):
            ESCALATION_LAG.observe((event.at - event.due_at).total_seconds())
            ESCALATIONS_RAISED.labels(event.clock, event.step).inc()


def _moved(published: Published, department: str | None) -> list[RowChange]:
    """Escalations that stand are shown to the department that has the ticket now."""
    return [
        Fold(ESCALATIONS, str(raised.escalation_id), lambda row: moved_to(row, department))
        for said in published.values()
        for raised in said.raised.values()
        if raised.stands
    ]


def _cause(watched: Watched, judgement: Judgement, event: ClocksEvent) -> Cause:
    """What time brings about belongs to the registration's story, and has no other cause."""
    fact = cause_of(event, judgement.clocks)
    if fact is None:
        return Cause(actor=ACTOR, correlation_id=UUID(judgement.registered.correlation_id))
    heard, trace = watched.trace or ("", None)
    return Cause(
        actor=fact.actor,
        correlation_id=UUID(fact.correlation_id),
        causation_id=UUID(fact.event_id),
        traceparent=trace if heard == fact.event_id else None,
    )
