"""What has to be said about a ticket's clocks as time goes on, each thing once."""

from dataclasses import dataclass, field

from tests.unit.sla.naive.clocks import Clock, clocks
from tests.unit.sla.naive.endings import History, Key
from tests.unit.sla.naive.told import Second

Word = tuple[str, Key, str]
"""What is said, of which clock, and the details in a line."""


@dataclass
class _Rung:
    stands: bool = False
    withdrawn: int = 0
    at: Second = 0


@dataclass
class _Said:
    limits: tuple[Second | None, Second]
    state: str = "running"
    ended_at: Second | None = None
    missed: bool = False
    rungs: dict[str, _Rung] = field(default_factory=dict)


class Speaker:
    """Remembers what it said."""

    def __init__(self) -> None:
        self._said: dict[Key, _Said] = {}

    def look(self, history: History, now: Second) -> set[Word]:
        """What is new at this moment."""
        found = {clock.key: clock for clock in clocks(history, now)}
        words = {word for clock in found.values() for word in self._of(clock)}
        gone = [one for one in self._said.items() if one[0] not in found]
        return words | {word for key, said in gone for word in _taken_back(key, said, now)}

    def standing(self) -> set[tuple[Key, str, int]]:
        """Every rung that stands, and how often it was withdrawn before."""
        return {
            (key, step, rung.withdrawn)
            for key, said in self._said.items()
            for step, rung in said.rungs.items()
            if rung.stands
        }

    def _of(self, clock: Clock) -> list[Word]:
        said, words = self._said.get(clock.key), []
        limits = clock.target_at, clock.due_at
        if said is None:
            said = self._said[clock.key] = _Said(limits)
            words.append(("started", clock.key, f"{clock.target_at} {clock.due_at}"))
        elif said.state in STOOD and clock.ended_at is None and clock.state != "paused":
            words.append(("resumed", clock.key, f"{said.missed}"))
            said.state, said.ended_at = "missed" if said.missed else "running", None
        if said.limits != limits and not clock.rests:
            words.append(("moved", clock.key, f"{clock.target_at} {clock.due_at}"))
            said.limits, said.missed = limits, said.missed and clock.missed
            said.state = "running" if said.state == "missed" and not said.missed else said.state
        return words + _rungs(clock, said) + _news(clock, said)


STOOD = {"met", "met_late", "cancelled", "paused"}


def _rungs(clock: Clock, said: _Said) -> list[Word]:
    words = []
    for step in {*clock.rungs, *said.rungs}:
        rung = said.rungs.setdefault(step, _Rung())
        at, verdict = clock.rungs.get(step, (0, "void"))
        is_put_off = verdict == "waiting" and at > rung.at
        if verdict == "due" and not rung.stands:
            rung.stands, rung.at = True, at
            words.append(("raised", clock.key, f"{step} {rung.withdrawn} {at}"))
        elif (verdict == "void" or is_put_off) and rung.stands:
            rung.stands, rung.withdrawn = False, rung.withdrawn + 1
            words.append(("withdrawn", clock.key, step))
    return words


def _news(clock: Clock, said: _Said) -> list[Word]:
    words = []
    if clock.state == "paused" and said.state != "paused":
        said.state = "paused"
        words.append(("paused", clock.key, ""))
    if clock.missed and clock.state in {"missed", "cancelled"} and not said.missed:
        said.state, said.missed = said.state if said.ended_at else "missed", True
        words.append(("missed", clock.key, f"{clock.due_at}"))
    if clock.ended_at is not None and (said.state, said.ended_at) != (clock.state, clock.ended_at):
        said.state, said.ended_at = clock.state, clock.ended_at
        words.append((clock.state, clock.key, f"{clock.ended_at}"))
    return words


def _taken_back(key: Key, said: _Said, now: Second) -> list[Word]:
    """Of a clock that never began, by all that is known now."""
    words = []
    if said.state != "cancelled":
        said.state, said.ended_at = "cancelled", now
        words.append(("cancelled", key, f"{now}"))
    for step, rung in said.rungs.items():
        if rung.stands:
            rung.stands, rung.withdrawn = False, rung.withdrawn + 1
            words.append(("withdrawn", key, step))
    return words
