"""What a pack means by the facts that it names, in the terms of what was heard."""

from collections.abc import Mapping, Sequence
from typing import get_args

from services.sla.domain.facts import FactName
from shared.packs import Fact

ANSWER = "answer"
"""The clock on whose miss others start, and whose limit others share."""
_MEANINGS: Mapping[Fact, Sequence[FactName]] = {
    "ticket-recorded": ("ticket-registered",),
    "round-recorded": ("round-started",),
    "written-answer-reviewed": ("written-answer-approved", "written-answer-rejected"),
    "customer-notified": (
        "customer-notified-result",
        "customer-notified-progress",
        "customer-notified-overdue",
    ),
    "customer-notified-result": ("customer-notified-result", "customer-not-reached"),
    "customer-reached-result": ("customer-notified-result",),
    "promise-made": (
        "work-order-accepted",
        "contact-attempted",
        "customer-notified-result",
        "customer-notified-progress",
        "customer-notified-overdue",
    ),
    "taken-over-higher": ("work-order-taken-over",),
    "answer-missed": (),
    "recorded": (),
}
_NAMES: Mapping[str, FactName] = {name: name for name in get_args(FactName)}
WHEN_RECORDED: frozenset[Fact] = frozenset({"ticket-recorded", "round-recorded"})
"""Before it was written down nobody could act on it."""
OF_ORDER: frozenset[Fact] = frozenset(
    {
        "work-order-offered",
        "work-order-accepted",
        "progress-unfinished",
        "work-order-completed",
        "written-answer-reviewed",
        "written-answer-rejected",
        "help-offered",
        "appeal-lodged",
    }
)
"""What starts a clock of one work order, or of one appeal."""
NAMED_BY_ORDER: frozenset[Fact] = frozenset(
    {"work-order-offered", "work-order-accepted", "help-offered"}
)
"""Whose occurrence is the work order: these happen to it once."""
EACH: frozenset[Fact] = frozenset(
    {
        "progress-unfinished",
        "written-answer-reviewed",
        "written-answer-rejected",
        "promise-made",
        "customer-repeated",
    }
)
"""What starts a clock each time it happens; of the others the first in a round or order does."""
AFTERWARDS: frozenset[Fact] = frozenset(
    {"progress-unfinished", "written-answer-rejected", "customer-repeated"}
)
"""Which clocks start again, so that only what happens after their start can stop them."""


def meant_by(fact: Fact) -> Sequence[FactName]:
    """The facts as they were heard; none for what is calculated."""
    return _MEANINGS[fact] if fact in _MEANINGS else (_NAMES[fact],)
