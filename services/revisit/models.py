"""The bodies that revisit takes."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.revisit.outbound_projections import OutboundState
from services.revisit.projections import State
from shared.contracts.revisit import AttemptOutcome, PassedTo, TaskOutcome
from shared.contracts.terms import ContactChannel, Tier
from shared.http import CommandBody, Label, ListQuery, LongText, Moment

Score = Annotated[int, Field(ge=1, le=5)]
Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Headcount = Annotated[int, Field(ge=0, le=1_000_000_000)]
FilledFields = Annotated[tuple[Label, ...], Field(max_length=100)]


class AttemptRequest(CommandBody):
    """One try to call back."""

    channel: ContactChannel
    outcome: AttemptOutcome
    note: LongText | None = None


class ResultRequest(CommandBody):
    """What the customer said, or that nobody could ask them."""

    solved: bool | None = None
    unreachable: Literal[True] | None = None
    score: Score | None = None
    remarks: LongText | None = None
    new_complaint: LongText | None = None

    @model_validator(mode="after")
    def _is_one_result(self) -> "ResultRequest":
        if (self.solved is None) == (self.unreachable is None):
            raise PydanticCustomError("one-result", "give exactly one of solved and unreachable")
        if self.unreachable and (self.score is not None or self.new_complaint is not None):
            raise PydanticCustomError(
                "nobody-said-it", "a customer who was not reached gave no score and no complaint"
            )
        return self


class OutboundTaskRequest(CommandBody):
    """A key moment of a customer's, as another system saw it (M-02)."""

    customer_ref: UUID
    moment: Label
    exempt: bool = False
    due: Moment | None = None
    passed_to: PassedTo | None = None


class HandOverRequest(CommandBody):
    """Who takes on what can't be solved on the phone (M-03)."""

    passed_to: PassedTo
    appointment_at: Moment | None = None
    note: LongText | None = None


class ServedGroupRequest(CommandBody):
    """Customers served in a month, or some of them, and how many there are (M-01)."""

    month: Month
    customer_refs: Annotated[tuple[UUID, ...], Field(max_length=5000)] = ()
    start_count: Headcount | None = None
    end_count: Headcount | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ServedGroupRequest":
        if not self.customer_refs and self.start_count is None and self.end_count is None:
            raise PydanticCustomError("says-nothing", "give customer_refs, or a count")
        return self


class OutboundResultRequest(CommandBody):
    """What came of an outbound task (M-03)."""

    outcome: TaskOutcome
    score: Score | None = None
    information_passed_at: Moment | None = None
    filled_fields: FilledFields | None = None

    @model_validator(mode="after")
    def _was_heard(self) -> "OutboundResultRequest":
        if self.outcome == "unreachable" and self.score is not None:
            raise PydanticCustomError(
                "nobody-said-it", "a customer who was not reached gave no score"
            )
        return self


class RevisitQuery(ListQuery):
    """What a list of revisits is narrowed to."""

    ticket_id: UUID | None = None
    state: State | None = None
    tier: Tier | None = None
    due_before: Moment | None = None


class OutboundTaskQuery(ListQuery):
    """What a list of outbound tasks is narrowed to."""

    customer_ref: UUID | None = None
    state: OutboundState | None = None


class ServedGroupQuery(ListQuery):
    """What a list of served groups is narrowed to."""

    month: Month | None = None
