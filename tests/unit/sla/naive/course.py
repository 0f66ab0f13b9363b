"""How a limit and its ladder move: pauses, another class, a longer time, each as it happened.

What had passed before one of them stays as it was; everything else is worked out anew from the
start, by all that had happened until then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts import dispatch, intake
from shared.contracts.terms import Case
from tests.unit.sla.naive import minutes
from tests.unit.sla.naive.promises import Promise
from tests.unit.sla.naive.table import Row
from tests.unit.sla.naive.told import Second, Told

SHARES = {"reminder": 50, "warning": 80, "level-3": 150, "level-4": 200}
VISITS = minutes.Hours(minutes.SHANGHAI, ((8 * 60, 20 * 60),), workdays=(0, 1, 2, 3, 4, 5, 6))


@dataclass(frozen=True)
class Change:
    """One of them; `half` is the half of the answer's time, where the limit is that."""

    at: Second
    known_at: datetime
    """Of two at one moment the later one has the last word."""
    pause: tuple[Second, Second] | None = None
    is_open: bool = False
    case: Case | None = None
    agreed: Second | None = None
    half: Second | None = None


@dataclass
class Course:
    """One clock's; `until` is its limit where what starts it says that."""

    row: Row
    start: Second
    case: Case
    office: minutes.Hours
    until: Second | None = None
    due: Second | None = None
    target: Second | None = None
    rungs: dict[str, Second] = field(default_factory=dict)
    gone_at: Second | None = None
    """When a class came that promises nothing."""
    limits: list[tuple[Second, Second]] = field(default_factory=list)
    """Since when each held."""
    _pauses: list[tuple[Second, Second]] = field(default_factory=list)
    _agreed: Second | None = None
    _reckoned: Second = 0
    """The limit that the class gives, though it came when that had passed: shares are of that."""

    def follow(self, changes: Sequence[Change]) -> None:
        """All that happened, in that order; what came before the start is how it began."""
        before = [change.case for change in changes if change.case and change.at <= self.start]
        self.case = before[-1] if before else self.case
        self._work_out(self.start, self.start)
        for change in changes:
            if change.case and change.at <= self.start:
                continue
            self._change(change)

    def _change(self, change: Change) -> None:
        at = change.at
        has_passed = self.due is not None and self.gone_at is None and self.due < at
        earliest = self.start
        if change.pause is not None:
            self._pauses.append(change.pause)
        elif change.agreed is not None:
            if self.due is None or has_passed or change.agreed <= self.due:
                return
            self._agreed = change.agreed
        elif has_passed:
            return  # missed before: that stays, and so does its ladder
        else:
            self.case = change.case or self.case
            self.until = change.half or self.until
            earliest = at
        self._work_out(max(at, self.start), earliest)

    def _work_out(self, at: Second, earliest: Second) -> None:
        """Anew from the start; what passed before `at` stays, nothing else before `earliest`."""
        promise = self.row.promise(self.case)
        if promise is None:
            if self.due is not None and self.gone_at is None:
                self.gone_at = at
            return
        if self.gone_at is not None:
            self._come_back(self.gone_at)
        if self.due is None or self.due >= at:
            self._reckoned = self._limit(promise, promise.limit)
            self.due = self._not_before(earliest, self._reckoned)
            self.limits.append((at, self.due))
        if self.target is None or self.target >= at:
            wanted = promise.target
            self.target = wanted and self._not_before(earliest, self._moved(promise, wanted))
        ladder = self._ladder(promise, self._reckoned)
        self.rungs = {step: due for step, due in self.rungs.items() if due <= at} | {
            step: self._running(max(due, at))
            for step, due in ladder.items()
            if step not in self.rungs or self.rungs[step] > at
        }

    def _come_back(self, gone_at: Second) -> None:
        """What had passed before nothing was promised any more did pass."""
        self.gone_at = self.due = None
        if self.target is not None and self.target >= gone_at:
            self.target = None
        self.rungs = {step: due for step, due in self.rungs.items() if due <= gone_at}

    def _not_before(self, earliest: Second, moment: Second) -> Second:
        """What lies in the past already passes then, or when work that rests goes on."""
        return self._running(earliest) if moment < earliest else moment

    def _limit(self, promise: Promise, amount: int) -> Second:
        if self._agreed is not None:
            return self._agreed
        if self.row.until != "amount":
            return max(self.start, self.until or 0)
        return self._moved(promise, amount)

    def _moved(self, promise: Promise, amount: int) -> Second:
        hours, pauses = self.hours(promise), tuple(self._pauses)
        if promise.workdays and hours is not None:
            due = minutes.workdays_later(hours, self.start, amount, pauses)
            return next((end for begin, end in self._rests() if begin < due < end), due)
        return minutes.reached(hours, self.start, (amount,), pauses)[0]

    def hours(self, promise: Promise) -> minutes.Hours | None:
        """None: the clock on the wall."""
        if not (promise.working or promise.workdays) or self.case.pack == "travel-platform":
            return None
        return VISITS if self.case.pack == "cable-field-service" else self.office

    def _ladder(self, promise: Promise, due: Second) -> dict[str, Second]:
        if promise.ladder == "none":
            return {}
        found = {"level-2": due}
        if self.target is not None and promise.target is not None:
            found["level-1"] = self.target
        shares = SHARES if promise.ladder == "full" else {"warning": SHARES["warning"]}
        hours, pauses = self.hours(promise), tuple(self._pauses)
        whole = minutes.used(hours, self.start, due, pauses)
        parts = tuple(-(-whole * percent // 100) for percent in shares.values())  # never too early
        reached = minutes.reached(hours, self.start, parts, pauses)
        return found | dict(zip(shares, reached, strict=True))

    def _running(self, moment: Second) -> Second:
        """That moment, or when work that rests then goes on."""
        return next((end for begin, end in self._rests() if begin <= moment < end), moment)

    def _rests(self) -> Sequence[tuple[Second, Second]]:
        return minutes.united(self._pauses)


def changes_of(
    history: Sequence[Told], row: Row, in_round: int, pack: str, until: Second
) -> list[Change]:
    """What moves such a clock before it ended, or until now."""
    found = (
        list(_pauses(history, in_round, until)) if row.rests and pack != "travel-platform" else []
    )
    for told in history:
        if isinstance(told.event, intake.TicketReclassified):
            found.append(Change(told.at, told.recorded_at, case=told.event.case))
        elif isinstance(told.event, dispatch.ExtensionAgreed):
            is_meant = row.name == "answer" and pack == "travel-platform"
            if is_meant and told.round == in_round:
                found.append(
                    Change(told.at, told.recorded_at, agreed=int(told.event.until.timestamp()))
                )
    return sorted(found, key=lambda change: (change.at, change.known_at))


def _pauses(history: Sequence[Told], in_round: int, until: Second) -> Iterator[Change]:
    """Of each work order, from its suspension until it goes on; or until then at most."""
    resumed = [one for one in history if isinstance(one.event, dispatch.HandlingResumed)]
    for told in history:
        if not isinstance(told.event, dispatch.HandlingSuspended) or not told.of_the_ticket:
            continue
        if told.round != in_round or told.at > until:
            continue
        ends = [
            one.at
            for one in resumed
            if (one.order, one.round) == (told.order, told.round)
            and (one.at, one.event_id) > (told.at, told.event_id)
            and one.at <= until
        ]
        end = min(ends, default=until)
        yield Change(told.at, told.recorded_at, pause=(told.at, end), is_open=not ends)
