"""What revisit shows: each revisit, in the order of calling; and which tickets have ended."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Literal, assert_never
from uuid import UUID

import msgspec

from services.revisit.domain.commands import ScheduleRevisit
from services.revisit.domain.errors import TicketEndedError
from services.revisit.domain.stages import revisit_id_of
from shared.contracts import sla
from shared.contracts.revisit import (
    CallBackEvent,
    RectificationOrdered,
    RevisitAttempted,
    RevisitCancelled,
    RevisitConcluded,
    RevisitScheduled,
)
from shared.contracts.terms import TIERS, Case
from shared.event_store import RowConflictError
from shared.listing import column_time
from shared.tables import Fold, RowChange, Table

State = Literal["due", "in_progress", "concluded", "cancelled"]
Reason = Literal["withdrawn", "merged"]


DueEvent = sla.ClockStarted | sla.ClockPaused | sla.ClockResumed | sla.DeadlineMoved
"""What sla says of when something is due."""


class RevisitSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A revisit as lists show it; without `scheduled` only sla's word on it came so far."""

    revisit_id: UUID
    ticket_id: UUID
    round: int
    due_at: datetime | None = None
    """None while the clock stands still."""
    scheduled: RevisitScheduled | None = None
    state: State | None = None
    attempts: int = 0
    solved: bool | None = None
    score: int | None = None
    concluded_at: datetime | None = None
    version: int = 0

    @property
    def case(self) -> Case | None:
        return self.scheduled.case if self.scheduled else None

    @property
    def rank(self) -> int | None:
        """Lowest is called first (U-09); None until scheduled."""
        return TIERS.index(self.case.tier) if self.case else None

    @property
    def turn(self) -> str | None:
        """Within a tier, whose turn comes first."""
        return column_time(self.due_at or self.scheduled.at) if self.scheduled else None


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """What intake said of a ticket's end, which may come before the result that it outdates."""

    reason: Reason | None = None
    closed_round: int = 0
    missed: tuple[ScheduleRevisit, ...] = ()
    """Results told while the ticket was merged: they count should that be taken back."""

    def ends(self, in_round: int) -> bool:
        """Whether nobody is called about that round any more."""
        return self.reason is not None or in_round <= self.closed_round


class Complaint(msgspec.Struct, frozen=True):
    """Whom a ticket is about: to them neither it nor its revisits are there (C-10).

    A row of its own: its registration and the results of its rounds have no common order.
    """

    against_person: str


REVISITS = Table(
    "revisits",
    RevisitSummary,
    {
        "client": lambda row: row.case.client if row.case else None,
        "ticket_id": lambda row: str(row.ticket_id),
        "state": lambda row: row.state,
        "tier": lambda row: row.case.tier if row.case else None,
        "department": lambda row: row.scheduled.department if row.scheduled else None,
        "due_at": lambda row: column_time(row.due_at) if row.due_at else None,
        "rank": lambda row: row.rank,
        "turn": lambda row: row.turn,
    },
    numeric=frozenset({"rank"}),
    indexes=(
        ("ticket_id",),
        ("state", "rank", "turn"),
        ("client", "state", "rank", "turn"),
        ("department", "state", "rank", "turn"),
    ),
)
ENDINGS = Table("ticket_endings", Ending)
COMPLAINTS = Table("complaints", Complaint)


def project_summary(
    view: RevisitSummary | None, event: CallBackEvent, version: int
) -> RevisitSummary | None:
    """The revisit's own events, the newest at `version`."""
    if isinstance(event, RevisitScheduled):
        known = view or _unscheduled(event.ticket_id, event.round)
        state: State = "in_progress" if known.attempts else "due"  # again, after a merger
        return msgspec.structs.replace(known, scheduled=event, state=state, version=version)
    if view is None:
        return None
    match event:
        case RevisitAttempted():
            return msgspec.structs.replace(
                view, state="in_progress", attempts=view.attempts + 1, version=version
            )
        case RevisitConcluded():
            return msgspec.structs.replace(
                view,
                state="concluded",
                solved=event.solved,
                score=event.score,
                concluded_at=event.at,
                version=version,
            )
        case RevisitCancelled():
            return msgspec.structs.replace(view, state="cancelled", version=version)
        case RectificationOrdered():
            return msgspec.structs.replace(view, version=version)
        case _:
            assert_never(event)


def revisit_changes(event: CallBackEvent, version: int) -> Iterable[RowChange]:
    """What an event changes in the views; earlier rounds follow their ticket's version."""
    project = partial(project_summary, event=event, version=version)
    yield Fold(REVISITS, str(event.revisit_id), project)
    for earlier in range(1, event.round):
        key = str(revisit_id_of(event.ticket_id, earlier))
        yield Fold(REVISITS, key, partial(_at_version, version=version))


def _at_version(view: RevisitSummary | None, version: int) -> RevisitSummary | None:
    return msgspec.structs.replace(view, version=version) if view else None


def due_change(event: DueEvent) -> RowChange:
    """What sla says of the revisit's clock, which may come before the revisit is scheduled."""
    revisit_id = revisit_id_of(event.ticket_id, event.round)
    return Fold(REVISITS, str(revisit_id), partial(project_due, event=event))


def project_due(view: RevisitSummary | None, event: DueEvent) -> RevisitSummary:
    known = view or _unscheduled(event.ticket_id, event.round)
    due_at = None if isinstance(event, sla.ClockPaused) else event.due_at
    return msgspec.structs.replace(known, due_at=due_at)


def _unscheduled(ticket_id: UUID, in_round: int) -> RevisitSummary:
    return RevisitSummary(
        revisit_id=revisit_id_of(ticket_id, in_round), ticket_id=ticket_id, round=in_round
    )


def ending_change(
    ticket_id: UUID, *, reason: Reason | None = None, closed_round: int = 0
) -> RowChange:
    """Keeps that the ticket ended, whatever comes later."""

    def project(view: Ending | None) -> Ending:
        known = view or Ending()
        return msgspec.structs.replace(
            known,
            reason=known.reason or reason,
            closed_round=max(known.closed_round, closed_round),
        )

    return Fold(ENDINGS, str(ticket_id), project)


def missed_change(command: ScheduleRevisit) -> RowChange:
    """Keeps a result of a merged ticket; of one that ended otherwise nothing is kept.

    Raises RowConflictError from the append where the merger was taken back at that moment.
    """

    def project(view: Ending | None) -> Ending:
        if view is None or not view.ends(command.round):
            raise RowConflictError(ENDINGS.name, str(command.ticket_id))
        if view.reason != "merged":
            return view
        others = [one for one in view.missed if one.round != command.round]
        return msgspec.structs.replace(view, missed=(*others, command))

    return Fold(ENDINGS, str(command.ticket_id), project)


def unmerged_change(ticket_id: UUID, missed: tuple[ScheduleRevisit, ...]) -> RowChange:
    """Lifts the end that a merger was, and no other; `missed` is what is scheduled with it.

    Raises RowConflictError from the append where another result was told at that moment.
    """

    def project(view: Ending | None) -> Ending | None:
        if view is None or view.reason != "merged":
            return view
        if view.missed != missed:
            raise RowConflictError(ENDINGS.name, str(ticket_id))
        return msgspec.structs.replace(view, reason=None, missed=())

    return Fold(ENDINGS, str(ticket_id), project)


def unless_ended(ticket_id: UUID, in_round: int) -> RowChange:
    """Lets an append through only while the ticket goes on: judged under the write lock.

    Raises TicketEndedError from the append.
    """

    def project(view: Ending | None) -> None:
        if view is not None and view.ends(in_round):
            raise TicketEndedError

    return Fold(ENDINGS, str(ticket_id), project)
