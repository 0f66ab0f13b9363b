"""What customers get in touch about: the texts are data, in `matters.yaml`."""

from functools import cache
from importlib.resources import files

from msgspec import Struct

from shared.contracts.terms import Kind, Severity, Tier
from shared.packs.reading import read_yaml

SOURCE = "matters.yaml"
PACKS = (
    "hotline-400",
    "cable-field-service",
    "mobile-key-account",
    "travel-platform",
    "telecom-carrier",
)


class Matter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that a customer says, and what is done about it in the end."""

    kind: Kind
    category: str
    content: str
    solution: str
    severity: Severity = "general"
    tier: Tier = "standard"
    product: str | None = None
    area: str | None = None
    merchant: str | None = None
    against: str | None = None


@cache
def matters() -> dict[str, tuple[Matter, ...]]:
    """All of them, by pack."""
    text = files("services.cli.simulation").joinpath(SOURCE).read_text(encoding="utf-8")
    return read_yaml(text, SOURCE, dict[str, tuple[Matter, ...]])
