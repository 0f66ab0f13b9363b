"""The shape of every decision: command and state in, events out; nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from typing import Generic, TypeVar

LEEWAY = timedelta(minutes=1)
"""People tell a time to the minute, and no two machines have the same."""

Command = TypeVar("Command")
State = TypeVar("State")
Event = TypeVar("Event")


@dataclass(frozen=True)
class Decider(Generic[Command, State, Event]):
    """`decide` may raise a broken rule; `evolve` copies facts and never raises."""

    initial: State
    decide: Callable[[Command, State], list[Event]]
    evolve: Callable[[State, Event], State]

    def fold(self, events: Iterable[Event], state: State | None = None) -> State:
        """The state after `events`, starting from `state` or from nothing."""
        return reduce(self.evolve, events, self.initial if state is None else state)


class BrokenRuleError(Exception):
    """A rule of the trade forbids it: the base of every error in a service's `errors.py`.

    Subclasses say `code` (stable, for programs) and a title in both languages (for people).
    """

    code = "rule-broken"
    zh = "不允许此操作。"
    en = "The rules do not allow this."


class UnknownSubjectError(BrokenRuleError):
    """What the command is about is not there, or not for this caller to know of."""

    code = "not-found"
    zh = "找不到该对象。"
    en = "There is no such thing here."
