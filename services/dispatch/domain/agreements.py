"""What is agreed with the customer: a longer time."""

from services.dispatch.domain.commands import AgreementCommand, ExtendTime
from services.dispatch.domain.errors import ConsentMissingError, ExtensionNotLongerError
from services.dispatch.domain.turns import check_in_work
from services.dispatch.domain.work_order import Extension, WorkOrder
from shared.contracts.dispatch import AgreementEvent, ExtensionAgreed


def agree(command: AgreementCommand, order: WorkOrder) -> list[AgreementEvent]:
    return extend(command, order)


def extend(command: ExtendTime, order: WorkOrder) -> list[AgreementEvent]:
    """A longer time only with the customer's consent; without it the deadline stands (T-04)."""
    check_in_work(order)
    extension = Extension(
        until=command.until, consent_at=command.consent_at, consent_means=command.consent_means
    )
    if extension == order.extension:
        return []  # a repeat
    if command.consent_at > command.at:
        raise ConsentMissingError
    if order.extension is not None and command.until <= order.extension.until:
        raise ExtensionNotLongerError
    return [
        ExtensionAgreed(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            role=order.role,
            until=command.until,
            reason=command.reason,
            consent_by=command.consent_by,
            consent_at=command.consent_at,
            consent_means=command.consent_means,
            at=command.at,
        )
    ]
