"""What the department answers, and who stands for it."""

from uuid import UUID

from shared.contracts.dispatch.main_line import WorkOrderEvent
from shared.contracts.dispatch.terms import Signatory
from shared.contracts.terms import AppealOutcome, DepartmentLevel, Level, TakeoverLevel, Text


class SolutionProposed(WorkOrderEvent, frozen=True, kw_only=True):
    """T-07: what the customer was offered, by which level, and whether they accepted it."""

    solution: Text
    level: Level
    accepted_by_customer: bool
    remedy: str | None = None


class TakenOver(WorkOrderEvent, frozen=True, kw_only=True):
    """H-07, U-11: handed up, to a handler there; the first owner stays."""

    level: TakeoverLevel
    handler: str
    department: str | None = None
    """The handler's at a level above departments' own people; None: it stays (U-01)."""
    department_level: DepartmentLevel | None = None
    escalation_id: UUID | None = None
    """What brought it about by itself; None where people did, or a reclassification."""


class WrittenAnswerSent(WorkOrderEvent, frozen=True, kw_only=True):
    """H-17: the department's answer in writing, to the quality centre."""

    text: Text
    written_by: str


class WrittenAnswerReviewed(WorkOrderEvent, frozen=True, kw_only=True):
    """H-18: the quality centre's word on the written answer."""

    approved: bool
    reviewed_by: str
    note: Text | None = None


class AppealAnswered(WorkOrderEvent, frozen=True, kw_only=True):
    """U-12: the nation level's answer; it completes the appeal's work order."""

    appeal_id: UUID
    department: str
    outcome: AppealOutcome
    text: Text


class FormSigned(WorkOrderEvent, frozen=True, kw_only=True):
    """H-28: the handling form carries an opinion, signed and dated."""

    signed_as: Signatory
    signed_by: str
    opinion: Text
