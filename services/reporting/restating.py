"""A figure that was reported and is another one now: old, new, and the events that changed it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from services.reporting.figures.facts import Facts
from services.reporting.figures.heard import heard_in
from services.reporting.figures.hearing import counts, hear
from services.reporting.figures.models import FiguresView, Restated
from services.reporting.figures.periods import Period
from services.reporting.figures.queries import rows_heard_since
from services.reporting.figures.registry import Figure, figures
from services.reporting.figures.rows import figure_row
from services.reporting.inspecting import scope_of
from services.reporting.own_projections import REPORTS, ReportRow
from services.reporting.projections import RECORDS, RecordRow, lane_of
from shared.event_store import Backend
from shared.keys import ApiKey
from shared.packs import Packs
from shared.service import Core
from shared.tables import Query

LATE = timedelta(days=1)
"""How long after it was recorded a record may reach reporting and still be looked for."""
MOST_RECORDS = 5000
MOST_CAUSES = 100
Part = tuple[float, int] | None


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """An event by which a subject came to count otherwise."""

    subject: UUID
    number: str | None
    event_id: UUID
    source: str
    type: str
    recorded_at: datetime
    before: Part
    after: Part


async def newest_report(core: Core, key: ApiKey, period: Period) -> ReportRow | None:
    """What was reported of that period to whom the key stands for."""
    query = Query(
        REPORTS,
        {"scope": scope_of(key), "about": f"{period.unit}/{period.name}"},
        order=("built_at",),
        descending=True,
        limit=1,
    )
    return next((row for _, row in await core.store.query(query)), None)


async def restated_in(core: Core, key: ApiKey, period: Period, view: FiguresView) -> list[Restated]:
    """The figures that differ from the newest report of the period; none without one."""
    report = await newest_report(core, key, period)
    if report is None:
        return []
    found = []
    for one in view.figures:
        above, below = report.totals.get(one.name, (0.0, 0))
        if (round(above, 6), below) == (round(one.above, 6), one.below):
            continue
        found.append(
            Restated(
                figure=one.name,
                report_id=report.report_id,
                reported_at=report.built_at,
                was=figures()[one.name].value(above, below),
                now=one.value,
                was_above=above,
                was_below=below,
                above=one.above,
                below=one.below,
            )
        )
    return found


async def causes_of(core: Core, key: ApiKey, period: Period, figure: Figure) -> list[Cause]:
    """The events since the newest report by which the figure came to be another one."""
    report = await newest_report(core, key, period)
    if report is None:
        return []
    rows = await rows_heard_since(core, key, period, report.built_at - LATE)

    def read(backend: Backend) -> list[Cause]:
        found: list[Cause] = []
        for row in rows:
            records = _records(backend, UUID(row.subject))
            found += _causes(records, report, figure, core.packs, row.number)
            if len(found) >= MOST_CAUSES:
                break
        return sorted(found[:MOST_CAUSES], key=lambda one: one.recorded_at)

    return await core.store.run(read)


def _records(backend: Backend, subject: UUID) -> list[RecordRow]:
    query = Query(RECORDS, {"about": str(subject)}, order=("position",), limit=MOST_RECORDS)
    rows = [row for _, row in backend.query(query) if row.subject == subject]
    return sorted(rows, key=lambda row: (row.recorded_at, row.source, row.sequence))


def _causes(
    records: Sequence[RecordRow],
    report: ReportRow,
    figure: Figure,
    packs: Packs,
    number: str | None,
) -> list[Cause]:
    """What the report knew is folded first; then each later record shows whether it changed it."""
    late = [row for row in records if not _was_known(row, report)]
    facts = Facts()
    for row in records:
        facts = _after(facts, row) if _was_known(row, report) else facts
    found = []
    before = _part(facts, late[0].subject, figure, packs) if late else None
    for row in late:
        facts = _after(facts, row)
        after = _part(facts, row.subject, figure, packs)
        if after != before:
            found.append(_cause(row, number, before, after))
        before = after
    return found


def _cause(row: RecordRow, number: str | None, before: Part, after: Part) -> Cause:
    return Cause(
        subject=row.subject,
        number=number,
        event_id=row.event_id,
        source=row.source,
        type=row.type,
        recorded_at=row.recorded_at,
        before=before,
        after=after,
    )


def _was_known(row: RecordRow, report: ReportRow) -> bool:
    return row.position <= report.positions.get(lane_of(row.source, row.partition), 0)


def _after(facts: Facts, row: RecordRow) -> Facts:
    heard = heard_in(row)
    return hear(facts, heard) if counts(heard) else facts


def _part(facts: Facts, subject: UUID, figure: Figure, packs: Packs) -> Part:
    row = figure_row("", subject, facts, packs)
    return row.measures.get(figure.name) if row else None
