"""A ticket's facts as its clocks ask for them: sorted out once, however many clocks look."""

from collections.abc import Iterable, Sequence

from services.sla.domain.facts import Fact, FactName, Facts, merger, registration, unmerger
from services.sla.domain.people import acceptances, assigned_rounds
from shared.contracts.terms import PAUSE_REASONS

CANCELS: Sequence[FactName] = (
    "ticket-withdrawn",
    "ticket-merged",
    "ticket-unmerged",
    "ticket-closed",
    "work-order-cancelled",
    "round-started",
)
"""What leaves nobody waiting, or takes that back."""
MOVERS: Sequence[FactName] = (
    *PAUSE_REASONS,
    "handling-resumed",
    "ticket-reclassified",
    "extension-agreed",
)
"""What may move a limit."""


class Known:
    """One ticket's facts; whatever is asked for comes in the order in which it happened."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.by_name: dict[FactName, list[Fact]] = {}
        for fact in facts:
            same = self.by_name.get(fact.name)
            if same is None:
                self.by_name[fact.name] = [fact]
            else:
                same.append(fact)
        self.registered = registration(facts)
        self.movers = self.named(MOVERS)
        self.cancels = self.named(CANCELS)
        self.merged = merger(facts) if self.cancels else None
        self.unmerged = unmerger(facts) if self.cancels else None
        self.accepted = acceptances(facts) if "work-order-accepted" in self.by_name else {}
        """By round: the first acceptance of its work order."""
        self.assigned = assigned_rounds(facts)
        """The rounds that have a work order."""
        self._orders: dict[str | None, list[Fact]] = {}

    def named(self, names: Iterable[FactName]) -> Sequence[Fact]:
        """All of these names."""
        found = [self.by_name[name] for name in names if name in self.by_name]
        if len(found) < 2:  # noqa: PLR2004 - they are in order already
            return found[0] if found else ()
        return sorted([fact for same in found for fact in same])

    def of_order(self, order: str | None) -> Sequence[Fact]:
        """All that names a work order, or an appeal."""
        if not self._orders:
            for fact in self.facts:
                self._orders.setdefault(fact.work_order_id, []).append(fact)
        return self._orders.get(order, ())
