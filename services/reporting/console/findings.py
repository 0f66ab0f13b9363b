"""What a page says first: in sentences, the worst one on top, each with what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["bad", "warn", "good"]
LEVELS: tuple[Level, ...] = ("bad", "warn", "good")


@dataclass(frozen=True)
class Finding:
    """One sentence: its key in the catalogues and what it has places for."""

    level: Level
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    link: str | None = None
    """Where to look, or act."""


def worst_first(found: Iterable[Finding]) -> list[Finding]:
    """As a page lists them."""
    return sorted(found, key=lambda one: LEVELS.index(one.level))
