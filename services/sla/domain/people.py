"""Who has a ticket: who handles it, who accepted it, how high it was taken over."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from services.sla.domain.facts import ASSIGNMENTS, Fact, Facts, Responsible
from shared.contracts.terms import LEVELS, Level

OTHER_ORDERS = frozenset({"help-offered", "appeal-lodged"})
"""What starts a clock of another order than the ticket's own."""


def responsible_now(facts: Facts) -> Responsible | None:
    """Who handles the ticket after all that is known; None before any department has it.

    The newest round's order counts, as it was last handed over, and whoever accepted it or took it
    over since: after it in the record, for what is entered late may have happened before it.
    """
    now: Responsible | None = None
    order: str | None = None
    for fact in sorted(facts, key=lambda one: (one.round, one.recorded_at)):
        named = fact.responsible
        if named is None or named.helps:
            continue
        if now is None:
            now, order = named, fact.work_order_id
        elif fact.name in ASSIGNMENTS:
            now = named._replace(first_owner=named.first_owner or now.first_owner)
            order = fact.work_order_id
        elif fact.work_order_id == order and named.handler:
            moved_to = named.department or now.department
            now = now._replace(handler=named.handler, department=moved_to)
    return now


def acceptances(facts: Facts) -> Mapping[int, Fact]:
    """By round: the first acceptance of its work order."""
    helping = {fact.work_order_id for fact in facts if fact.responsible and fact.responsible.helps}
    found: dict[int, Fact] = {}
    for fact in facts:
        if fact.name == "work-order-accepted" and fact.work_order_id not in helping:
            found.setdefault(fact.round, fact)
    return found


def assigned_rounds(facts: Facts) -> frozenset[int]:
    """Those that have a work order."""
    return frozenset(fact.round for fact in facts if fact.name in ASSIGNMENTS and _is_main(fact))


def level_held(takeovers: Iterable[Fact], at: datetime) -> int:
    """How high the ticket had been taken over by then, as a place among the levels; -1: nobody."""
    held = [
        LEVELS.index(level) for fact in takeovers if fact.at <= at and (level := _level_of(fact))
    ]
    return max(held, default=-1)


def takes_over_above(fact: Fact, level: int) -> bool:
    """Whether somebody of a higher level took it over with this."""
    taken = _level_of(fact)
    return taken is not None and LEVELS.index(taken) > level


def order_of(offers: Iterable[Fact], start: Fact) -> Fact | None:
    """Of a clock of another order than the ticket's own: how that one was offered.

    `offers` are those of appeals.
    """
    if start.name == "help-offered":
        return start
    if start.name != "appeal-lodged":
        return None
    return next((offer for offer in offers if offer.at >= start.at), None)


def responsible_in(facts: Iterable[Fact], offered: Fact) -> Responsible | None:
    """Who handles another order than the ticket's own; `facts` are that order's."""
    now = offered.responsible
    for fact in facts:
        named = fact.responsible
        if now and named and named.handler:
            moved_to = named.department or now.department
            now = now._replace(handler=named.handler, department=moved_to)
    return now


def accepted_in(facts: Iterable[Fact]) -> Fact | None:
    """The first acceptance of another order than the ticket's own; `facts` are that order's."""
    return next((fact for fact in facts if fact.name == "work-order-accepted"), None)


def _level_of(fact: Fact) -> Level | None:
    responsible = fact.responsible
    return responsible.level if responsible and not responsible.helps else None


def _is_main(fact: Fact) -> bool:
    return fact.responsible is not None and not fact.responsible.helps
