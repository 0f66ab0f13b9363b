"""The bodies that sla takes, and the shapes it answers with."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.sla.domain.clocks import State
from services.sla.projections import EscalationState
from shared.contracts.sla import Step
from shared.contracts.terms import Channel, Kind, Severity, Tier
from shared.http import Body, CommandBody, Label, ListQuery, Moment

SPAN = re.compile(r"([1-9]\d{0,4})([smhd])", re.ASCII)
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
RungState = Literal["waiting", "raised", "acknowledged", "withdrawn", "not-raised"]


def span(text: str) -> timedelta:
    """`90s`, `30m`, `2h` or `1d`. Raises PydanticCustomError."""
    found = SPAN.fullmatch(text)
    if found is None:
        raise PydanticCustomError("no-span", "write a time as 90s, 30m, 2h or 1d")
    return timedelta(seconds=int(found[1]) * SECONDS[found[2]])


def _is_span(text: str) -> str:
    span(text)
    return text


class ClocksQuery(BaseModel):
    """`wait`: seconds to wait for a ticket not yet heard of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wait: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 0


class DueQuery(ListQuery):
    """How soon is soon, and what the list is narrowed to."""

    within: Annotated[str, AfterValidator(_is_span)] = "2h"
    department: Label | None = None
    pack: Label | None = None


class EscalationQuery(ListQuery):
    """What a list of escalations is narrowed to."""

    state: EscalationState | None = None
    ticket_id: UUID | None = None
    department: Label | None = None


class AcknowledgeRequest(CommandBody):
    """The addressee has seen it."""


class PreviewRequest(Body):
    """A ticket that nobody registered; without a pack it is the key's."""

    start: Moment
    pack: Label | None = None
    kind: Kind
    severity: Severity = "general"
    channel: Channel = "system"
    category: Label | None = None
    tier: Tier = "standard"


class ReplayRequest(Body):
    """Whether the state that was built anew is only compared with the live one."""

    dry_run: bool = False


class SimulationRequest(Body):
    """A draft, and when the tickets that it is tried on were registered: `until` is left out.

    The draft is YAML text or an object: a pack under the name of one that runs here, or, with
    `calendar_of`, a calendar that takes the place of that pack's of the same name.
    """

    draft: str | dict[str, Any]
    calendar_of: Label | None = None
    from_at: Moment = Field(alias="from")
    until: Moment


class RungView(msgspec.Struct, frozen=True):
    """A step of the ladder and what became of it."""

    step: Step
    due_at: datetime
    state: RungState
    escalation_id: UUID | None = None


class ClockView(msgspec.Struct, frozen=True, kw_only=True):
    """One promise as it stands now."""

    clock: str
    round: int
    occurrence: str
    state: State
    started_at: datetime
    target_at: datetime | None
    due_at: datetime | None
    """None while it is paused."""
    due_if_resumed_now: datetime | None
    provisional: bool
    target_missed_at: datetime | None
    missed_at: datetime | None
    stopped_at: datetime | None
    reason: str | None
    """Why it was cancelled."""
    rungs: tuple[RungView, ...]


class DueView(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that is still to be kept, or already missed."""

    ticket_id: str
    pack: str
    department: str | None
    clock: str
    round: int
    occurrence: str
    state: State
    target_at: datetime | None
    due_at: datetime
    provisional: bool


class EscalationView(msgspec.Struct, frozen=True, kw_only=True):
    """An escalation; the answer to a command leaves out what is not sla's own word."""

    escalation_id: UUID
    ticket_id: UUID
    clock: str
    round: int
    occurrence: str
    step: Step
    addressee: tuple[str, ...]
    due_at: datetime
    raised_at: datetime
    state: EscalationState
    acknowledged_by: str | None
    reason: str | None
    """Why it was withdrawn."""
    department: str | msgspec.UnsetType | None = msgspec.UNSET
    pack: str | msgspec.UnsetType = msgspec.UNSET


class PreviewRung(msgspec.Struct, frozen=True):
    """A step of the ladder of a ticket that nobody registered."""

    step: Step
    due_at: datetime


class PreviewClock(msgspec.Struct, frozen=True, kw_only=True):
    """What would be promised; no `due_at` where the pack sets no limit."""

    clock: str
    target_at: datetime | None = None
    due_at: datetime | None = None
    provisional: bool = False
    calendar: str | None = None
    clause: str | None = None
    rungs: tuple[PreviewRung, ...] = ()


class PreviewView(msgspec.Struct, frozen=True, kw_only=True):
    """What the versions in force at its start would promise."""

    pack: str
    pack_version: int
    clocks: tuple[PreviewClock, ...]


class RuleView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rule of a clock, in a pack's own notation."""

    clause: str
    category: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    round: tuple[int, ...] = ()
    target: str | None = None
    limit: str | None = None
    ladder: str | None = None


class PackClockView(msgspec.Struct, frozen=True):
    """A promise that a pack makes."""

    name: str
    calendar: str
    rules: tuple[RuleView, ...]


class PackView(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a regulation; without `effective_from` in force since ever."""

    name: str
    version: int
    effective_from: datetime | None
    zone: str
    workdays: str
    calendars: tuple[str, ...]
    clocks: tuple[PackClockView, ...]


class SimulatedClock(msgspec.Struct, frozen=True, kw_only=True):
    """How a clock stands under one regulation; `escalations` are the rungs that fell due."""

    state: State
    target_at: datetime | None
    due_at: datetime
    missed: bool
    escalations: tuple[Step, ...]


class ClockChange(msgspec.Struct, frozen=True, kw_only=True):
    """A clock that would stand otherwise; null where that regulation has no such clock."""

    clock: str
    round: int
    occurrence: str
    before: SimulatedClock | None
    after: SimulatedClock | None


class TicketChange(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket that a draft would change; `clock_count` counts those that are not shown, too."""

    ticket_id: str
    registered_at: datetime
    department: str | None
    clock_count: int
    clocks: tuple[ClockChange, ...]
