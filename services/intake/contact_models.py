"""A contact as it is sent in and as it is shown."""

from datetime import datetime
from itertools import pairwise
from typing import Annotated
from uuid import UUID

import msgspec
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.intake.models import PhoneNumber
from shared.contracts.intake import AnsweredBy, EndedBy
from shared.contracts.terms import Channel, Tier
from shared.http import CommandBody, Label, LongText, Moment

Count = Annotated[int, Field(ge=0, le=100_000)]


class RecordContactRequest(CommandBody):
    """One contact (H-01); of a call also how it was answered (H-02)."""

    channel: Channel
    offered_at: Moment | None = None
    answered_at: Moment | None = None
    abandoned_at: Moment | None = None
    ended_at: Moment | None = None
    wait_seconds: Count | None = None
    rings: Count | None = None
    number: PhoneNumber | None = None
    name: Label | None = None
    content: LongText | None = None
    tier: Tier = "standard"
    business: Label | None = None
    branch: Label | None = None
    answered_by: AnsweredBy | None = None
    warnings: Count = 0
    ended_by: EndedBy | None = None
    ticket_id: UUID | None = None
    callback_of: UUID | None = None
    received_at: Moment | None = None

    @model_validator(mode="after")
    def _could_have_happened(self) -> "RecordContactRequest":
        if self.answered_at and self.abandoned_at:
            raise PydanticCustomError("two-ends", "is either answered or abandoned")
        moments = (self.offered_at, self.answered_at or self.abandoned_at, self.ended_at)
        said = [moment for moment in moments if moment]
        if any(later < earlier for earlier, later in pairwise(said)):
            raise PydanticCustomError("out-of-order", "is offered, answered and ended in order")
        return self


class ContactView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact; name, number and content only masked, unless the key may read personal data.

    Without that there is no reference to the customer either.
    """

    contact_id: UUID
    customer_ref: UUID | None
    channel: Channel
    received_at: datetime
    name: str | None = None
    number: str | None = None
    content: str | None = None
    offered_at: datetime | None = None
    answered_at: datetime | None = None
    abandoned_at: datetime | None = None
    ended_at: datetime | None = None
    wait_seconds: int | None = None
    rings: int | None = None
    tier: Tier
    business: str | None = None
    branch: str | None = None
    answered_by: AnsweredBy | None = None
    warnings: int
    ended_by: EndedBy | None = None
    ticket_id: UUID | None = None
    callback_of: UUID | None = None
    erased: bool = False
    """Name, number and content are gone with the person."""
    links: dict[str, str]
