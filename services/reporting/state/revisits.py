"""The ticket's call-backs, by revisit's events."""

from typing import Any

import msgspec

from services.reporting.state.parts import RevisitPart
from shared.contracts import revisit


def fold_revisit(call_back: RevisitPart | None, event: revisit.CallBackEvent) -> RevisitPart | None:
    """The call-back after one of its events; of one never scheduled nothing is told."""
    if isinstance(event, revisit.RevisitScheduled):
        return _scheduled(call_back, event)
    if call_back is None:
        return None
    changes = _changes(call_back, event)
    return msgspec.structs.replace(call_back, **changes) if changes else call_back


def _scheduled(call_back: RevisitPart | None, event: revisit.RevisitScheduled) -> RevisitPart:
    """Perhaps again, after a merger that was taken back: the calls of before count."""
    attempts = call_back.attempts if call_back else 0
    return RevisitPart(
        revisit_id=event.revisit_id,
        round=event.round,
        state="in_progress" if attempts else "due",
        attempts=attempts,
    )


def _changes(call_back: RevisitPart, event: revisit.CallBackEvent) -> dict[str, Any]:
    is_open = call_back.state in {"due", "in_progress"}
    match event:
        case revisit.RevisitAttempted() if is_open:
            return {"state": "in_progress", "attempts": call_back.attempts + 1}
        case revisit.RevisitConcluded() if is_open:
            return {
                "state": "concluded",
                "solved": event.solved,
                "score": event.score,
                "concluded_at": event.at,
            }
        case revisit.RevisitCancelled() if is_open:
            return {"state": "cancelled", "cancelled_because": event.reason}
        case revisit.RectificationOrdered():
            return {"rectification": True}
        case _:
            return {}
