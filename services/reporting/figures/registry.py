"""All figures with their written definitions: the one place that documents and answers quote."""

from functools import cache
from importlib.resources import files
from typing import Literal

from msgspec import Struct, field

from services.reporting.figures.rows import Kind
from shared.packs.reading import read_yaml, source_of, text_of

Unit = Literal["count", "share", "mean"]


class Words(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In both languages."""

    zh: str
    en: str


class Goal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the value is judged by; one of the three."""

    more_than: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    def is_met_by(self, value: float) -> bool:
        if self.more_than is not None:
            return value > self.more_than
        if self.at_least is not None:
            return value >= self.at_least
        return self.at_most is None or value <= self.at_most


class Figure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One figure; `of` None: of tickets and contacts."""

    name: str
    clauses: tuple[str, ...]
    unit: Unit
    title: Words
    definition: Words
    of: Kind | None = None
    goal: Goal | None = None
    measured_in: Literal["h", "min", "points"] | None = field(default=None, name="in")

    def value(self, above: float, below: int) -> float | None:
        """None where nothing counts below the line."""
        if self.unit == "count":
            return above
        return above / below if below else None


class Figures(Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    figures: tuple[Figure, ...]


@cache
def figures() -> dict[str, Figure]:
    """By name, in the order in which people read them. Raises WrongDataError."""
    file = files("services.reporting.figures").joinpath("definitions.yaml")
    found = read_yaml(text_of(file, "the figures"), source_of(file), Figures, _as_struct)
    return {one.name: one for one in found.figures}


def _as_struct(data: object) -> object:
    return {"figures": data}
