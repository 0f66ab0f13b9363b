"""How long after its moment a rung was raised, of those that were raised last."""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from math import ceil

from prometheus_client import Histogram

from services.sla.domain.facts import ASSIGNMENTS, Facts
from shared.contracts.sla import EscalationRaised, RecalculationOrdered
from shared.contracts.timers import RaisingLag

REMEMBERED = 1000
"""Enough for a 99th percentile; what lies farther back is in the metrics."""


ESCALATION_LAG = Histogram(
    "huiyin_escalation_lag_seconds",
    "Until a rung was raised: since it fell due, or was known to have, if that was later.",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 86_400),
)


def knowable_at(
    raised: EscalationRaised, facts: Facts, order: RecalculationOrdered | None = None
) -> datetime:
    """Since when it could have been raised: what was entered late is no lag of raising.

    That is when the last was recorded of all that had happened by its moment, and of what alone
    made it call on somebody: a first work order, a merger taken back, a recalculation.
    """
    moments = [raised.due_at, *_told(raised, facts)]
    if order is not None:
        moments.append(order.at)
    return max(moments)


def _told(raised: EscalationRaised, facts: Facts) -> Iterator[datetime]:
    is_assigned = False
    for fact in facts:
        assigns = fact.name in ASSIGNMENTS and fact.round == raised.round and not is_assigned
        is_assigned |= assigns
        if fact.at <= raised.due_at or assigns or fact.name == "ticket-unmerged":
            yield min(fact.recorded_at, raised.at)


class RecentLag:
    """Forgets all but the newest, so that one outage does not colour a whole day."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=REMEMBERED)
        self._newest_at: datetime | None = None

    def note(
        self, raised: EscalationRaised, facts: Facts, order: RecalculationOrdered | None = None
    ) -> None:
        """A rung that was raised just now; counted in the metric, too."""
        seconds = (raised.at - knowable_at(raised, facts, order)).total_seconds()
        ESCALATION_LAG.observe(seconds)
        self._seconds.append(seconds)
        self._newest_at = raised.at

    def view(self) -> RaisingLag:
        """Since this instance started."""
        ranked = sorted(self._seconds)
        return RaisingLag(
            raised=len(ranked),
            newest_at=self._newest_at,
            p50_seconds=_quantile(ranked, 0.5),
            p99_seconds=_quantile(ranked, 0.99),
            slowest_seconds=_quantile(ranked, 1),
        )


def _quantile(ranked: Sequence[float], share: float) -> float | None:
    """The nearest rank: a lag that was really seen."""
    return ranked[ceil(share * len(ranked)) - 1] if ranked else None
