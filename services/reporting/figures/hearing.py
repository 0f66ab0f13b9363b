"""Folds one event into what is known of its subject; pure, and a repeat changes nothing."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from services.reporting.figures.facts import Facts
from services.reporting.figures.heard import Heard
from services.reporting.figures.hearing_clocks import evolve_clocks
from services.reporting.figures.hearing_dispatch import evolve_dispatch
from services.reporting.figures.hearing_intake import evolve_intake
from services.reporting.figures.hearing_revisit import evolve_revisit

BESIDE = frozenset(
    {
        "personal-data-read",
        "texts-erased",
        "customer-erased",
        "checkpoint-signed",
        "pack-published",
        "calendar-published",
    }
)
"""Types whose streams are about nobody's matter: they count for nothing."""


_EVOLVE: dict[str, Callable[[Any, Heard], Any]] = {
    "intake": evolve_intake,
    "dispatch": evolve_dispatch,
    "sla": evolve_clocks,
    "revisit": evolve_revisit,
}


def counts(heard: Heard) -> bool:
    """Whether the record belongs to a subject that figures are about."""
    return heard.type.rpartition(".")[0] not in BESIDE and heard.source in _EVOLVE


def hear(facts: Facts, heard: Heard) -> Facts:
    """What is known after the record; the same if it was heard before."""
    section = getattr(facts, heard.source)
    if heard.sequence <= section.seen:
        return facts
    if heard.event is not None:
        section = _EVOLVE[heard.source](section, heard)
    newest = max(facts.heard_at or heard.recorded_at, heard.recorded_at)
    changes = {heard.source: replace(section, seen=heard.sequence), "heard_at": newest}
    return replace(facts, **changes)


def is_next(facts: Facts, heard: Heard) -> bool:
    """Whether nothing of that service is missing in between."""
    seen: int = getattr(facts, heard.source).seen
    return heard.sequence == seen + 1
