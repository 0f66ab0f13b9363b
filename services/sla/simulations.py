"""`POST /simulations`: what a draft would make of tickets; reads, and says nothing."""

import asyncio
from bisect import insort
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from services.sla.book import Book, Watched
from services.sla.domain.comparison import FIGURES, Change, Comparison, Standing, compare
from services.sla.domain.errors import SimulationRunningError
from services.sla.domain.facts import registration
from services.sla.domain.people import responsible_now
from services.sla.domain.regulation import Regulation
from services.sla.drafts import Simulation
from services.sla.models import ClockChange, SimulatedClock, TicketChange
from services.sla.operating import OneAtATime
from services.sla.regulations import Regulations
from services.sla.restating import KIND as RECALCULATION
from shared.keys import ApiKey
from shared.operating import Result, Work
from shared.operations import Operation
from shared.packs import UnknownPackError
from shared.service import Core
from shared.worktime import WorktimeError, moment_of, moment_or_none

KIND = "what-if"
NAMED = 100
"""Tickets that are named when they change, the oldest; and departments. All are counted."""
NAMED_CLOCKS = 12
"""Clocks of one ticket that are shown; all are counted."""
JUDGED_AT_ONCE = 16
"""Tickets between two turns of everybody else."""


class Simulations(OneAtATime):
    """Each over the tickets of the partitions that this instance has."""

    def __init__(self, core: Core, book: Book, regulations: Regulations) -> None:
        super().__init__(core, book, KIND, SimulationRunningError)
        self._regulations = regulations

    async def begin(self, operation_id: UUID, asked: Simulation) -> tuple[Operation, bool]:
        """Begins one; and whether that id had begun it before.

        Raises SimulationRunningError, IdempotencyKeyReusedError, StoreUnavailableError before all
        was read once.
        """

        def prepared() -> Work:
            watched = [one for shelf in self._book.shelves for one in shelf.tickets.values()]
            return partial(self._simulate, asked, watched, self._book.partitions)

        return await self._begin(operation_id, asked.asked, prepared)

    async def _simulate(
        self, asked: Simulation, watched: Sequence[Watched], partitions: Sequence[int]
    ) -> Result:
        trial = _Trial(asked, self._regulations, self._core)
        for number, one in enumerate(watched, 1):
            trial.try_on(one)
            if number % JUDGED_AT_ONCE == 0:
                await asyncio.sleep(0)
                await self._tell_progress(number / len(watched))
        return {**trial.result(), "partitions": partitions}


def is_of(operation: Operation | None, key: ApiKey) -> bool:
    """Whether that client began it, by a key that may begin one of its kind."""
    if operation is None or operation.kind not in {KIND, RECALCULATION}:
        return False
    if operation.kind != KIND and not key.may_see("", None):
        return False  # it names everybody's tickets
    return key.may("sla:admin") and operation.asked["client"] == key.client


class _Trial:
    """What was found so far."""

    def __init__(self, asked: Simulation, regulations: Regulations, core: Core) -> None:
        self._asked = asked
        self._regulations = regulations
        self._drafts = {asked.draft.days: asked.draft}
        self._now = core.now()
        self._not_judged = 0
        self._totals: Counter[str] = Counter()
        self._departments: dict[str | None, Counter[str]] = {}
        self._named: list[TicketChange] = []

    def try_on(self, watched: Watched) -> None:
        """Judges the ticket twice, if it is one of those that are asked for."""
        facts = watched.facts
        registered = registration(facts)
        if registered is None or registered.case is None:
            return
        case, asked = registered.case, self._asked
        if case.pack != asked.draft.pack.name or not asked.from_at <= registered.at < asked.until:
            return
        responsible = responsible_now(facts)
        department = responsible.department if responsible else None
        if not asked.key.may_see(case.client, department):
            return
        try:
            current, _ = self._regulations.judging(facts, registered, case)[-1]
            found = compare(facts, current, self._draft(current.days), self._now)
        except (UnknownPackError, WorktimeError):
            self._not_judged += 1
            return
        self._totals.update(found.counts)
        self._departments.setdefault(department, Counter()).update(found.counts)
        if found.changes:
            view = _ticket_view(watched.ticket_id, registered.at, department, found)
            insort(self._named, view, key=lambda one: (one.registered_at, one.ticket_id))
            del self._named[NAMED:]

    def _draft(self, days: int) -> Regulation:
        """By the same official days as what it is compared with: the draft alone is tried."""
        if days not in self._drafts:
            self._drafts[days] = self._regulations.compiled(self._asked.draft.pack, days)
        return self._drafts[days]

    def result(self) -> dict[str, Any]:
        ranked = sorted(
            self._departments.items(), key=lambda one: (-one[1]["changed"], str(one[0]))
        )
        return {
            "not_judged": self._not_judged,
            "totals": _figures(self._totals),
            "department_count": len(ranked),
            "departments": [
                {"department": name, **_figures(counts)} for name, counts in ranked[:NAMED]
            ],
            "changes": msgspec.to_builtins(self._named),
        }


def _figures(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in FIGURES}


def _ticket_view(
    ticket_id: str, registered_at: datetime, department: str | None, found: Comparison
) -> TicketChange:
    return TicketChange(
        ticket_id=ticket_id,
        registered_at=registered_at,
        department=department,
        clock_count=len(found.changes),
        clocks=tuple(map(_clock_view, found.changes[:NAMED_CLOCKS])),
    )


def _clock_view(change: Change) -> ClockChange:
    return ClockChange(
        clock=change.key.name,
        round=change.key.round,
        occurrence=change.key.occurrence,
        before=_standing_view(change.before),
        after=_standing_view(change.after),
    )


def _standing_view(standing: Standing | None) -> SimulatedClock | None:
    if standing is None:
        return None
    return SimulatedClock(
        state=standing.state,
        target_at=moment_or_none(standing.target_at),
        due_at=moment_of(standing.due_at),
        missed=standing.missed,
        escalations=standing.escalations,
    )
