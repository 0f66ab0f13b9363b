"""No promise, and no longer time, without a look at what the customer was promised already."""

from datetime import datetime

from services.dispatch.domain.agreement_errors import ExtensionNotLongerError
from services.dispatch.domain.commands import (
    AcceptWorkOrder,
    AnswerLimit,
    ExtendTime,
    NotifyCustomer,
    RecordContact,
)
from services.dispatch.domain.errors import (
    ConsentAfterLimitError,
    LimitUnknownError,
    PromiseBeyondLimitError,
)
from services.dispatch.domain.levels import rank
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.terms import Level

MAY_PROMISE_MORE: Level = "manager"
"""The lowest level that a promise beyond the limit goes up to (H-24, T-05)."""


def in_force(limit: AnswerLimit, order: WorkOrder) -> datetime | None:
    """As sla said it last, or longer where the customer consented; None where there is none.

    Raises LimitUnknownError.
    """
    if limit.is_set and limit.due_at is None:
        raise LimitUnknownError
    agreed = order.extension.until if order.extension else None
    return max((one for one in (limit.due_at, agreed) if one is not None), default=None)


def check_promise(
    command: AcceptWorkOrder | RecordContact | NotifyCustomer, order: WorkOrder
) -> None:
    """Within the limit, unless the manager or somebody above has taken it over (H-24, T-06).

    Raises PromiseBeyondLimitError and LimitUnknownError.
    """
    if command.promised_until is None or not command.limit.is_set:
        return
    if rank(order.level) >= rank(MAY_PROMISE_MORE):
        return
    limit = in_force(command.limit, order)
    if limit is not None and command.promised_until > limit:
        raise PromiseBeyondLimitError(level=MAY_PROMISE_MORE)


def check_extension(command: ExtendTime, order: WorkOrder) -> None:
    """A miss is not undone, and nothing is extended to what it was already (T-04).

    Raises ConsentAfterLimitError, ExtensionNotLongerError and LimitUnknownError.
    """
    limit = in_force(command.limit, order)
    if limit is None:
        return
    if command.consent_at > limit:
        raise ConsentAfterLimitError
    if command.until <= limit:
        raise ExtensionNotLongerError
