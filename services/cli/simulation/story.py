"""A ticket's life before it is lived: who does what to it, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Subject = Literal[
    "registration",
    "ticket",
    "duplicate",
    "order",
    "help",
    "appeal",
    "revisit",
    "contact",
    "served-group",
    "task",
    "escalations",
]
"""What a step is done to: `duplicate` is a second ticket, `help` and `appeal` others' orders."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One call. A text `$name` in its body stands for what an earlier step kept under it."""

    at: datetime
    subject: Subject
    act: str = ""
    body: Mapping[str, Any]
    round: int = 1
    with_version: bool = False
    by_reviewer: bool = False
    """Whether another person than all others does it: left out where there is none."""
    once: str | None = None
    """The ticket's status to wait for."""
    kept_as: str = ""
    """The name under which the answer's id is kept."""


@dataclass(frozen=True)
class Story:
    """All that happens to one customer's matter, in order."""

    number: int
    pack: str
    plot: str
    steps: tuple[Step, ...]

    @property
    def begins_at(self) -> datetime:
        return self.steps[0].at

    @property
    def ends_at(self) -> datetime:
        return max(step.at for step in self.steps)
