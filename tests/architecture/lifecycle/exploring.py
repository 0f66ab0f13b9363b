"""Finds out what states a subject can be in, by asking its decider everything everywhere."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Generic, TypeVar, get_args

import msgspec

from shared.decider import BrokenRuleError

State = TypeVar("State")
COUNTED = 3
"""What is more than that makes no difference to anybody."""


class Effect(Enum):
    """What a command came to, where it neither moved the subject nor broke a rule."""

    RECORDED = "✓"
    NOTHING = "·"


@dataclass(frozen=True)
class MovedTo:
    label: str


@dataclass(frozen=True)
class Refused:
    code: str


Outcome = Effect | MovedTo | Refused


@dataclass(frozen=True, kw_only=True, eq=False)
class Machine(Generic[State]):
    """A decider with examples of all its commands, and how its states are called.

    `commands` are those to try in a state; `take` is the state after one of them and whether
    anything was stored, and raises the rule that it breaks.
    """

    title: str
    zh: str
    en: str
    """What it is about, for people."""
    initial: State
    take: Callable[[Any, State], tuple[State, bool]]
    commands: Callable[[State], Sequence[Any]]
    classes: Any
    """The union of all command classes."""
    label: Callable[[State], str]
    facts: Callable[[State], Any]
    """What decisions depend on besides the label."""
    labels: dict[str, str]
    """The states' names in Chinese, in the order of the page."""


@dataclass
class Explored:
    """What every command came to in every state."""

    outcomes: dict[tuple[type, str], set[Outcome]] = field(default_factory=lambda: defaultdict(set))

    def edges(self) -> dict[tuple[str, str], list[type]]:
        """From state to state, by which commands."""
        found: dict[tuple[str, str], list[type]] = defaultdict(list)
        for (command, label), outcomes in self.outcomes.items():
            for outcome in outcomes:
                if isinstance(outcome, MovedTo):
                    found[label, outcome.label].append(command)
        return found

    def moving(self) -> set[type]:
        """The commands that move the subject somewhere."""
        return {command for commands in self.edges().values() for command in commands}

    def recorded(self) -> dict[type, list[str]]:
        """The commands that move it nowhere, and the states in which they are recorded."""
        found: dict[type, list[str]] = {}
        for (command, label), outcomes in self.outcomes.items():
            if Effect.RECORDED in outcomes and command not in self.moving():
                found.setdefault(command, []).append(label)
        return found

    def forgotten(self, classes: Any) -> set[type]:  # noqa: ANN401 - a union of classes
        """The command classes that nobody tried, or that were never let through."""
        return set(get_args(classes)) - self.moving() - set(self.recorded())


@cache
def explore(machine: Machine[State]) -> Explored:
    """Breadth first; a state is looked into if it holds a fact that is new under its label."""
    explored = Explored()
    seen: set[Hashable] = set()
    waiting = deque([machine.initial])
    while waiting:
        state = waiting.popleft()
        label = machine.label(state)
        new = {(label, fact) for fact in (None, *facts_of(machine.facts(state)))} - seen
        if not new:
            continue
        seen |= new
        for command in machine.commands(state):
            outcome, after = _try(machine, command, state)
            explored.outcomes[type(command), label].add(outcome)
            if isinstance(outcome, MovedTo) or outcome is Effect.RECORDED:
                waiting.append(after)
    return explored


def _try(machine: Machine[State], command: object, state: State) -> tuple[Outcome, State]:
    try:
        after, stored = machine.take(command, state)
    except BrokenRuleError as broken:
        return Refused(broken.code), state
    label = machine.label(after)
    if label != machine.label(state):
        return MovedTo(label), after
    return (Effect.RECORDED if stored else Effect.NOTHING), after


def facts_of(value: object, path: str = "", depth: int = 3) -> Iterator[tuple[str, Hashable]]:
    """What is known, coarsely: which fields are set, short values, how many there are of each."""
    for name, one in _fields(value):
        here = f"{path}.{name}"
        match one:
            case None | bool() | str():
                yield here, one
            case int():
                yield here, min(one, COUNTED)
            case tuple() | list() | dict():
                yield here, min(len(one), COUNTED)
            case _ if depth and (is_dataclass(one) or isinstance(one, msgspec.Struct)):
                yield from facts_of(one, here, depth - 1)
            case _:
                yield here, True


def _fields(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, dict):
        return [(str(name), one) for name, one in value.items()]
    if is_dataclass(value):
        return [(one.name, getattr(value, one.name)) for one in fields(value)]
    return msgspec.structs.asdict(value).items() if isinstance(value, msgspec.Struct) else []
