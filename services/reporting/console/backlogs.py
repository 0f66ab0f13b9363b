"""What waits anywhere, summed up: what on-call looks at first."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.reporting.models import Standing

HERE = "reporting"


@dataclass(frozen=True)
class Backlog:
    """None is unknown, never 0."""

    unpublished: int | None
    """Positions of all logs that are not published yet."""
    oldest_unpublished: float | None
    letters: int | None
    more_letters: bool
    """Whether there may be more: not all services say."""
    unread_here: int | None
    """Messages that are in no history and figure yet."""
    oldest_unread_here: float | None


def backlog_of(standing: Standing) -> Backlog:
    """Of all services and topics."""
    mine = [one for topic in standing.topics for one in topic.consumers if one.service == HERE]
    depths = [one.dead_letters for one in standing.services if one.dead_letters]
    return Backlog(
        unpublished=_sum(
            None if one.end is None or one.published is None else one.end - one.published
            for one in standing.topics
        ),
        oldest_unpublished=_most(one.oldest_unpublished_seconds for one in standing.topics),
        letters=sum(one.letters for one in depths) if depths else None,
        more_letters=len(depths) < len(standing.services) or any(one.more for one in depths),
        unread_here=_sum(one.lag for one in mine),
        oldest_unread_here=_most(one.oldest_unread_seconds for one in mine),
    )


def _sum(parts: Iterable[int | None]) -> int | None:
    found = list(parts)
    known = [one for one in found if one is not None]
    return sum(known) if len(known) == len(found) else None


def _most(parts: Iterable[float | None]) -> float | None:
    found = list(parts)
    known = [one for one in found if one is not None]
    return max(known, default=0.0) if len(known) == len(found) else None
