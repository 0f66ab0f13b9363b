"""Who must act as time runs out, step by step, and what work goes up to them."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared.contracts.sla import Step
from shared.packs.calling import Name
from shared.packs.reading import MisplacedError

Percent = Annotated[int, Meta(ge=1, le=1000)]
Addressee = Literal[
    "handler",
    "first_owner",
    "department_supervisor",
    "department_manager",
    "deputy_general_manager",
    "quality_centre",
]


Takeover = Literal["supervisor", "manager", "next-level"]
"""To whom work goes when time ran out: within the department, or the next level above it."""


class Rung(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who must act `at` a percentage of the time from start to limit, or at the target."""

    step: Step
    at: Percent | Literal["target"]
    to: Annotated[tuple[Addressee, ...], Meta(min_length=1)]
    unless_accepted: bool = False
    takeover: Takeover | None = None
    """Who takes over the ticket's own work order then (H-07, U-11)."""


class Ladder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    rungs: Annotated[tuple[Rung, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        steps = [rung.step for rung in self.rungs]
        for number, step in enumerate(steps):
            if step in steps[:number]:
                raise MisplacedError(f"rungs[{number}].step", f"step {step} is given twice")


def check_takeovers(place: str, until: Sequence[str], rungs: Iterable[Rung]) -> None:
    """A clock that waits for a takeover never brings one about (U-11). Raises MisplacedError."""
    if "taken-over-higher" in until and any(rung.takeover for rung in rungs):
        problem = "a clock that a takeover ends calls on people: its ladder takes nothing over"
        raise MisplacedError(place, problem)
