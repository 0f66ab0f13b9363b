"""Reports to the superior: built, archived with their hash, and what was restated since (T-10)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from services.reporting.figures.files import ReportFile, report_file
from services.reporting.figures.periods import (
    PARSERS,
    Period,
    Unit,
    WrongPeriodError,
    period_around,
)
from services.reporting.figures.queries import today
from services.reporting.inspecting import scope_of
from services.reporting.leaves import lane_ends
from services.reporting.own_projections import ReportRow
from services.reporting.projections import CARDS
from shared.contracts.reporting import ReportArchived
from shared.http import MalformedError, is_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from services.reporting.bootstrap import Reporting
    from shared.event_store import Backend
    from shared.keys import ApiKey


def period_named(unit: Unit, name: str | None, reporting: Reporting) -> Period:
    """The last one that is over where none is named. Raises MalformedError."""
    now = today(reporting.core.now())
    if name is None:
        return period_around(unit, period_around(unit, now).first - timedelta(days=1))
    try:
        period = PARSERS[unit](name)
    except WrongPeriodError:
        raise MalformedError(("/period", ("日历中没有这一期间。", "no calendar has it"))) from None
    if period.first > now:
        raise MalformedError(("/period", ("这一期间尚未开始。", "has not begun yet")))
    return period


async def built(
    reporting: Reporting, key: ApiKey, period: Period, report_id: UUID
) -> tuple[ReportArchived, ReportRow]:
    """A report of what the key may see, and the row that keeps its bytes."""
    now = reporting.core.now()
    # Before the sums: what comes in between is known to neither, and restates the report.
    positions = await reporting.core.store.run(lane_ends)
    file = await report_file(reporting, key, period)
    event = ReportArchived(
        report_id=report_id,
        unit=period.unit,
        period=period.name,
        scope=scope_of(key),
        sha256=hashlib.sha256(file.content).hexdigest(),
        sent_to=reporting.directory.deputy_general_manager,
        built_by=key.client,
        at=now,
    )
    persons = await _complained_about(reporting, [UUID(one.subject) for one in file.named])
    return event, _row(event, file, persons, positions)


async def _complained_about(reporting: Reporting, tickets: Sequence[UUID]) -> set[str]:
    def read(backend: Backend) -> set[str]:
        cards = (backend.read_row(CARDS, str(one)) for one in tickets)
        return {card.against_person for card in cards if card and card.against_person}

    return await reporting.core.store.run(read)


def _row(
    event: ReportArchived, file: ReportFile, persons: Iterable[str], positions: dict[str, int]
) -> ReportRow:
    return ReportRow(
        report_id=event.report_id,
        unit=event.unit,
        period=event.period,
        scope=event.scope,
        sha256=event.sha256,
        sent_to=event.sent_to,
        built_by=event.built_by,
        built_at=event.at,
        content=file.content,
        persons=tuple(sorted(persons)),
        totals={one.name: (one.above, one.below) for one in file.whole.figures},
        positions=positions,
    )


def names_own(key: ApiKey, report: ReportRow) -> bool:
    """Whether it names a ticket about the key's own person (C-10), who may build their own."""
    return any(is_about(key, one) for one in report.persons)
