"""What has become of each step of a clock's ladder."""

from collections.abc import Sequence

from services.sla.domain.clocks import Rung
from services.sla.domain.facts import Fact
from services.sla.domain.known import Known
from services.sla.domain.occurrences import End, Start
from services.sla.domain.people import OTHER_ORDERS, accepted_in, order_of
from services.sla.domain.regulation import RungDue, Second
from shared.worktime import epoch_of

DISPATCH_TIME: Second = 15
"""A ticket entered late may owe several rungs at once. They wait so long for the work order, which
names who is to be called on: as long as dispatch takes to start anew. Without one they go to whom
the directory has for such a case, for good."""


class Ladder:
    """One clock's, at one moment; `answer_began` is what began the answer of the same round."""

    __slots__ = ("_acceptance", "_is_assigned", "_now", "_ready_from", "order")

    def __init__(self, known: Known, start: Start, answer_began: Fact | None, now: Second) -> None:
        self._now = now
        self.order: Fact | None = None
        """Of help, and of an appeal, whose order is not the ticket's own."""
        begun, in_round = start.fact, start.key.round
        if begun is not None and begun.name in OTHER_ORDERS:
            self.order = order = order_of(known.by_name.get("appeal-offered", ()), begun)
            self._is_assigned = order is not None
            self._acceptance = accepted_in(known.of_order(order.work_order_id)) if order else None
        else:
            self._is_assigned = in_round in known.assigned
            self._acceptance = known.accepted.get(in_round)
        began = begun or answer_began
        waits = began is not None and not self._is_assigned
        self._ready_from = epoch_of(began.recorded_at) + DISPATCH_TIME if waits and began else 0

    def rungs(
        self, due: Sequence[RungDue], end: End | None, ended: Second | None, paused: Second | None
    ) -> tuple[Rung, ...]:
        """`paused`: since when it stands still."""
        if end is None or ended is None:
            return tuple([self._running(rung, paused) for rung in due])
        return tuple([self._stopped(rung, end, ended) for rung in due])

    def _stopped(self, rung: RungDue, end: End, ended: Second) -> Rung:
        """Of a clock that stopped: whether it had fallen due before."""
        step, due_at, to = rung.step, rung.due_at, rung.to
        ready_at = max(due_at, self._ready_from)
        if ended <= due_at:
            return Rung(step, due_at, ready_at, to, "void", end.fact, end.cancelled or "met")
        if rung.unless_accepted and self._is_accepted_by(due_at):
            return Rung(step, due_at, ready_at, to, "void", self._acceptance, "accepted")
        return Rung(step, due_at, ready_at, to, "past")

    def _running(self, rung: RungDue, paused: Second | None) -> Rung:
        step, due_at, to = rung.step, rung.due_at, rung.to
        ready_at = max(due_at, self._ready_from)
        if rung.unless_accepted and self._is_accepted_by(due_at):
            return Rung(step, due_at, ready_at, to, "void", self._acceptance, "accepted")
        waits = self._now < ready_at or (paused is not None and due_at > paused)
        if waits or (rung.unless_accepted and not self._is_assigned):
            return Rung(step, due_at, ready_at, to, "waiting")  # nobody has it: none is reminded
        return Rung(step, due_at, ready_at, to, "due")

    def _is_accepted_by(self, due_at: Second) -> bool:
        acceptance = self._acceptance
        return acceptance is not None and epoch_of(acceptance.at) <= due_at


def next_moment(rungs: Sequence[Rung], due_at: Second, now: Second) -> Second | None:
    """When time alone changes something about a clock that runs."""
    soonest = due_at + 1 if due_at + 1 > now else None
    for rung in rungs:
        if rung.verdict == "waiting" and rung.ready_at > now:
            soonest = rung.ready_at if soonest is None else min(soonest, rung.ready_at)
    return soonest
