"""The regulations as data: `<name>.yaml` beside this file is version 1 of each pack."""

from functools import cache
from importlib.resources import files
from typing import ClassVar

from shared.packs.model import (
    Addressee,
    Attempts,
    Clock,
    Contact,
    Ladder,
    Pack,
    PackCalendar,
    Revisit,
    Rung,
)
from shared.packs.notation import Duration
from shared.packs.reading import WrongDataError, read_yaml
from shared.packs.rules import Classification, Classified, Rule

__all__ = [
    "Addressee",
    "Attempts",
    "Classification",
    "Classified",
    "Clock",
    "Contact",
    "Duration",
    "Ladder",
    "Pack",
    "PackCalendar",
    "Revisit",
    "Rule",
    "Rung",
    "UnknownPackError",
    "WrongDataError",
    "load",
    "names",
    "read_pack",
]

ENDING = ".yaml"


class UnknownPackError(LookupError):
    """No pack of that name is shipped."""

    code: ClassVar[str] = "pack-unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no pack {name!r}; there are {', '.join(names())}.")


@cache
def names() -> tuple[str, ...]:
    """Return the packs that are shipped."""
    found = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(ENDING) for name in found if name.endswith(ENDING)))


@cache
def load(name: str) -> Pack:
    """Return the shipped version of a pack. Raises UnknownPackError."""
    if name not in names():
        raise UnknownPackError(name)
    file = name + ENDING
    return read_pack(files(__name__).joinpath(file).read_text(encoding="utf-8"), file)


def read_pack(text: str, source: str) -> Pack:
    """Read a pack in YAML or JSON; `source` names it in errors. Raises WrongDataError."""
    return read_yaml(text, source, Pack)
