"""A ticket's records, for who looks at it: opened only by who may see it, and never unrecorded."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from services.reporting.bootstrap import Reporting
from services.reporting.exports import item_of
from services.reporting.history import Time, as_of, causal_order, time_of
from services.reporting.models import DiffView, History, StateView
from services.reporting.projections import RecordRow, TicketCard
from services.reporting.queries import records_of, visible_ticket
from services.reporting.readings import Look, record_look
from services.reporting.state import TicketState, differences, empty_fold, fold, state_of
from shared.http import Caller


@dataclass(frozen=True)
class Dossier:
    """Every record about a ticket as it is now, read by one kind of time."""

    ticket_id: UUID
    card: TicketCard
    rows: list[RecordRow]
    by: Time
    now: datetime

    @cached_property
    def ordered(self) -> list[RecordRow]:
        """All of them, causes first."""
        return causal_order(self.rows, self.by)

    @cached_property
    def moments(self) -> list[datetime]:
        """The times at which something changed, the earliest first: what a slider stops at."""
        return sorted({time_of(row, self.by) for row in self.rows})

    @cached_property
    def current(self) -> StateView:
        """The ticket as it is now."""
        return self.state(None)

    def until(self, moment: datetime) -> list[RecordRow]:
        """What was known, or had happened, at the moment, causes first."""
        return causal_order(as_of(self.rows, moment, self.by), self.by)

    def history(self, at: datetime | None) -> History:
        """The events as of that time, now at the latest."""
        moment = min(at or self.now, self.now)
        known = self.until(moment) if at is not None else self.ordered
        return History(
            ticket_id=self.ticket_id,
            number=self.card.number,
            as_of=moment,
            by=self.by,
            items=[item_of(row) for row in known],
        )

    def state(self, at: datetime | None) -> StateView:
        """The ticket at that time, now at the latest."""
        moment = min(at or self.now, self.now)
        known = self.until(moment) if at is not None else self.ordered
        folded = fold(empty_fold(), known)
        state: TicketState = state_of(folded)
        return StateView(
            ticket_id=self.ticket_id,
            number=self.card.number,
            as_of=moment,
            by=self.by,
            events=len(known),
            unread=folded.unread,
            ticket=state.ticket,
            policy=state.policy,
            work_orders=state.work_orders,
            clocks=state.clocks,
            revisits=state.revisits,
        )

    def diff(self, from_at: datetime | None, to: datetime | None) -> DiffView:
        """What became different up to `to`, from before the first event where none is given."""
        last = min(to or self.now, self.now)
        before = self.until(from_at) if from_at is not None else []
        after = self.until(last)
        known = {row.event_id for row in before}
        return DiffView(
            ticket_id=self.ticket_id,
            number=self.card.number,
            from_at=from_at,
            to=last,
            by=self.by,
            changes=differences(before, after),
            events=[item_of(row) for row in after if row.event_id not in known],
        )


async def open_dossier(
    reporting: Reporting,
    caller: Caller,
    named: str,
    by: Time,
    what: Look,
    asked: str | None = None,
) -> Dossier:
    """The ticket of that id or number; the look is stored first. Raises UnknownSubjectError."""
    ticket_id, card = await visible_ticket(reporting, caller, named)
    await record_look(reporting.core, caller, ticket_id, card, what, asked)
    rows = await records_of(reporting, ticket_id)
    return Dossier(ticket_id, card, rows, by, reporting.core.now())
