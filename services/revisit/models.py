"""The bodies that revisit takes, and the shapes it answers with."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.revisit.projections import State
from shared.contracts.revisit import AttemptOutcome
from shared.contracts.terms import ContactChannel, Tier
from shared.http import Body
from shared.tables import Column

LongText = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Score = Annotated[int, Field(ge=1, le=5)]


class AttemptRequest(Body):
    """One try to call back."""

    channel: ContactChannel
    outcome: AttemptOutcome
    note: LongText | None = None
    at: AwareDatetime | None = None


class ResultRequest(Body):
    """What the customer said, or that nobody could ask them."""

    solved: bool | None = None
    unreachable: Literal[True] | None = None
    score: Score | None = None
    remarks: LongText | None = None
    new_complaint: LongText | None = None
    at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_one_result(self) -> "ResultRequest":
        if (self.solved is None) == (self.unreachable is None):
            raise PydanticCustomError("one-result", "give exactly one of solved and unreachable")
        if self.unreachable and (self.score is not None or self.new_complaint is not None):
            raise PydanticCustomError(
                "nobody-said-it", "a customer who was not reached gave no score and no complaint"
            )
        return self


class RevisitQuery(BaseModel):
    """What a list of revisits is narrowed to; what is not given narrows nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ticket_id: UUID | None = None
    state: State | None = None
    tier: Tier | None = None
    due_before: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Annotated[str, StringConstraints(max_length=500)] | None = None

    def equal(self) -> dict[str, Column]:
        """The columns that must equal what was asked."""
        return self.model_dump(
            mode="json", include={"ticket_id", "state", "tier"}, exclude_none=True
        )


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt; its note only for a key that may read personal data."""

    at: datetime
    channel: ContactChannel
    outcome: AttemptOutcome
    note: str | None = None


class RevisitView(msgspec.Struct, frozen=True, kw_only=True):
    """A revisit; `attempts` is how many there were. A list leaves out what is unset."""

    revisit_id: UUID
    ticket_id: UUID
    number: str
    round: int
    state: State
    version: int
    tier: Tier
    department: str | None
    scheduled_at: datetime
    due_at: datetime | None
    attempts: int
    solved: bool | None
    unreachable: bool
    score: int | None
    concluded_at: datetime | None
    links: dict[str, str]
    calls: tuple[CallView, ...] | msgspec.UnsetType = msgspec.UNSET
    remarks: str | msgspec.UnsetType | None = msgspec.UNSET
    new_complaint: str | msgspec.UnsetType | None = msgspec.UNSET
