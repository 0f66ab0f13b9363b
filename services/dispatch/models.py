"""The bodies that dispatch takes."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.dispatch.domain.work_order import WorkOrderState
from shared.contracts.dispatch import (
    ContactOutcome,
    Finding,
    Guidance,
    NoticeAbout,
    NoticeOutcome,
    Signatory,
)
from shared.contracts.terms import (
    AppealOutcome,
    ContactChannel,
    DepartmentLevel,
    PauseReason,
    TakeoverLevel,
    Tier,
)
from shared.http import Body, CommandBody, Label, ListQuery, LongText, Moment


def _check_heard(promised_until: datetime | None, *, heard: bool) -> None:
    """A promise is one to a customer who heard or read it (T-06)."""
    if promised_until is not None and not heard:
        raise PydanticCustomError(
            "promise-unheard", "promised_until takes outcome reached, or a note left"
        )


class AcceptRequest(CommandBody):
    """Who takes it on (the caller, unless named), and what the customer was promised.

    The plan says which tools and parts the visit needs (C-02).
    """

    handler: Label | None = None
    promised_until: Moment | None = None
    plan: LongText | None = None


class RefuseRequest(CommandBody):
    """Why it is not the department's matter, and whose it may be."""

    reason: LongText
    proposed_department: Label | None = None


class AssignRequest(CommandBody):
    """Whose matter it is: the centre's arbitration, or a department's transfer."""

    department: Label
    reason: LongText


class ContactAttemptRequest(CommandBody):
    """One try to reach the customer; by phone, also what came of guiding them (C-06)."""

    channel: ContactChannel
    outcome: ContactOutcome
    note_left: bool = False
    promised_until: Moment | None = None
    note: LongText | None = None
    guidance: Guidance | None = None

    @model_validator(mode="after")
    def _could_be_said(self) -> "ContactAttemptRequest":
        if self.guidance and (self.channel, self.outcome) != ("phone", "reached"):
            raise PydanticCustomError(
                "guidance-by-phone", "guidance takes channel phone and outcome reached"
            )
        _check_heard(self.promised_until, heard=self.outcome == "reached" or self.note_left)
        return self


class VerificationRequest(CommandBody):
    """The department's finding."""

    finding: Finding
    note: LongText | None = None


class ProgressRequest(CommandBody):
    """Whether it is done; if not, why not (H-16)."""

    done: bool
    reason: LongText | None = None

    @model_validator(mode="after")
    def _says_why(self) -> "ProgressRequest":
        if not self.done and self.reason is None:
            raise PydanticCustomError("reason-missing", "say in reason why it is not done")
        return self


class CompletionRequest(CommandBody):
    """What was done about it, and whether that solved it."""

    solution: LongText
    solved: bool = True


class CustomerNoticeRequest(CommandBody):
    """What the customer was told, or could not be told."""

    about: NoticeAbout
    channel: ContactChannel
    outcome: NoticeOutcome
    promised_until: Moment | None = None
    note: LongText | None = None

    @model_validator(mode="after")
    def _was_heard(self) -> "CustomerNoticeRequest":
        _check_heard(self.promised_until, heard=self.outcome == "reached")
        return self


class Consent(Body):
    """Who consented for the customer, when and how (T-04)."""

    by: Label
    at: Moment
    means: ContactChannel


class ExtensionRequest(CommandBody):
    """A longer time, why, and the customer's consent to it (T-04)."""

    until: Moment
    reason: LongText
    consent: Consent


class SuspensionRequest(CommandBody):
    """Why work rests: for what the packs know as a pause."""

    reason: PauseReason


class ResumptionRequest(CommandBody):
    """Work goes on."""


class AppointmentRequest(CommandBody):
    """When the handler comes; in place of one that stands, why and that the customer agreed."""

    from_at: Moment = Field(alias="from")
    until: Moment
    reason: LongText | None = None
    customer_agreed: bool = False
    note: LongText | None = None


class NoShowRequest(CommandBody):
    """The customer did not keep the appointment; whether a note was left (C-05)."""

    note_left: bool


class ProposalRequest(CommandBody):
    """What the customer was offered, and whether they accepted it (T-07)."""

    solution: LongText
    remedy: Label | None = None
    accepted_by_customer: bool


class TakeoverRequest(CommandBody):
    """Up to which level, and who handles it there."""

    level: TakeoverLevel
    handler: Label


class WrittenAnswerRequest(CommandBody):
    """The department's answer in writing (H-17)."""

    text: LongText


class ReviewRequest(CommandBody):
    """The quality centre's word on the written answer (H-18)."""

    approved: bool
    note: LongText | None = None


class AppealAnswerRequest(CommandBody):
    """How the nation level answers an appeal (U-12)."""

    text: LongText
    outcome: AppealOutcome


class SignOffRequest(CommandBody):
    """An opinion for the handling form, and as what it is signed (H-28)."""

    role: Signatory
    opinion: LongText


class HelpRequest(CommandBody):
    """Which other department is asked for what (T-08)."""

    department: Label
    request: LongText


class WorkOrderQuery(ListQuery):
    """What a list of work orders is narrowed to."""

    ticket_id: UUID | None = None
    department: Label | None = None
    handler: Label | None = None
    state: WorkOrderState | Literal["refused"] | None = None
    """`refused` finds nothing: a refused work order is in arbitration at once."""
    tier: Tier | None = None
    level: DepartmentLevel | None = None
    """Where the department stands: each level watches its own work flow (U-01)."""
    written_answer_due: bool | None = None
    review_due: bool | None = None
    due_before: Moment | None = None
