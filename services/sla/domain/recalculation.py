"""Which versions judge a ticket: those of its own time, but for recalculations that cover it.

All of it follows from facts and from orders that were given, so it is the same wherever and
however often it is worked out.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.sla.domain.clocks import Clock
from services.sla.domain.facts import Case, Fact, Facts
from services.sla.domain.published import NOTHING, Published
from services.sla.domain.reading import clocks
from services.sla.domain.regulation import Regulation
from services.sla.domain.telling import ENDED
from shared.contracts.sla import RecalculationOrdered

ENDINGS = frozenset(
    {
        "ticket-closed",
        "ticket-withdrawn",
        "ticket-merged",
        "contact-called-back",
        "outbound-task-concluded",
    }
)
BEGUN_AGAIN = frozenset({"round-started", "ticket-unmerged"})


class Versions(NamedTuple):
    """Of the pack, and of the country's days that its calendars go by."""

    pack: int
    days: int


class Stage(NamedTuple):
    """What judges clocks; those that had ended by `since` are left to the stage before."""

    versions: Versions
    since: datetime | None = None


def covers(order: RecalculationOrdered, facts: Facts, registered: Fact) -> bool:
    """Whether the ticket is one of those that were to be calculated anew."""
    if registered.case is None or order.pack not in {None, registered.case.pack}:
        return False
    if order.scope == "open":
        return is_open(facts, registered, order.at)
    begins = order.from_at is None or order.from_at <= registered.at
    return begins and (order.until is None or registered.at < order.until)


def is_open(facts: Facts, registered: Fact, at: datetime) -> bool:
    """Whether the ticket had not ended by what was recorded then."""
    if registered.recorded_at > at:
        return False
    recorded = sorted((fact for fact in facts if fact.recorded_at <= at), key=_recorded)
    turns = [fact.name in ENDINGS for fact in recorded if fact.name in ENDINGS | BEGUN_AGAIN]
    return not (turns and turns[-1])


def _recorded(fact: Fact) -> tuple[datetime, datetime]:
    return fact.recorded_at, fact.at


def stages(
    facts: Facts, registered: Fact, case: Case, days: int, orders: Iterable[RecalculationOrdered]
) -> Sequence[Stage]:
    """The oldest first; `days` is the version in force at the ticket's time.

    No order puts a ticket under an older version than its own: one that was given before the
    newer version came into force says nothing of it.
    """
    found = [Stage(Versions(case.pack_version, days))]
    for order in orders:
        if not covers(order, facts, registered):
            continue
        before = found[-1].versions
        pack = order.pack_version if order.pack == case.pack else None
        versions = Versions(
            max(before.pack, pack or 0), max(before.days, order.calendar_version or 0)
        )
        if versions == before:
            continue
        if order.scope == "open":
            found.append(Stage(versions, order.at))
        else:
            found = [Stage(versions)]
    return found


def clocks_by(
    regulations: Sequence[tuple[Regulation, datetime | None]],
    facts: Facts,
    now: datetime,
    standing: Published = NOTHING,
) -> Sequence[Clock]:
    """Every clock by the stage that judges it; `standing` as `clocks` takes it.

    Raises OutsideCalendarError.
    """
    found: Sequence[Clock] = ()
    for regulation, since in regulations:
        read = clocks(facts, regulation, now, standing)
        found = _with_ended(found, read, since) if since else read
    return found


def _with_ended(before: Sequence[Clock], read: Sequence[Clock], since: datetime) -> list[Clock]:
    """As the stage reads them, but for those that had ended when it began."""
    kept = {one.key: one for one in before if _had_ended(one, since)}
    keys = {one.key for one in read}
    gone = [one for key, one in kept.items() if key not in keys]
    return [*(kept.get(one.key, one) for one in read), *gone]


def _had_ended(clock: Clock, since: datetime) -> bool:
    if clock.end is None:
        return False
    return (clock.end.fact.recorded_at if clock.end.fact else clock.end.at) <= since


def standing_by(published: Published, order: RecalculationOrdered | None) -> Published:
    """What stands, whatever is computed: with an order, only what it leaves alone."""
    if order is None:
        return published
    if order.scope == "open":
        return {key: said for key, said in published.items() if said.state in ENDED}
    return NOTHING
