"""The queries that reporting takes, and the shapes it answers with."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from pydantic import BaseModel, ConfigDict

from services.reporting.history import Time
from shared.http import ListQuery, Moment
from shared.http.consumers import LettersDepth
from shared.settings import ServiceName

Format = Literal["json", "jsonl", "csv"]
State = Literal["current", "behind", "stopped", "unknown"]


class HistoryQuery(BaseModel):
    """As of when, by which time, in which form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Moment | None = None
    by: Time = "record"
    format: Format = "json"


class LettersQuery(ListQuery):
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


class PartitionStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One partition: its end and who read how far."""

    partition: int
    end: int | None
    consumers: list[ConsumerStanding]


class TopicConsumer(msgspec.Struct, frozen=True, kw_only=True):
    """One service's reading of a whole topic: its worst partition, and the sum of the lag."""

    service: str
    state: State
    lag: int | None
    oldest_unread_seconds: float | None
    alarms: list[str]
    last_handled_at: datetime | None


class TopicStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One topic: how far its publisher's log reaches and is published, and who reads it."""

    topic: str
    publisher: str
    end: int | None
    published: int | None
    oldest_unpublished_seconds: float | None
    consumers: list[TopicConsumer]
    partitions: list[PartitionStanding]


class ServiceStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a service answers, and its dead letters if it does."""

    service: str
    reachable: bool
    reason: str | None = None
    instance: str | None = None
    dead_letters: LettersDepth | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How all topics stand."""

    as_of: datetime
    services: list[ServiceStanding]
    topics: list[TopicStanding]
