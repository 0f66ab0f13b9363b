"""What is known to have happened to a ticket; taking in a fact is a join.

Topics have no common order and every record may come again, so facts are a set keyed by event id:
any order, any repetition, the same state.
"""

from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from shared.contracts.terms import Channel, Kind, Level, Severity, Tier

FactName: TypeAlias = Literal[
    "ticket-registered",
    "ticket-reclassified",
    "ticket-withdrawn",
    "ticket-merged",
    "ticket-unmerged",
    "ticket-answered",
    "ticket-closed",
    "customer-repeated",
    "round-started",
    "work-order-offered",
    "work-order-assigned",
    "work-order-accepted",
    "work-order-taken-over",
    "work-order-completed",
    "work-order-cancelled",
    "contact-attempted",
    "progress-unfinished",
    "progress-done",
    "written-answer-sent",
    "written-answer-approved",
    "written-answer-rejected",
    "customer-notified-result",
    "customer-not-reached",
    "customer-notified-progress",
    "customer-notified-overdue",
    "awaiting_customer",
    "force_majeure",
    "handling-resumed",
    "extension-agreed",
    "help-offered",
    "help-completed",
    "appeal-offered",
    "appeal-lodged",
    "appeal-answered",
    "revisit-scheduled",
    "revisit-concluded",
    "contact-abandoned",
    "contact-called-back",
    "outbound-task-created",
    "outbound-task-concluded",
]
"""What happened; `customer-not-reached` is a result notice in vain, the others reached somebody.
Work rests by the very reason for it. Another department's order and an appeal's have their own."""
BEGINNINGS = frozenset({"ticket-registered", "contact-abandoned", "outbound-task-created"})
"""Of what sla watches: tickets, abandoned contacts, outbound tasks; here each is a ticket."""
ASSIGNMENTS = frozenset({"work-order-offered", "work-order-assigned"})


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
    """A second department's order, or an appeal's: no acceptance of it counts for the ticket."""
    level: Level | None = None
    """To which level it was taken over."""


class Fact(msgspec.Struct, frozen=True, order=True, gc=False):
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
    """Of an appeal, its own id: it is answered in an order of another name."""
    responsible: Responsible | None = None
    until: int | None = None
    """By when, in seconds since 1970: promised, consented to, or due."""


Facts = tuple[Fact, ...]
"""One ticket's, by the time they happened; never two of one event."""


def registration(facts: Facts) -> Fact | None:
    """The fact that begins a ticket; None as long as it was not heard."""
    return next((fact for fact in facts if fact.name in BEGINNINGS), None)


def merger(facts: Facts) -> Fact | None:
    """The merger that stands: mergers and what takes them back alternate."""
    mergers = _as_written("ticket-merged", facts)
    return next(iter(mergers[len(_as_written("ticket-unmerged", facts)) :]), None)


def unmerger(facts: Facts) -> Fact | None:
    """What took the last merger back."""
    return next(reversed(_as_written("ticket-unmerged", facts)), None)


def _as_written(name: FactName, facts: Facts) -> list[Fact]:
    """Those of that name; of several of one moment the one that was written down last is last."""
    found = [fact for fact in facts if fact.name == name]
    return sorted(found, key=lambda fact: (fact.at, fact.recorded_at))
