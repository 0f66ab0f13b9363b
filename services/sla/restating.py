"""What recalculations came to: rows that change with the deadlines that they move."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from services.sla.book import Watched
from services.sla.domain.facts import registration
from services.sla.domain.recalculation import covers
from services.sla.version_models import MovedDeadline
from shared.canary import is_canary
from shared.contracts.sla import (
    ClockCancelled,
    ClockMissed,
    ClocksEvent,
    ClockStarted,
    DeadlineMoved,
    EscalationRaised,
    EscalationWithdrawn,
    RecalculationOrdered,
)
from shared.listing import column_time
from shared.messaging.topics import PARTITIONS
from shared.operations import Operation
from shared.tables import Fold, RowChange, Table

KIND = "recalculation"
NAMED = 20
"""Deadlines that are named of each partition; all are counted."""


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """A recalculation as it was ordered, and by whose key."""

    order: RecalculationOrdered
    client: str


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """How far one partition's tickets were calculated anew, and what was said of them.

    What was said is counted in the append that says it: nothing twice, whatever is interrupted.
    """

    tickets: int = 0
    """Of the scope, looked at by the one who walked last."""
    share: float = 0.0
    not_judged: int = 0
    changed: int = 0
    deadlines_moved: int = 0
    no_longer_provisional: int = 0
    """Deadlines that stay where they are: that they are no guess any more is all that is new."""
    clocks_started: int = 0
    clocks_cancelled: int = 0
    clocks_missed: int = 0
    escalations_raised: int = 0
    escalations_withdrawn: int = 0
    named: tuple[MovedDeadline, ...] = ()
    instance: str = ""
    updated_at: datetime
    done: bool = False


class Restatement(NamedTuple):
    """A recalculation that covers a ticket, and the rows that go with what it says of it."""

    order: RecalculationOrdered
    rows: Callable[[Sequence[ClocksEvent]], Sequence[RowChange]]


CONFIRMED = "no_longer_provisional"
COUNTED: Mapping[type[ClocksEvent], str] = {
    DeadlineMoved: "deadlines_moved",
    ClockStarted: "clocks_started",
    ClockCancelled: "clocks_cancelled",
    ClockMissed: "clocks_missed",
    EscalationRaised: "escalations_raised",
    EscalationWithdrawn: "escalations_withdrawn",
}
FIGURES = ("tickets", "not_judged", "changed", CONFIRMED, *COUNTED.values())
ORDERS = Table(
    "recalculations",
    OrderRow,
    {"ordered_at": lambda row: column_time(row.order.at)},
    indexes=(("ordered_at",),),
)
WALKS = Table("recalculation_walks", Walk)


def key_of(recalculation_id: UUID, partition: int) -> str:
    return f"{recalculation_id}/{partition:02}"


def counted(walk: Walk, events: Sequence[ClocksEvent]) -> Walk:
    """With what was said of one more ticket; deadlines that move are named before others."""
    moved = [_named(event) for event in events if isinstance(event, DeadlineMoved)]
    counts = Counter(figure for event in events if (figure := _figure_of(event)))
    named = sorted((*walk.named, *moved), key=_is_confirmed)[:NAMED]
    return msgspec.structs.replace(
        walk,
        changed=walk.changed + bool(events),
        named=tuple(named),
        **{figure: getattr(walk, figure) + count for figure, count in counts.items()},
    )


def _figure_of(event: ClocksEvent) -> str | None:
    if isinstance(event, DeadlineMoved) and _confirms(event):
        return CONFIRMED
    return COUNTED.get(type(event))


def _confirms(event: DeadlineMoved) -> bool:
    before = event.previous_target_at, event.previous_due_at
    return not event.provisional and before == (event.target_at, event.due_at)


def _is_confirmed(deadline: MovedDeadline) -> bool:
    return deadline.confirmed


def seen(walk: Walk, *, judged: bool) -> Walk:
    """With one more ticket of the scope."""
    return msgspec.structs.replace(
        walk, tickets=walk.tickets + 1, not_judged=walk.not_judged + (not judged)
    )


def _named(event: DeadlineMoved) -> MovedDeadline:
    return MovedDeadline(
        event.ticket_id,
        event.clock,
        event.round,
        event.previous_due_at,
        event.due_at,
        event.provisional,
        _confirms(event),
    )


def counting(
    order: RecalculationOrdered, partition: int, events: Sequence[ClocksEvent]
) -> RowChange:
    """Stored with the events themselves."""

    def more(walk: Walk | None) -> Walk:
        return counted(walk or Walk(updated_at=order.at), events)

    return Fold(WALKS, key_of(order.recalculation_id, partition), more)


def told(order: RecalculationOrdered, partition: int, walk: Walk) -> RowChange:
    """How far it is; what was counted stays."""

    def further(known: Walk | None) -> Walk:
        return msgspec.structs.replace(
            known or walk,
            tickets=walk.tickets,
            share=walk.share,
            not_judged=walk.not_judged,
            instance=walk.instance,
            updated_at=walk.updated_at,
            done=walk.done,
        )

    return Fold(WALKS, key_of(order.recalculation_id, partition), further)


def operation_of(row: OrderRow, walks: Sequence[Walk]) -> Operation:
    """As whoever asked for it follows it."""
    order = row.order
    done = sum(walk.done for walk in walks) == PARTITIONS
    return Operation(
        operation_id=order.recalculation_id,
        kind=KIND,
        instance=next((walk.instance for walk in walks), ""),
        state="done" if done else "running",
        progress=sum(walk.share for walk in walks) / PARTITIONS,
        started_at=order.at,
        updated_at=max((walk.updated_at for walk in walks), default=order.at),
        asked=asked_of(order, row.client, dry_run=False),
        result=result_of(walks) if done else None,
    )


def asked_of(order: RecalculationOrdered, client: str, *, dry_run: bool) -> dict[str, object]:
    """What was asked for, in a few words; equal where the request is."""
    return {
        "client": client,
        "scope": order.scope,
        "from": order.from_at and order.from_at.isoformat(),
        "until": order.until and order.until.isoformat(),
        "pack": order.pack,
        "pack_version": order.pack_version,
        "calendar": order.calendar,
        "calendar_version": order.calendar_version,
        "reason": order.reason,
        "dry_run": dry_run,
    }


def result_of(walks: Iterable[Walk]) -> dict[str, object]:
    """What it came to over all partitions."""
    known = list(walks)
    added = {name: sum(getattr(walk, name) for walk in known) for name in FIGURES}
    named = sorted((one for walk in known for one in walk.named), key=_is_confirmed)
    return {**added, "deadlines": msgspec.to_builtins(named)}


def is_covered(order: RecalculationOrdered, watched: Watched) -> bool:
    """Whether the ticket is one of those that are meant; the system's own is none."""
    facts = watched.facts
    registered = registration(facts)
    if registered is None or is_canary(watched.ticket_id):
        return False
    return covers(order, facts, registered)
