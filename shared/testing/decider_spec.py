"""Given these events, when this is asked, then these follow: how every decider is tested."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.decider import BrokenRuleError, Decider

Command = TypeVar("Command")
State = TypeVar("State")
Event = TypeVar("Event")


@dataclass(frozen=True)
class Outcome(Generic[State, Event]):
    """What the command came to: events, or the rule that it breaks."""

    state: State
    """After the new events, or as it was where a rule was broken."""
    events: Sequence[Event] = ()
    broken: BrokenRuleError | None = None

    def then(self, *events: Event) -> State:
        """These events and no others; returns the state that they leave."""
        if self.broken is not None:
            raise AssertionError(f"expected events, but {self.broken.code}") from self.broken
        if list(self.events) != list(events):
            raise AssertionError(f"decided {list(self.events)}, not {list(events)}")
        return self.state

    def then_nothing(self) -> State:
        """A repeat, or somebody went further already."""
        return self.then()

    def then_raises(self, rule: type[BrokenRuleError]) -> None:
        """The rule is broken: this one, none that is like it."""
        if type(self.broken) is not rule:
            raise AssertionError(f"not {rule.__name__}: {self.broken or self.events!r}")


@dataclass(frozen=True)
class Given(Generic[Command, State, Event]):
    """A decider with its past."""

    decider: Decider[Command, State, Event]
    past: Sequence[Event]

    def when(self, *commands: Command) -> Outcome[State, Event]:
        """One command after the other; the events of all, up to the first that breaks a rule."""
        state = self.decider.fold(self.past)
        events: list[Event] = []
        for command in commands:
            try:
                decided = self.decider.decide(command, state)
            except BrokenRuleError as broken:
                return Outcome(state, events, broken)
            state = self.decider.fold(decided, state)
            events += decided
        return Outcome(state, events)


@dataclass(frozen=True)
class DeciderSpec(Generic[Command, State, Event]):
    """`spec.given(registered).when(withdraw).then(withdrawn)`."""

    decider: Decider[Command, State, Event]

    def given(self, *past: Event) -> Given[Command, State, Event]:
        return Given(self.decider, past)
