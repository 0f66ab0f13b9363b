"""The shape of every decision: command and state in, events out; nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from typing import Generic, TypeVar

LEEWAY = timedelta(minutes=1)
"""People tell a time to the minute, and no two machines have the same."""
HORIZON = timedelta(days=3653)
"""Ten years: nothing is promised to a customer, agreed or planned beyond that."""

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
    `members` stand beside them in the answer: what programs need to go on.
    """

    code = "rule-broken"
    zh = "不允许此操作。"
    en = "The rules do not allow this."

    def __init__(self, **members: str | None) -> None:
        super().__init__()
        self.members = members


class UnknownSubjectError(BrokenRuleError):
    """What the command is about is not there, or not for this caller to know of."""

    code = "not-found"
    zh = "找不到该对象，请核对编号和密钥的可见范围。"
    en = "There is no such thing here: check its id, and what the key may see."


class NotYetKnownError(BrokenRuleError):
    """Another service's word is missing on which it depends; soon it can be asked again."""

    code = "not-yet-known"
    zh = "所需信息尚未就绪，请稍后重试。"
    en = "It cannot be decided yet; try again in a moment."


class ErasedError(BrokenRuleError):
    """The person was erased: what they said, and who they are, is gone for good."""

    code = "erased"
    zh = "该客户的个人信息已按要求删除，不再保存。"
    en = "This person was erased; nothing about them is kept any more."
