"""The queries that reporting takes, and the shapes it answers with."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from services.reporting.burrow import Reason, Verdict
from services.reporting.history import Time
from services.reporting.readings import Look
from services.reporting.state import Change, TicketState
from shared.http import Label, ListQuery, Moment
from shared.http.consumers import HandedOut, LettersDepth, SigningView
from shared.http.operations import LettersOf
from shared.settings import ServiceName

Format = Literal["json", "jsonl", "csv"]
State = Literal["current", "behind", "stopped", "unknown"]
Trend = Literal["growing", "shrinking", "steady"]


class HistoryQuery(BaseModel):
    """As of when, by which time, in which form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Moment | None = None
    by: Time = "record"
    format: Format = "json"


class StateQuery(BaseModel):
    """As of when, and by which time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Moment | None = None
    by: Time = "record"


class DiffQuery(BaseModel):
    """Between which two times: from before the first event, up to now, unless said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_at: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    by: Time = "record"


class ReadingsQuery(ListQuery):
    """Of which ticket, or by whom."""

    ticket_id: UUID | None = None
    reader: Label | None = None


class ProofQuery(BaseModel):
    """As JSON, as the file that `huiyin verify` reads, or as a table or a workbook for people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["json", "jsonl", "csv", "xlsx"] = "json"


class VerificationQuery(BaseModel):
    """Which one, if it was begun before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    verification_id: UUID | None = None


class ExportQuery(BaseModel):
    """From when to when, as recorded: from the first event, up to now, unless said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Moment | None = Field(None, alias="from")
    until: Moment | None = Field(None, alias="to")
    format: Literal["jsonl", "csv"] = "jsonl"


class LettersQuery(LettersOf):
    """The dead letters of all services, or of one."""

    service: ServiceName | None = None


class HistoryItem(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a ticket's history; `data` as its service stored it."""

    event_id: UUID
    source: str
    type: str
    sequence: int
    position: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    data: msgspec.Raw


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Every event of every service about a ticket, causes first."""

    ticket_id: UUID
    number: str | None
    as_of: datetime
    by: Time
    items: list[HistoryItem]


class StateView(TicketState, frozen=True, kw_only=True):
    """A ticket as it was known at a time."""

    ticket_id: UUID
    number: str | None
    as_of: datetime
    by: Time
    events: int
    """How many were known by then."""
    unread: int
    """Those of them whose type this release does not know: they changed nothing here."""


class DiffView(msgspec.Struct, frozen=True, kw_only=True):
    """What became different between two times, and what happened in between."""

    ticket_id: UUID
    number: str | None
    from_at: datetime | None = msgspec.field(name="from")
    to: datetime
    by: Time
    changes: list[Change]
    events: list[HistoryItem]


class ReadingView(msgspec.Struct, frozen=True, kw_only=True):
    """Who looked at a ticket: the same look within a minute is counted, not repeated."""

    ticket_id: UUID | None
    reader: str
    what: Look
    first_at: datetime
    last_at: datetime
    times: int
    asked: str | None = None
    """What was searched for, or taken away."""


class ConsumerStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One service's reading of one partition; None is unknown."""

    service: str
    state: State
    position: int | None = None
    lag: int | None = None
    oldest_unread_seconds: float | None = None
    held: int = 0
    alarm: str | None = None
    instance: str | None = None
    last_handled_at: datetime | None = None
    verdict: Verdict = "UNKNOWN"
    reason: Reason = "not-known"
    since: datetime | None = None
    """When this verdict was first seen by who looked."""
    complete: float = 0.0
    """How much of the window that a verdict needs was seen: 0 to 1."""
    rate_out: float | None = None
    """Records a second."""
    trend: Trend | None = None
    """Of the lag."""
    drain_seconds: float | None = None
    """Until the lag is 0, if it goes on like this; None: never, or not known."""


class PartitionStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One partition: its end, how many records lead up to it, and who read how far."""

    partition: int
    end: int | None
    count: int | None = None
    rate_in: float | None = None
    consumers: list[ConsumerStanding]


class TopicConsumer(msgspec.Struct, frozen=True, kw_only=True):
    """One service's reading of a whole topic: its worst partition, and the sum of the lag."""

    service: str
    state: State
    lag: int | None
    oldest_unread_seconds: float | None
    alarms: list[str]
    last_handled_at: datetime | None
    verdict: Verdict = "UNKNOWN"
    reason: Reason = "not-known"
    since: datetime | None = None
    complete: float = 0.0
    partitions_affected: int = 0
    """Those of which the reason holds."""
    skew: float | None = None
    """The lag of its worst partition over the mean of all: 1 is even; None: no lag, or unknown."""
    rate_out: float | None = None
    trend: Trend | None = None
    drain_seconds: float | None = None
    """Until its slowest partition is read to the end; None: one never is, or not known."""


class TopicStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One topic: how far its publisher's log reaches and is published, and who reads it."""

    topic: str
    publisher: str
    end: int | None
    published: int | None
    oldest_unpublished_seconds: float | None
    rate_in: float | None = None
    skew: float | None = None
    """The records of its fullest partition over the mean of all."""
    consumers: list[TopicConsumer]
    partitions: list[PartitionStanding]


class ServiceStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a service answers, and its dead letters if it does."""

    service: str
    reachable: bool
    reason: str | None = None
    instance: str | None = None
    dead_letters: LettersDepth | None = None
    signing: SigningView | None = None
    """How far its log is signed for."""
    handed_out: HandedOut | None = None
    """How often Kafka gave this instance its partitions; None where none are handed out."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How all topics stand."""

    as_of: datetime
    services: list[ServiceStanding]
    topics: list[TopicStanding]
