"""Writes a story line by line: each comes later than the one before, while people are at work."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from services.cli.simulation.hours import after, at_work
from services.cli.simulation.matters import Matter
from services.cli.simulation.people import Person
from services.cli.simulation.story import Step, Story, Subject
from shared.contracts.terms import Channel, Tier
from shared.worktime import Calendar

Span = tuple[float, float]
"""Least and most minutes."""


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Whose matter it is, where it comes in and when."""

    number: int
    pack: str
    plot: str
    person: Person
    matter: Matter
    channel: Channel
    tier: Tier
    received_at: datetime


class Script:
    """A story being written; `round` is the one that its people are in."""

    def __init__(self, cast: Cast, rng: Random) -> None:
        self.cast = cast
        self.rng = rng
        self.at = cast.received_at
        self.round = 1
        self._steps: list[Step] = []

    def later(self, span: Span) -> None:
        """So many minutes of work pass."""
        self.at = after(at_work(self.cast.pack), self.at, self.rng.uniform(*span))

    def wait(self, span: Span, hours: Calendar | None = None) -> None:
        """So many minutes on the wall clock pass; then, as soon as people are at work again."""
        passed = self.at + timedelta(minutes=round(self.rng.uniform(*span)))
        self.at = (hours or at_work(self.cast.pack)).next_open(passed).at

    def write(self, subject: Subject, act: str, **body: Any) -> None:  # noqa: ANN401 - JSON
        """What is done now."""
        self.write_step(Step(at=self.at, subject=subject, act=act, body=body, round=self.round))

    def write_on_version(self, subject: Subject, act: str, **body: Any) -> None:  # noqa: ANN401 - JSON
        """The same on the version that is read just before."""
        self.write_step(
            Step(
                at=self.at,
                subject=subject,
                act=act,
                body=body,
                round=self.round,
                with_version=True,
            )
        )

    def write_step(self, step: Step) -> None:
        """The same for one with a status to wait for, or a name that it is kept as."""
        self._steps.append(step)

    def story(self) -> Story:
        return Story(self.cast.number, self.cast.pack, self.cast.plot, tuple(self._steps))
