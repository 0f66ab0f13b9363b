"""How the system's own ticket fared, as it is shown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

StageName = Literal["registered", "dispatched", "clock_started", "raised"]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence in both languages."""

    zh: str
    en: str


class StageReached(msgspec.Struct, frozen=True):
    """When a canary's event was recorded by the service that it shows to be alive."""

    stage: StageName
    at: datetime


class CanaryTrip(msgspec.Struct, frozen=True, kw_only=True):
    """How far one canary came, as far as reporting has heard."""

    ticket_id: UUID
    posted_at: datetime
    back_at: datetime | None
    """When the last stage was reached, if all of them were."""
    reached: tuple[StageReached, ...]


class CanaryStage(msgspec.Struct, frozen=True, kw_only=True):
    """When any canary was last seen there; None: not in those that are looked at."""

    stage: StageName
    service: str
    last_seen_at: datetime | None
    seconds_since: float | None


class CanaryStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the whole line is alive, and where it hangs if not; seconds are real ones."""

    as_of: datetime
    every_seconds: float | None
    """None: there are no canaries here."""
    late: bool
    hangs_at: StageName | None
    service: str | None
    words: Words | None
    last_back_at: datetime | None
    seconds_since_back: float | None
    stages: list[CanaryStage]
    trips: list[CanaryTrip]
    """The newest first."""
