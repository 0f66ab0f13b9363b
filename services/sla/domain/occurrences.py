"""When a clock starts, and which fact ends it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from services.sla.domain.facts import Fact
from services.sla.domain.known import Known
from services.sla.domain.meanings import EACH, NAMED_BY_ORDER, OF_ORDER, WHEN_RECORDED
from services.sla.domain.people import level_held, takes_over_above
from services.sla.domain.plans import Plan
from shared import packs
from shared.contracts.sla import CancelReason
from shared.contracts.terms import LEVELS


class ClockKey(NamedTuple):
    """Names one clock of a ticket."""

    name: str
    round: int
    occurrence: str


class Start(Struct, frozen=True, gc=False):
    """One occurrence of a clock begins."""

    plan: Plan
    key: ClockKey
    at: datetime
    fact: Fact | None
    """None where it was calculated."""
    order: str | None = None
    """The work order, or the appeal, that it is about; only that one's facts stop it then."""
    after: tuple[datetime, str] | None = None
    """Only what came after this stops a clock that starts again."""
    held: int | None = None
    """How high the ticket had been taken over, where a takeover is what is waited for."""


class End(NamedTuple):
    """The fact that stopped or cancelled a clock; `at` is never before the start."""

    fact: Fact | None
    at: datetime
    cancelled: CancelReason | None


def starts(known: Known, plan: Plan) -> Iterator[Start]:
    """Each occurrence that facts start, the oldest first."""
    seen = set()
    for fact in known.named(plan.starts):
        name = plan.starts[fact.name]
        if not _starts(fact, name, plan):
            continue
        order = fact.work_order_id if name in OF_ORDER else None
        group = fact.event_id if name in EACH else (fact.round, order)
        if group in seen:
            continue
        seen.add(group)
        start = _start(known, fact, name, plan, order)
        if start is not None:
            yield start


def _starts(fact: Fact, name: packs.Fact, plan: Plan) -> bool:
    if plan.first_round and fact.round > 1:
        return False
    if name == "work-order-accepted" and fact.responsible is not None and fact.responsible.helps:
        return False  # whom a department asks for help need not talk with the customer (C-03)
    return name != "promise-made" or fact.until is not None


def _start(
    known: Known, fact: Fact, name: packs.Fact, plan: Plan, order: str | None
) -> Start | None:
    by_order = fact.work_order_id if name in NAMED_BY_ORDER else None
    key = ClockKey(plan.clock.name, fact.round, by_order or fact.event_id)
    at = fact.recorded_at if name in WHEN_RECORDED else fact.at
    after = (fact.at, fact.event_id) if plan.starts_again else None
    start = Start(plan, key, at, fact, order, after)
    return _watching_levels(known, start) if plan.takes_over else start


def rivals_of(known: Known, start: Start) -> int:
    """How many others might have started a work order's clock, had they happened earlier."""
    begun = start.fact
    if begun is None or start.key.occurrence != begun.work_order_id:
        return 0
    order = begun.work_order_id
    return sum([fact.work_order_id == order for fact in known.by_name[begun.name]]) - 1


def start_of_miss(known: Known, plan: Plan, answer: ClockKey, missed_at: datetime) -> Start | None:
    """The occurrence that begins when an answer's limit passes: by calculation, no fact does."""
    if plan.first_round and answer.round > 1:
        return None
    key = ClockKey(plan.clock.name, answer.round, answer.occurrence)
    after = (missed_at, "") if plan.starts_again else None
    start = Start(plan, key, missed_at, None, after=after)
    return _watching_levels(known, start) if plan.takes_over else start


def _watching_levels(known: Known, start: Start) -> Start | None:
    """None where nobody is left to take it over (U-11)."""
    held = level_held(known.by_name.get("work-order-taken-over", ()), start.at)
    return replace(start, held=held) if held < len(LEVELS) - 1 else None


def end_of(known: Known, stops: Sequence[Fact], start: Start) -> End | None:
    """What came first: a stop, the next round, or whatever leaves nobody waiting for it.

    A stop before the start stops the clock at its start, and in the same second it comes first.
    """
    if start.plan.until_recorded and start.fact is not None:
        return End(start.fact, max(start.fact.recorded_at, start.at), None)
    cancelled = _cancelled(known, start) if known.cancels else None
    for place in range(_first_after(stops, start), len(stops)):
        fact = stops[place]
        if cancelled is not None and _second_of(fact.at) > cancelled.at:
            break
        if _stops(fact, start):
            return End(fact, max(fact.at, start.at), None)
    return cancelled


def _first_after(stops: Sequence[Fact], start: Start) -> int:
    """The place of the first of those in the order of time that may stop it."""
    after = start.after
    return bisect_right(stops, after, key=lambda fact: (fact.at, fact.event_id)) if after else 0


def _stops(fact: Fact, start: Start) -> bool:
    if start.order is not None and fact.work_order_id is not None:
        outlived = start.plan.first_round and fact.round > start.key.round
        belongs = fact.work_order_id == start.order or outlived
    else:
        belongs = not start.plan.every_round or fact.round == start.key.round
    return belongs and (start.held is None or takes_over_above(fact, start.held))


def _cancelled(known: Known, start: Start) -> End | None:
    """What begins when it is written down goes on until the end of the ticket is, too."""
    begun = start.fact
    written = begun is not None and start.plan.starts[begun.name] in WHEN_RECORDED
    found = (
        End(fact, max(_second_of(fact.recorded_at) if written else fact.at, start.at), reason)
        for fact in known.cancels
        if (reason := _cancels(fact, start, known.merged)) is not None
    )
    return min(found, key=lambda end: end.at, default=None)


def _second_of(moment: datetime) -> datetime:
    """As clocks are told: what was written down in the same one is said once."""
    return moment.replace(microsecond=0)


def _cancels(fact: Fact, start: Start, merged: Fact | None) -> CancelReason | None:
    if fact.name == "ticket-withdrawn":
        return "withdrawn"
    if fact is merged:
        return "merged"
    if fact.name == "ticket-closed" and fact.round >= start.key.round:
        return "closed"
    if fact.name == "work-order-cancelled" and fact.work_order_id == start.order:
        return "order-cancelled"
    if fact.name == "round-started" and start.plan.every_round:
        return "next-round" if fact.round > start.key.round else None
    return None
