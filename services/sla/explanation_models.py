"""What an explanation is asked with, and the shape that it is answered in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from services.sla.models import ClockView, RuleView, RungView


class ExplanationQuery(BaseModel):
    """Which of the clocks of that name; the newest one unless said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    round: Annotated[int, Field(ge=1)] | None = None
    occurrence: UUID | None = None


class FactView(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, and the event that said so."""

    event_id: str
    fact: str
    at: datetime
    recorded_at: datetime


class SegmentView(msgspec.Struct, frozen=True, kw_only=True):
    """Time that counts, without a gap."""

    begins: datetime = msgspec.field(name="from")
    until: datetime
    seconds: int


class ReckoningView(msgspec.Struct, frozen=True, kw_only=True):
    """From the start to `until`; `seconds` is what the segments add up to."""

    promised: str | None
    """As the pack writes it; None of what was only measured."""
    until: datetime
    seconds: int
    segments: tuple[SegmentView, ...]
    workdays: tuple[SegmentView, ...]
    """From opening to close, those that a `wd` time counts; the start day is none of them."""


class PauseView(msgspec.Struct, frozen=True, kw_only=True):
    """Time that does not count; still open without `until`."""

    reason: str
    begins: datetime = msgspec.field(name="from")
    until: datetime | None
    event_ids: tuple[str, ...]


class ExtensionView(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer agreed to; `refused` says why it did not count."""

    event_id: str
    until: datetime
    refused: str | None


class ExplainedRung(RungView, frozen=True, kw_only=True):
    """A step that falls due after so many seconds of the clock's time."""

    seconds: int
    reason: str | None
    """Why it need not stand."""


class ExplanationView(ClockView, frozen=True, kw_only=True):
    """A clock as it stands now, line by line."""

    ticket_id: UUID
    as_of: datetime
    pack: str
    pack_version: int
    calendar: str
    zone: str
    drifted: bool
    """The deadline that was published stands; today's code would compute another one."""
    rule: RuleView
    lost: tuple[RuleView, ...]
    """Rules that fit the ticket as well, and are less specific."""
    started: FactView | None
    """None where it was calculated: the answer's limit passed."""
    stopped: FactView | None
    target: ReckoningView | None
    limit: ReckoningView
    used: ReckoningView
    pauses: tuple[PauseView, ...]
    extensions: tuple[ExtensionView, ...]
    rungs: tuple[ExplainedRung, ...]
