"""What moves a clock's limit: pauses, a longer time consented to, another classification."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from services.sla.domain.facts import Case, Fact, Facts
from services.sla.domain.occurrences import Start
from services.sla.domain.regulation import Interval, Second
from shared.worktime import epoch_of

Reason = Literal["paused", "extended", "reclassified"]


class Move(NamedTuple):
    """One of them, at the moment at which it happened."""

    at: Second
    reason: Reason
    facts: tuple[Fact, ...]
    pause: Interval | None = None
    is_open: bool = False
    """Of a pause that nobody has ended: it lasts until now."""
    until: Second | None = None
    case: Case | None = None


class LastMove(NamedTuple):
    """Why the limit is what it is."""

    reason: Reason
    fact: Fact


def movers_of(movers: Sequence[Fact], start: Start) -> Facts:
    """Of those that move limits the ones that may move this clock's."""
    names, in_round = start.plan.movers, start.key.round
    return tuple(
        [
            fact
            for fact in movers
            if fact.name in names and (fact.name == "ticket-reclassified" or fact.round == in_round)
        ]
    )


def moves_of(facts: Facts, start: Start, now: Second) -> tuple[Move, ...]:
    """What those facts did, as it happened; pauses last until `now` at most.

    Of two things that happened at one moment the one that was written down last has the last word.
    """
    found = [*_pauses(facts, start, now)]
    for fact in facts:
        if fact.name == "ticket-reclassified":
            found.append(Move(epoch_of(fact.at), "reclassified", (fact,), case=fact.case))
        elif fact.name == "extension-agreed":
            found.append(Move(epoch_of(fact.at), "extended", (fact,), until=fact.until))
    return tuple(sorted(found, key=lambda move: (move.at, move.facts[0].recorded_at)))


def last_of(moves: tuple[Move, ...]) -> LastMove | None:
    """The one that was written down last."""
    told = [LastMove(move.reason, fact) for move in moves for fact in move.facts]
    return max(told, key=lambda one: (one.fact.recorded_at, one.fact.event_id), default=None)


def _pauses(facts: Facts, start: Start, now: Second) -> Iterator[Move]:
    """The times for which work rested for a reason that pauses the clock."""
    rests: dict[str | None, list[Fact]] = {}
    for fact in facts:
        if epoch_of(fact.at) > now:
            continue
        if fact.name in start.plan.clock.pauses:
            rests.setdefault(fact.work_order_id, []).append(fact)
        elif fact.name == "handling-resumed":
            for begun in rests.pop(fact.work_order_id, ()):
                interval = epoch_of(begun.at), epoch_of(fact.at)
                yield Move(interval[0], "paused", (begun, fact), pause=interval)
    for begun in (one for order in rests.values() for one in order):
        interval = epoch_of(begun.at), now
        yield Move(interval[0], "paused", (begun,), pause=interval, is_open=True)
