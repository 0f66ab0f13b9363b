"""What is kept how long, read off what runs here: nothing is deleted but what a person asked for.

There is no legal hold: nothing in the product can suspend the erasure of a person.
"""

from typing import Literal

import msgspec

from services.reporting.console.sessions import SESSION_TIME
from shared.messaging.topics import SETTINGS
from shared.settings import Settings

Ends = Literal["never", "erasure", "handled", "seconds"]


class RetentionRule(msgspec.Struct, frozen=True, kw_only=True):
    """How long one kind of thing is kept."""

    what: str
    """`events`, `topics`, `texts`, `looks`, `reports`, `verifications`, `letters`, `sessions`."""
    ends: Ends
    """`erasure`: when the person is erased; `handled`: once it is redriven or discarded."""
    seconds: float | None = None
    setting: str | None = None
    """What says so, where it can be set."""


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """All of them."""

    items: tuple[RetentionRule, ...]
    signed_every_seconds: float
    legal_hold: bool = False


def retention_of(settings: Settings) -> Retention:
    """As it stands in this process."""
    kept = int(SETTINGS["retention.ms"])
    topics = RetentionRule(
        what="topics",
        ends="never" if kept < 0 else "seconds",
        seconds=None if kept < 0 else kept / 1000,
        setting=f"retention.ms={kept}",
    )
    session = RetentionRule(what="sessions", ends="seconds", seconds=SESSION_TIME.total_seconds())
    return Retention(
        items=(
            RetentionRule(what="events", ends="never"),
            topics,
            RetentionRule(what="texts", ends="erasure"),
            RetentionRule(what="looks", ends="never"),
            RetentionRule(what="reports", ends="never"),
            RetentionRule(what="verifications", ends="never"),
            RetentionRule(what="letters", ends="handled"),
            session,
        ),
        signed_every_seconds=settings.checkpoint_seconds,
    )
