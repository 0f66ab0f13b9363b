"""Says what is left to say of a ticket's clocks.

What stands in the ticket's stream already is not said again, whoever else tries.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from prometheus_client import Counter

from services.sla.book import Watched
from services.sla.domain.commands import PublishClocks, SlaCommand
from services.sla.domain.publication import CLOCKS, is_all_told, publish
from services.sla.domain.published import Published
from services.sla.judge import Judge, Judgement, causing
from services.sla.lag import RecentLag
from services.sla.projections import view_changes
from services.sla.restating import Restatement
from shared.command_handler import CommandHandler, stamp
from shared.contracts.sla import ClocksEvent, EscalationRaised, RecalculationOrdered
from shared.directory import Directory
from shared.event_store import Append, StreamConflictError
from shared.service import Core
from shared.tables import RowChange

ESCALATIONS_RAISED = Counter("huiyin_escalations_raised_total", "Rungs raised.", ("clock", "step"))

ClocksHandler = CommandHandler[SlaCommand, Published, ClocksEvent]


class Left(NamedTuple):
    """What is left to say of a ticket at one moment, and the rows that go with it."""

    watched: Watched
    judgement: Judgement
    events: Sequence[ClocksEvent]
    rows: Sequence[RowChange]
    restatement: Restatement | None

    @property
    def is_nothing(self) -> bool:
        return not (self.events or self.rows)


class Saying:
    """The only one that writes the clocks' events, acknowledgements apart.

    It says in one append what the clocks, the ticket's owner and the views need together; the
    handler only reads for it.
    """

    def __init__(
        self, core: Core, judge: Judge, clocks: ClocksHandler, directory: Directory
    ) -> None:
        self._core = core
        self._judge = judge
        self._clocks = clocks
        self._directory = directory
        self.lag = RecentLag()

    def events_of(
        self, watched: Watched, judgement: Judgement, order: RecalculationOrdered | None
    ) -> Sequence[ClocksEvent]:
        """What is left to say, without saying it."""
        if order is None and is_all_told(judgement.clocks, judgement.published):
            return ()
        command = PublishClocks(
            ticket_id=UUID(watched.ticket_id),
            clocks=judgement.clocks,
            responsible=judgement.responsible,
            against_person=judgement.case.against_person,
            judged=judgement.judged,
            directory=self._directory,
            at=self._core.now(),
            moved_because=order.reason if order else None,
            recalculation_id=order.recalculation_id if order else None,
        )
        return publish(command, judgement.published)

    def left(self, watched: Watched, restatement: Restatement | None = None) -> Left | None:
        """Judges the ticket, and says nothing; None where nothing is registered to be judged."""
        order = restatement.order if restatement else None
        judgement = self._judge.judge(watched, order)
        if judgement is None:
            return None
        events = self.events_of(watched, judgement, order)
        rows = view_changes(judgement, events, moved=watched.moved)
        if restatement is not None and events:
            rows += restatement.rows(events)
        return Left(watched, judgement, events, rows, restatement)

    async def say(self, left: Left) -> Judgement | None:
        """Says it, or what is left after all that others said meanwhile.

        Raises StreamConflictError where others write, too, and what the store raises.
        """
        try:
            await self._append(left)
        except StreamConflictError:
            await self._read_what_was_said(left.watched)
            anew = self.left(left.watched, left.restatement)
            if anew is None:
                return None
            await self._append(left := anew)
        self.settle(left)
        return left.judgement

    def settle(self, left: Left) -> None:
        """Nothing of it is left any more."""
        watched, judgement, events, _, restatement = left
        watched.moved = False
        watched.shelf.traces.pop(watched, None)
        order = restatement.order if restatement else None
        for event in events:
            if isinstance(event, EscalationRaised):
                self.lag.note(event, judgement.facts, order)
                ESCALATIONS_RAISED.labels(event.clock, event.step).inc()

    async def _append(self, left: Left) -> None:
        if left.is_nothing:
            return
        watched, judgement, events, rows, _ = left
        now = self._core.now()
        version = await self._core.store.append(
            Append(
                stream=UUID(watched.ticket_id),
                expected_version=watched.version,
                events=[stamp(event, causing(watched, judgement, event), now) for event in events],
                rows=rows,
            )
        )
        if events:
            watched.know(CLOCKS.fold(events, judgement.published), version)

    async def _read_what_was_said(self, watched: Watched) -> None:
        """Somebody else wrote to the stream: another instance, or an acknowledgement."""
        watched.know(*await self._clocks.load(UUID(watched.ticket_id)))
