"""How reporting's own records are asked for, and shown."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from pydantic import Field, model_validator

from services.reporting.figures.models import Day, Month, Week, period_asked, refuse_two_periods
from services.reporting.figures.periods import Period
from services.reporting.own_projections import NoticeState
from shared.contracts.reporting import ReportUnit, Verdict
from shared.contracts.terms import Kind
from shared.http import Body, CommandBody, Label, ListQuery, LongText


class IssueNoticeRequest(CommandBody):
    """For which weak score (the revisit's id), and what is to be rectified."""

    score_ref: Annotated[UUID, Field(strict=False)]
    text: LongText


class SignNoticeRequest(CommandBody):
    """Which leader signs; whoever sends it where nobody is named."""

    leader: Label | None = None


class ConcludeNoticeRequest(CommandBody):
    """What was rectified."""

    text: LongText


class NoticesQuery(ListQuery):
    """In which state, of which department."""

    state: NoticeState | None = None
    department: Label | None = None


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """A notice; its texts only for keys that may read personal data, and recorded then."""

    notice_id: UUID
    state: NoticeState
    score_ref: UUID
    ticket_id: UUID
    round: int
    score: int
    department: str | None
    merchant: str | None
    issued_by: str
    issued_at: datetime
    signed_by: str | None
    signed_at: datetime | None
    concluded_by: str | None
    concluded_at: datetime | None
    version: int
    text: str | None = None
    result: str | None = None


class ScopeRequest(Body):
    """Which tickets are drawn from: of one period, perhaps of one department or kind alone."""

    month: Month | None = None
    week: Week | None = None
    day: Day | None = None
    department: Label | None = None
    kind: Kind | None = None

    _one = model_validator(mode="before")(refuse_two_periods)

    def period(self, today: date) -> Period:
        return period_asked(self, today)


class DrawRequest(CommandBody):
    """How many, by which seed; without one a new one is made, and told."""

    n: Annotated[int, Field(ge=1, le=500)]
    seed: Annotated[str, Field(min_length=1, max_length=64)] | int | None = None
    scope: ScopeRequest = ScopeRequest()


class FindingRequest(CommandBody):
    """What was found of one ticket of the sample."""

    ticket_id: Annotated[UUID, Field(strict=False)]
    verdict: Verdict
    finding: LongText


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """A finding; its text as a notice's."""

    ticket_id: UUID
    verdict: Verdict
    found_by: str
    found_at: datetime
    finding: str | None = None


class InspectionView(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection: what it was drawn from and how, what was drawn, what was found."""

    inspection_id: UUID
    scope: str
    wanted: int
    seed: str
    first_day: str
    last_day: str
    department: str | None
    kind: str | None
    frame_count: int
    frame_sha256: str
    drawn: tuple[UUID, ...]
    drawn_by: str
    drawn_at: datetime
    findings: list[FindingView]
    version: int


class BuildReportRequest(CommandBody):
    """Of which period, like 2026-11; the last one that is over if none is named."""

    period: Annotated[str, Field(min_length=1, max_length=16)] | None = None


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """A report that went out; its bytes lie under `file`."""

    report_id: UUID
    unit: ReportUnit
    period: str
    scope: str
    sha256: str
    sent_to: str
    built_by: str
    built_at: datetime
    file: str
