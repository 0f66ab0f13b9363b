"""Says what is left to say of a ticket's clocks.

What stands in the ticket's stream already is not said again, whoever else tries.
"""

from collections.abc import Sequence
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

    async def say(self, watched: Watched, restatement: Restatement | None) -> Judgement | None:
        """Judges the ticket, and says it; None where nothing is registered to be judged.

        Raises StreamConflictError where others write, too, and what the store raises.
        """
        try:
            return await self._say(watched, restatement)
        except StreamConflictError:
            await self._read_what_was_said(watched)
            return await self._say(watched, restatement)

    async def _say(self, watched: Watched, restatement: Restatement | None) -> Judgement | None:
        order = restatement.order if restatement else None
        judgement = self._judge.judge(watched, order)
        if judgement is None:
            return None
        events = self.events_of(watched, judgement, order)
        rows = view_changes(judgement, events, moved=watched.moved)
        if restatement is not None and events:
            rows += restatement.rows(events)
        if events or rows:
            await self._append(watched, judgement, events, rows)
        watched.moved = False
        watched.shelf.traces.pop(watched, None)
        for event in events:
            if isinstance(event, EscalationRaised):
                self.lag.note(event, judgement.facts, order)
                ESCALATIONS_RAISED.labels(event.clock, event.step).inc()
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
                events=[stamp(event, causing(watched, judgement, event), now) for event in events],
                rows=rows,
            )
        )
        if events:
            watched.know(CLOCKS.fold(events, judgement.published), version)

    async def _read_what_was_said(self, watched: Watched) -> None:
        """Somebody else wrote to the stream: another instance, or an acknowledgement."""
        watched.know(*await self._clocks.load(UUID(watched.ticket_id)))
