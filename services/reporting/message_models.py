"""What the message browser takes, and what it shows."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.reporting.models import Format
from shared.http import Label, Moment
from shared.http.fields import Cursor
from shared.messaging.topics import PARTITIONS

Publisher = Literal["intake", "dispatch", "sla", "revisit"]
Topic = Publisher | Literal["all"]
MOST = 500


def _or_none(given: object) -> object:
    return None if given == "" else given


Open = BeforeValidator(_or_none)
"""A form sends what was left open as an empty text."""


class MessagesQuery(BaseModel):
    """Which topic, or which ticket; from where back, and what the messages are like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Topic = "intake"
    ticket: Annotated[Label | None, Open] = None
    """Number or id: then of all topics."""
    key: Annotated[UUID | None, Open] = None
    """The record's key: the id of its ticket, contact, task, pack or calendar."""
    type: Annotated[Label | None, Open] = None
    """With or without its version."""
    header: Annotated[Label | None, Open] = None
    """`ce_actor=crm`, or the name alone: that there is one."""
    text: Annotated[Label | None, Open] = None
    """Somewhere in the event, in whatever case."""
    partition: Annotated[Annotated[int, Field(ge=0, lt=PARTITIONS)] | None, Open] = None
    at: Annotated[Moment | None, Open] = None
    """The newest that was recorded by then."""
    since: Annotated[Moment | None, Open] = None
    """None that was recorded by then."""
    before: Annotated[Annotated[int, Field(ge=1, lt=2**63)] | None, Open] = None
    """The newest at a lower position of one topic."""
    cursor: Annotated[Cursor | None, Open] = None
    """Where an answer about all topics ended."""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    format: Format = "json"

    @model_validator(mode="after")
    def _of_one_topic(self) -> Self:
        if self.topic == "all" and self.before is not None:
            raise PydanticCustomError("one-topic", "positions count within one topic")
        return self


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One published record as reporting keeps it; `data` are its bytes, which hold no name."""

    topic: str
    partition: int
    position: int
    event_id: UUID
    type: str
    subject: UUID
    ticket_id: UUID | None
    sequence: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    headers: dict[str, str]
    data: msgspec.Raw


class Messages(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; `before`, of all topics `next_cursor`, goes on where these end.

    Both are None where there is nothing older.
    """

    items: list[Message]
    looked_through: int
    before: int | None = None
    next_cursor: str | None = None
