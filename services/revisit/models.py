"""The bodies that revisit takes, and the shapes it answers with."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.revisit.projections import State
from shared.contracts.revisit import AttemptOutcome
from shared.contracts.terms import ContactChannel, Tier
from shared.http import CommandBody, ListQuery, LongText, Moment

Score = Annotated[int, Field(ge=1, le=5)]


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


class RevisitQuery(ListQuery):
    """What a list of revisits is narrowed to."""

    ticket_id: UUID | None = None
    state: State | None = None
    tier: Tier | None = None
    due_before: Moment | None = None


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
