"""Rows of reporting's own records: which notices, inspections and reports there are."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shared.contracts.reporting import (
    FindingPublished,
    InspectionDrawn,
    InspectionEvent,
    NoticeConcluded,
    NoticeEvent,
    NoticeIssued,
    NoticeSigned,
    ReportUnit,
    Verdict,
)
from shared.contracts.revisit import RevisitConcluded
from shared.contracts.terms import Event
from shared.listing import column_time
from shared.tables import Fold, Put, RowChange, Table

NoticeState = Literal["issued", "signed", "concluded"]


class NoticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as a list shows it."""

    notice_id: UUID
    ticket_id: UUID | None = None
    """None in rows of an older release."""
    client: str
    department: str | None
    state: NoticeState
    issued_at: datetime


class InspectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection as a list shows it."""

    inspection_id: UUID
    scope: str
    drawn_at: datetime


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """What an inspection found of a ticket."""

    inspection_id: UUID
    ticket_id: UUID
    verdict: Verdict
    found_by: str
    found_at: datetime


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A report with the very bytes that went out, and what restating it needs."""

    report_id: UUID
    unit: ReportUnit
    period: str
    scope: str
    sha256: str
    sent_to: str
    built_by: str
    built_at: datetime
    content: bytes
    persons: tuple[str, ...] = ()
    """Whom the complaints that it names are about; none in rows of an older release."""
    totals: dict[str, tuple[float, int]]
    positions: dict[str, int]
    """By partition of each topic, up to which record it knew."""


class ScoreRow(msgspec.Struct, frozen=True, kw_only=True):
    """Which ticket's round a revisit was about, and what score was given."""

    ticket_id: UUID
    round: int
    score: int


NOTICES = Table(
    "notices",
    NoticeRow,
    {
        "client": lambda row: row.client,
        "department": lambda row: row.department,
        "state": lambda row: row.state,
        "issued_at": lambda row: column_time(row.issued_at),
    },
    indexes=(("issued_at",), ("department", "issued_at"), ("client", "issued_at")),
)
INSPECTIONS = Table(
    "inspections",
    InspectionRow,
    {"scope": lambda row: row.scope, "drawn_at": lambda row: column_time(row.drawn_at)},
    indexes=(("drawn_at",), ("scope", "drawn_at")),
)
FINDINGS = Table(
    "findings",
    FindingRow,
    {
        "ticket_id": lambda row: str(row.ticket_id),
        "found_at": lambda row: column_time(row.found_at),
    },
    indexes=(("ticket_id", "found_at"),),
)
REPORTS = Table(
    "reports",
    ReportRow,
    {
        "scope": lambda row: row.scope,
        "about": lambda row: f"{row.unit}/{row.period}",
        "built_at": lambda row: column_time(row.built_at),
    },
    indexes=(("built_at",), ("scope", "built_at"), ("scope", "about", "built_at")),
)
SCORES = Table("scores", ScoreRow)
OWN_TABLES = (NOTICES, INSPECTIONS, FINDINGS, REPORTS, SCORES)


def notice_changes(event: NoticeEvent, _version: int) -> Iterable[RowChange]:
    """How an event changes the list."""
    key = str(event.notice_id)
    match event:
        case NoticeIssued():
            row = NoticeRow(
                notice_id=event.notice_id,
                ticket_id=event.ticket_id,
                client=event.client,
                department=event.department,
                state="issued",
                issued_at=event.at,
            )
            yield Put(NOTICES, key, row)
        case NoticeSigned():
            yield Fold(NOTICES, key, lambda row: row and _in_state(row, "signed"))
        case NoticeConcluded():
            yield Fold(NOTICES, key, lambda row: row and _in_state(row, "concluded"))


def _in_state(row: NoticeRow, state: NoticeState) -> NoticeRow:
    return msgspec.structs.replace(row, state=state)


def inspection_changes(event: InspectionEvent, _version: int) -> Iterable[RowChange]:
    """The same of inspections."""
    match event:
        case InspectionDrawn():
            drawn = InspectionRow(
                inspection_id=event.inspection_id, scope=event.scope, drawn_at=event.at
            )
            yield Put(INSPECTIONS, str(event.inspection_id), drawn)
        case FindingPublished():
            found = FindingRow(
                inspection_id=event.inspection_id,
                ticket_id=event.ticket_id,
                verdict=event.verdict,
                found_by=event.found_by,
                found_at=event.at,
            )
            yield Put(FINDINGS, f"{event.inspection_id}/{event.ticket_id}", found)


def score_changes(event: Event | None) -> list[RowChange]:
    """Which score a revisit brought."""
    if not isinstance(event, RevisitConcluded) or event.score is None:
        return []
    row = ScoreRow(ticket_id=event.ticket_id, round=event.round, score=event.score)
    return [Put(SCORES, str(event.revisit_id), row)]
