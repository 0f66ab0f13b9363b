"""A recalculation is ordered once, whoever asks again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.sla import RecalculationOrdered, RecalculationScope
from shared.decider import Decider

Ordered = RecalculationOrdered | None


@dataclass(frozen=True, kw_only=True)
class OrderRecalculation:
    """Judge these tickets anew, by these versions where any are named."""

    recalculation_id: UUID
    scope: RecalculationScope
    from_at: datetime | None
    until: datetime | None
    pack: str | None
    pack_version: int | None
    calendar: str | None
    calendar_version: int | None
    reason: str
    at: datetime


def event_of(command: OrderRecalculation) -> RecalculationOrdered:
    """What is said of it."""
    return RecalculationOrdered(
        recalculation_id=command.recalculation_id,
        scope=command.scope,
        from_at=command.from_at,
        until=command.until,
        pack=command.pack,
        pack_version=command.pack_version,
        calendar=command.calendar,
        calendar_version=command.calendar_version,
        reason=command.reason,
        at=command.at,
    )


def order(command: OrderRecalculation, ordered: Ordered) -> list[RecalculationOrdered]:
    return [] if ordered is not None else [event_of(command)]


def evolve(_ordered: Ordered, event: RecalculationOrdered) -> Ordered:
    return event


ORDERS: Decider[OrderRecalculation, Ordered, RecalculationOrdered] = Decider(
    initial=None, decide=order, evolve=evolve
)
