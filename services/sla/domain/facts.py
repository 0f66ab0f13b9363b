"""What is known to have happened to a ticket; taking in a fact is a join.

Topics have no common order and every record may come again, so facts are a set keyed by event id:
any order, any repetition, the same state.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from shared.contracts.terms import Channel, Kind, Severity, Tier
from shared.packs.model import Fact as ClockFact

FactName: TypeAlias = (
    ClockFact
    | Literal["ticket-withdrawn", "ticket-merged", "work-order-assigned", "work-order-accepted"]
)


class Case(NamedTuple):
    """How a ticket is classified, whose it is, and which pack judges it; shared by many tickets."""

    client: str
    pack: str
    pack_version: int
    kind: Kind
    severity: Severity
    channel: Channel
    tier: Tier
    category: str | None = None
    against_person: str | None = None
    """Whom it is about: never called on."""


class Responsible(NamedTuple):
    """Who handles a work order, as far as one event names them; shared by many tickets."""

    department: str | None = None
    handler: str | None = None
    first_owner: str | None = None
    helps: bool = False
    """A second department's order: no acceptance of it counts for the ticket."""


class Fact(NamedTuple):
    """One event, as far as a clock can depend on it; ordered by when it happened."""

    at: datetime
    event_id: str
    name: FactName
    round: int
    recorded_at: datetime
    correlation_id: str
    actor: str
    case: Case | None = None
    work_order_id: str | None = None
    responsible: Responsible | None = None


Facts = tuple[Fact, ...]
"""One ticket's, by the time they happened; never two of one event."""


def take_in(facts: Facts, fact: Fact) -> Facts:
    """The join; the same facts, the very object, where nothing is new."""
    if any(known.event_id == fact.event_id for known in facts):
        return facts
    place = bisect_left(facts, fact[:2], key=lambda known: known[:2])
    return (*facts[:place], fact, *facts[place:])


def take_in_all(facts: Facts, more: Iterable[Fact]) -> Facts:
    """The join of several."""
    for fact in more:
        facts = take_in(facts, fact)
    return facts


def registration(facts: Facts) -> Fact | None:
    """The fact that begins a ticket; None as long as it was not heard."""
    return next((fact for fact in facts if fact.case is not None), None)


def responsible_now(facts: Facts) -> Responsible | None:
    """Who handles the ticket after all that is known; None before any department has it.

    The newest round's order counts, as it was last handed over and to whoever accepted it since.
    """
    now: Responsible | None = None
    order: str | None = None
    for fact in sorted(facts, key=lambda one: one.round):
        named = fact.responsible
        if named is None or named.helps:
            continue
        if now is None:
            now, order = named, fact.work_order_id
        elif fact.name == "work-order-assigned":
            now = named._replace(first_owner=named.first_owner or now.first_owner)
            order = fact.work_order_id
        elif fact.work_order_id == order and named.handler:
            now = now._replace(handler=named.handler)
    return now


def accepted(facts: Facts, in_round: int) -> Fact | None:
    """The first acceptance of a round's work order."""
    helping = {fact.work_order_id for fact in facts if fact.responsible and fact.responsible.helps}
    acceptances = (
        fact
        for fact in facts
        if fact.name == "work-order-accepted"
        and fact.round == in_round
        and fact.work_order_id not in helping
    )
    return next(acceptances, None)


def is_assigned(facts: Facts, in_round: int) -> bool:
    """Whether a round has a work order."""
    return any(
        fact.name == "work-order-assigned" and fact.round == in_round and _is_main(fact)
        for fact in facts
    )


def _is_main(fact: Fact) -> bool:
    return fact.responsible is not None and not fact.responsible.helps
