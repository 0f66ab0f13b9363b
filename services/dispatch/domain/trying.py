"""What was tried before something may be said to be in vain: what was done later proves nothing."""

from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.terms import is_call_in_vain
from shared.decider import LEEWAY
from shared.packs import Attempts


def follow_ups_by(at: datetime, order: WorkOrder, zone: str | None) -> int:
    """How many follow-ups count by then: with a zone, one for each of its weeks (H-16)."""
    found = [one.at for one in order.progress if not one.done and one.at <= at + LEEWAY]
    if zone is None:
        return len(found)
    weeks = (one.astimezone(ZoneInfo(zone)).isocalendar() for one in found)
    return len({week[:2] for week in weeks})


def tried_enough(at: datetime, order: WorkOrder, required: Attempts) -> bool:
    """Whether the tries by then, since the customer was last reached, are as many as required.

    In the order in which they happened, however late one of them was entered (C-07, C-08).
    """
    by_then = (one for one in order.contact_attempts if one.at <= at + LEEWAY)
    newest_first = sorted(by_then, key=lambda one: one.at)[::-1]
    failed = list(takewhile(lambda one: one.outcome != "reached", newest_first))
    calls = (one.at for one in failed if is_call_in_vain(one.channel, one.outcome))
    visited = any(one.channel == "visit" and one.note_left for one in failed)
    return required.enough(calls, visited=visited)
