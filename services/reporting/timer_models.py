"""All timers as on-call sees them: sla's own figures, and what stands behind them."""

import re
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from services.reporting.canary_models import CanaryStanding
from shared.contracts.timers import CatchingUp, RaisingLag, TimerCounts, TimerGroup
from shared.http import Label

SPAN = re.compile("[1-9][0-9]{0,3}[smhd]")


def _is_span(text: str) -> str:
    if not SPAN.fullmatch(text):
        raise PydanticCustomError("no-span", "write a time as 90s, 30m, 2h or 1d")
    return text


Span = Annotated[str, AfterValidator(_is_span)]

Narrowing = Annotated[Label | None, BeforeValidator(lambda given: given or None)]
"""A form sends what was left open as an empty text."""


class TimersQuery(BaseModel):
    """How soon is soon, and what is narrowed to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    within: Span = "2h"
    department: Narrowing = None
    pack: Narrowing = None

    @property
    def narrowed(self) -> dict[str, str]:
        """What was asked for, as sla takes it."""
        return self.model_dump(include={"department", "pack"}, exclude_none=True)


class DueItem(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that runs out soon, or that was missed and still runs."""

    ticket_id: UUID
    number: str | None = None
    pack: str
    department: str | None
    clock: str
    round: int
    occurrence: str
    state: str
    due_at: datetime
    provisional: bool


class EscalationItem(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody was called on because time ran out."""

    escalation_id: UUID
    ticket_id: UUID
    number: str | None = None
    clock: str
    round: int
    occurrence: str
    step: str
    addressee: tuple[str, ...]
    due_at: datetime
    raised_at: datetime
    state: str
    acknowledged_by: str | None = None
    department: str | None = None
    pack: str | None = None


class DuePage(msgspec.Struct, frozen=True):
    """Sla's own list."""

    items: list[DueItem]
    next_cursor: str | None = None


class EscalationPage(msgspec.Struct, frozen=True):
    """Sla's own list."""

    items: list[EscalationItem]
    next_cursor: str | None = None


class TimersBoard(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, as of one moment; without sla's answer its parts are None, which is not 0."""

    as_of: datetime
    silent: str | None
    """Why sla said nothing that can be shown."""
    catching_up: CatchingUp | None = None
    raising: RaisingLag | None = None
    waiting_to_be_said: int | None = None
    next_due_at: datetime | None = None
    totals: TimerCounts | None = None
    more_unacknowledged: bool = False
    groups: list[TimerGroup] = []
    due: list[DueItem] = []
    more_due: bool = False
    open: list[EscalationItem] = []
    more_open: bool = False
    seen: list[EscalationItem] = []
    """Those acknowledged among the newest."""
    packs: list[str] = []
    departments: list[str] = []
    """What can be narrowed to: what has anything in `groups`, before they were narrowed."""
    canary: CanaryStanding | None = None
    """None without the scope `operations`."""
