"""The regulations as data: `<name>.yaml` beside this file is version 1 of each pack."""

from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import msgspec

from shared.packs.extending import extended
from shared.packs.model import (
    Addressee,
    Attempts,
    Authority,
    Clock,
    Contact,
    Ladder,
    Outbound,
    Pack,
    PackCalendar,
    Retry,
    Revisit,
    Rung,
)
from shared.packs.notation import Duration
from shared.packs.reading import WrongDataError, read_yaml
from shared.packs.rules import Classification, Classified, Rule

__all__ = [
    "Addressee",
    "Attempts",
    "Authority",
    "Classification",
    "Classified",
    "Clock",
    "Contact",
    "Duration",
    "Ladder",
    "Outbound",
    "Pack",
    "PackCalendar",
    "Retry",
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
    return read_pack(_shipped(name), name + ENDING)


def _shipped(name: str) -> str:
    return files(__name__).joinpath(name + ENDING).read_text(encoding="utf-8")


def read_pack(text: str, source: str) -> Pack:
    """Read a pack in YAML or JSON; `source` names it in errors. Raises WrongDataError.

    `extends` names a shipped pack: what is not said here is as there.
    """
    return read_yaml(text, source, Pack, _complete)


def _complete(data: Any) -> Any:  # noqa: ANN401 - what YAML holds, not judged yet
    if not isinstance(data, dict) or "extends" not in data:
        return data
    own = {key: value for key, value in data.items() if key != "extends"}
    base = data["extends"]
    if base not in names():
        raise msgspec.ValidationError(f"There is no pack {base!r} to extend - at `$.extends`")
    return extended(own, _complete(read_yaml(_shipped(base), base + ENDING, dict)))
