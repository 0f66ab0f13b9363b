"""A clock's limit and ladder after all that moved them, taken in the order in which it happened.

What had fallen due before a move stays as it was: a limit that passed is not undone, and nobody is
called on twice. So it does not matter when a move was heard of.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from services.sla.domain.facts import Case, Fact
from services.sla.domain.moves import Move
from services.sla.domain.occurrences import Start
from services.sla.domain.regulation import (
    Deadline,
    Regulation,
    RungDue,
    Second,
)
from services.sla.domain.rests import NO_RESTS, Rests
from shared import packs
from shared.worktime import epoch_of


class Course:
    """Follows one clock from its start, by the rule of the class that it began with.

    `until` is its limit where its rule leaves that open.
    """

    __slots__ = (
        "_begun", "_clock", "_extended", "_in_round", "_reckoned", "_regulation", "_rungs",
        "_until", "deadline", "gone", "limits", "rests", "rule",
    )  # fmt: skip

    def __init__(
        self,
        regulation: Regulation,
        start: Start,
        begun: Second,
        rule: packs.Rule | None,
        until: Second | None,
    ) -> None:
        self._regulation = regulation
        self._clock = start.plan.clock
        self._in_round = start.key.round
        self._until = until
        self._begun = begun
        self._extended: Second | None = None
        self._reckoned: Deadline | None = None
        """What its class promises, be that past already: the ladder's shares are of that."""
        self._rungs: Sequence[RungDue] = ()
        self.rests = NO_RESTS
        self.rule: packs.Rule | None = None
        """The last one that there was."""
        self.deadline: Deadline | None = None
        self.gone: Fact | None = None
        """What has left the clock without a rule."""
        self.limits: list[tuple[Second, Second]] = []
        """Each limit that there was, and since when."""
        self._begin(rule)

    @property
    def rungs(self) -> Sequence[RungDue]:
        return self._rungs

    def follow(self, move: Move) -> None:
        """Takes the next move."""
        if move.case is not None:
            self._reclassify(move, move.case)
        elif move.pause is not None:
            self.rests = self.rests or Rests()
            self.rests.add(*move.pause)
            self._move(move.at)
        elif move.until is not None and self._is_longer(move.at, move.until):
            self._extended = move.until
            self._move(move.at)

    def share_anew(self, at: Second, until: Second) -> None:
        """The limit that it has a part of moved then (T-08); one that passed before stays."""
        if not self._has_passed(at):
            self._until = until
            self._move(at, floor=at)

    def stand_by(self, promised: Deadline) -> None:
        """What was promised stands, whatever is computed today."""
        self.deadline = promised
        self.limits = [(self._begun, promised.due_at)]
        if self.rule is not None:
            self._rungs = self._ladder(self.rule, promised)

    def _begin(self, rule: packs.Rule | None) -> None:
        self.rule = rule
        if rule is None:
            self.deadline, self._rungs = None, ()
            return
        if self.rests or self._extended is not None:
            deadline = self._computed(rule)
            self._rungs = self._ladder(rule, deadline)
        else:
            promise = self._regulation.promise(self._clock, rule, self._begun, self._until)
            deadline, self._rungs = promise
        self.deadline = self._reckoned = deadline
        self.limits = [(self._begun, deadline.due_at)]

    def _reclassify(self, move: Move, case: Case) -> None:
        rule = self._regulation.rule(self._clock, case, self._in_round)
        runs = self.rule is not None and self.gone is None
        if move.at <= self._begun:
            self._begin(rule)
        elif runs and (rule == self.rule or self._has_passed(move.at)):
            return
        elif rule is None:
            self.gone = move.facts[0] if runs else self.gone
        else:
            if self.gone is not None:
                self._come_back(epoch_of(self.gone.at), move.at)
            self.rule = rule
            self._move(move.at, floor=move.at)

    def _come_back(self, gone_at: Second, at: Second) -> None:
        """As though it had begun with this class; what had passed by then did pass."""
        before, self.gone = self.deadline, None
        if before is not None:
            target = before.target_at
            passed = target is not None and target < gone_at
            self.deadline = Deadline(target if passed else None, at, before.provisional)
        self._rungs = [rung for rung in self._rungs if rung.due_at <= gone_at]

    def _move(self, at: Second, floor: Second = 0) -> None:
        rule = self.rule
        if rule is None or self.gone is not None:
            return
        if self._reckoned is None or not self._has_passed(at):
            self._reckoned = self._computed(rule)
            self.deadline = self._kept(self._reckoned, at, floor)
            self.limits.append((max(at, self._begun), self.deadline.due_at))
        fallen = {rung.step: rung for rung in self._rungs if rung.due_at <= at}
        waiting = [
            replace(rung, due_at=self.rests.going_on(max(rung.due_at, at)))
            for rung in self._ladder(rule, self._reckoned)
            if rung.step not in fallen
        ]
        self._rungs = [*fallen.values(), *waiting]

    def _kept(self, new: Deadline, at: Second, floor: Second) -> Deadline:
        """A target that passed stays, too; what lies before the floor passes now."""
        before = self.deadline
        target = new.target_at and self._not_before(floor, new.target_at)
        if before is not None and before.target_at is not None and before.target_at < at:
            target = before.target_at
        return Deadline(target, self._not_before(floor, new.due_at), new.provisional)

    def _not_before(self, floor: Second, moment: Second) -> Second:
        """Where work rests then, it passes when that goes on."""
        return self.rests.going_on(floor) if moment < floor else moment

    def _is_longer(self, at: Second, until: Second) -> bool:
        """A consent that comes after the limit undoes no miss (T-04)."""
        return self.deadline is not None and at <= self.deadline.due_at < until

    def _has_passed(self, at: Second) -> bool:
        return self.deadline is not None and self.deadline.due_at < at

    def _computed(self, rule: packs.Rule) -> Deadline:
        regulation, rests = self._regulation, self.rests
        found = regulation.deadline(self._clock, rule, self._begun, rests, self._until)
        return found if self._extended is None else found._replace(due_at=self._extended)

    def _ladder(self, rule: packs.Rule, deadline: Deadline) -> Sequence[RungDue]:
        return self._regulation.rungs(self._clock, rule, self._begun, deadline, self.rests)
