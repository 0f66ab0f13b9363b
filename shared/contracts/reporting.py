"""What reporting keeps of its own: reports, inspections, rectification notices. Nobody hears it."""

from typing import Literal
from uuid import UUID

from shared.contracts.terms import CheckpointSigned, Event, PersonalDataRead, Text

Verdict = Literal["passed", "failed"]
ReportUnit = Literal["month", "week", "day"]


class ReportArchived(Event, frozen=True, kw_only=True):
    """A report as it went to the superior; its bytes lie beside it, under their SHA-256."""

    report_id: UUID
    unit: ReportUnit
    period: str
    scope: str
    sha256: str
    sent_to: str
    built_by: str


class InspectionDrawn(Event, frozen=True, kw_only=True):
    """H-23: a random sample; by seed and frame it can be drawn again."""

    inspection_id: UUID
    scope: str
    wanted: int
    seed: str
    first_day: str
    last_day: str
    department: str | None = None
    kind: str | None = None
    frame_count: int
    """How many tickets it was drawn from, and the SHA-256 over their ids, a line each, in order."""
    frame_sha256: str
    drawn: tuple[UUID, ...]
    drawn_by: str


class FindingPublished(Event, frozen=True, kw_only=True):
    """What the inspection found of one of its tickets."""

    inspection_id: UUID
    ticket_id: UUID
    verdict: Verdict
    finding: Text
    found_by: str


class NoticeIssued(Event, frozen=True, kw_only=True):
    """T-09: a weak score leads to a notice that asks the department to rectify."""

    notice_id: UUID
    score_ref: UUID
    """The revisit in which the score was given."""
    ticket_id: UUID
    round: int
    score: int
    client: str
    customer_ref: UUID
    department: str | None = None
    merchant: str | None = None
    text: Text
    issued_by: str


class NoticeSigned(Event, frozen=True, kw_only=True):
    """A leader stands for it."""

    notice_id: UUID
    signed_by: str


class NoticeConcluded(Event, frozen=True, kw_only=True):
    """It was followed to its end: what was rectified."""

    notice_id: UUID
    result: Text
    concluded_by: str


NoticeEvent = NoticeIssued | NoticeSigned | NoticeConcluded
InspectionEvent = InspectionDrawn | FindingPublished

EVENTS: dict[str, type[Event]] = {
    "report-archived.v1": ReportArchived,
    "inspection-drawn.v1": InspectionDrawn,
    "finding-published.v1": FindingPublished,
    "notice-issued.v1": NoticeIssued,
    "notice-signed.v1": NoticeSigned,
    "notice-concluded.v1": NoticeConcluded,
    "personal-data-read.v1": PersonalDataRead,
    "checkpoint-signed.v1": CheckpointSigned,
}
