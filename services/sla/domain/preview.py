"""What would be promised to a ticket that nobody registered."""

from collections.abc import Iterator
from typing import NamedTuple

from services.sla.domain.regulation import Deadline, Regulation, RungDue, Second
from shared import packs

BEGINS: frozenset[packs.Fact] = frozenset({"ticket-registered", "ticket-recorded"})


class Promise(NamedTuple):
    """What would be promised to a ticket that nobody registered."""

    clause: str
    deadline: Deadline
    rungs: tuple[RungDue, ...]


def preview(
    regulation: Regulation, case: packs.Classified, start: Second
) -> Iterator[tuple[str, Promise | None]]:
    """Each clock that a registration starts; None where there is no limit.

    Raises OutsideCalendarError.
    """
    for clock in regulation.pack.clocks:
        if BEGINS.isdisjoint(clock.starts):
            continue
        rule = regulation.pack.rule(clock.name, case)
        if rule is None:
            yield clock.name, None
            continue
        deadline = regulation.deadline(clock, rule, start)
        rungs = regulation.rungs(clock, rule, start, deadline)
        yield clock.name, Promise(rule.clause, deadline, rungs)
