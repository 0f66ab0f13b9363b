"""T-08: half of what is left of the answer's time, again whenever that limit moves."""

from services.sla.domain.clocks import Clock
from services.sla.domain.meanings import ANSWER
from services.sla.domain.occurrences import Start
from services.sla.domain.regulation import Regulation, Second
from shared.worktime import epoch_of

HALF = 50
"""Percent."""
Since = tuple[Second, Second]
"""A limit, after the moment since which it holds."""


def halves(regulation: Regulation, answer: Clock | None, start: Start) -> tuple[Since, ...]:
    """Each half of the answer's limits for what began then, the first one since it began.

    None for clocks whose limit is no half.
    """
    if answer is None or not start.plan.half:
        return ()
    begun = epoch_of(start.at)
    known = [due for since, due in answer.limits if since <= begun]
    limits = [(begun, known[-1] if known else answer.limits[0][1])]
    limits += [limit for limit in answer.limits if limit[0] > begun]
    return tuple([(since, _half_of(regulation, answer, begun, due)) for since, due in limits])


def _half_of(regulation: Regulation, answer: Clock, begun: Second, due: Second) -> Second:
    """At once where nothing was left."""
    clock = regulation.pack.clock(ANSWER)
    if clock is None or due <= begun:
        return begun
    return regulation.time(clock, answer.rule).share(begun, due, HALF)
