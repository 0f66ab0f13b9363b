"""The bodies that revisit takes, and the shapes it answers with."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.revisit.outbound_projections import OutboundState
from services.revisit.projections import State
from shared.contracts.revisit import AttemptOutcome, PassedTo, TaskOutcome
from shared.contracts.terms import ContactChannel, Tier
from shared.http import CommandBody, Label, ListQuery, LongText, Moment

Score = Annotated[int, Field(ge=1, le=5)]
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


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt; its note only for a key that may read personal data."""

    at: datetime
    channel: ContactChannel
    outcome: AttemptOutcome
    note: str | None = None


class RevisitView(msgspec.Struct, frozen=True, kw_only=True):
    """A revisit; `attempts` is how many there were.

    A list leaves out what was said, and the answer to a command what is not revisit's own word.
    """

    revisit_id: UUID
    ticket_id: UUID
    number: str
    round: int
    state: State
    version: int
    tier: Tier
    department: str | None
    scheduled_at: datetime
    attempts: int
    solved: bool | None
    unreachable: bool
    score: int | None
    concluded_at: datetime | None
    links: dict[str, str]
    due_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    calls: tuple[CallView, ...] | msgspec.UnsetType = msgspec.UNSET
    remarks: str | msgspec.UnsetType | None = msgspec.UNSET
    new_complaint: str | msgspec.UnsetType | None = msgspec.UNSET


class OutboundTaskView(msgspec.Struct, frozen=True, kw_only=True):
    """An outbound task; `attempts` is how many there were, and a list leaves out each one."""

    task_id: UUID
    customer_ref: UUID
    moment: str
    state: OutboundState
    version: int
    passed_to: PassedTo | None
    created_at: datetime
    due_at: datetime | None
    attempts: int
    outcome: TaskOutcome | None
    score: int | None
    information_passed_at: datetime | None
    filled_fields: tuple[str, ...] | None
    concluded_at: datetime | None
    links: dict[str, str]
    calls: tuple[CallView, ...] | msgspec.UnsetType = msgspec.UNSET
