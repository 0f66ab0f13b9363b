"""What a ticket shows of the appeal against the company's answer: the newest one (U-12)."""

from datetime import datetime
from uuid import UUID

import msgspec

from shared.contracts.intake import AppealClosed, AppealEvent, AppealLodged
from shared.contracts.terms import AppealOutcome


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """One appeal; without an outcome it is open, unless the customer withdrew the ticket."""

    appeal_id: UUID
    lodged_at: datetime
    through: str | None
    reason_id: UUID
    outcome: AppealOutcome | None = None
    answered_at: datetime | None = None


class AppealView(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal in an answer; the reason only where the key may read personal data."""

    appeal_id: UUID
    lodged_at: datetime
    through: str | None
    outcome: AppealOutcome | None
    answered_at: datetime | None
    reason: str | None = None


def with_appeal(appeal: Appeal | None, event: AppealEvent) -> Appeal | None:
    """The newest appeal after the event."""
    match event:
        case AppealLodged():
            return Appeal(
                appeal_id=event.appeal_id,
                lodged_at=event.at,
                through=event.through,
                reason_id=event.reason.text_id,
            )
        case AppealClosed() if appeal is not None:
            return msgspec.structs.replace(appeal, outcome=event.outcome, answered_at=event.at)
        case _:
            return appeal


def appeal_view(appeal: Appeal | None, reason: str | None = None) -> AppealView | None:
    """As an answer shows it."""
    if appeal is None:
        return None
    return AppealView(
        appeal_id=appeal.appeal_id,
        lodged_at=appeal.lodged_at,
        through=appeal.through,
        outcome=appeal.outcome,
        answered_at=appeal.answered_at,
        reason=reason,
    )
