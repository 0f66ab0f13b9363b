"""What publishes a version or orders a recalculation, and the shapes of the answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from pydantic import Field

from shared.comparing_days import DaysDifference
from shared.contracts.sla import PublishedNotice, RecalculationScope
from shared.http import Body, CommandBody, Label, Moment
from shared.packs.comparing import PackDifference


class PackVersionRequest(CommandBody):
    """A pack's next version, as YAML text or as an object; `dry_run` only checks and compares."""

    pack: str | dict[str, Any]
    effective_from: Moment
    reason: Label | None = None
    dry_run: bool = False


class CalendarVersionRequest(CommandBody):
    """An official notice of days off, written as in a file of holidays."""

    notice: str | dict[str, Any]
    effective_from: Moment
    reason: Label | None = None
    dry_run: bool = False


class RecalculationRequest(Body):
    """Which tickets, and whose newest version judges them from now on, where any is named."""

    scope: RecalculationScope
    from_at: Moment | None = Field(default=None, alias="from")
    until: Moment | None = None
    pack: Label | None = None
    calendar: Label | None = None
    reason: Label
    dry_run: bool = False


class PackVersionView(msgspec.Struct, frozen=True, kw_only=True):
    """A pack's version, and what it changes."""

    pack: str
    version: int
    effective_from: datetime
    digest: str
    reason: str | None
    dry_run: bool
    diff: PackDifference


class CalendarVersionView(msgspec.Struct, frozen=True, kw_only=True):
    """A country's version, and what it changes."""

    calendar: str
    version: int
    effective_from: datetime
    digest: str
    reason: str | None
    dry_run: bool
    diff: DaysDifference


class CalendarView(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a country's days; without `effective_from` in force since ever.

    Version 1 is what a library and an operator's file say; `notices` are those published since.
    """

    name: str
    version: int
    effective_from: datetime | None
    notices: tuple[PublishedNotice, ...]


class MovedDeadline(msgspec.Struct, frozen=True):
    """One that a recalculation moved, or would move."""

    ticket_id: UUID
    clock: str
    round: int
    previous_due_at: datetime | None
    due_at: datetime | None
    provisional: bool
    confirmed: bool = False
    """It stays where it is, and is no guess any more."""
