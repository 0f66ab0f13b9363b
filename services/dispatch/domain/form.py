"""The handling form 投诉处理表: what every complaint's own work order leaves (H-28)."""

from collections.abc import Iterator
from typing import Literal, get_args

from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import Signatory

FormPart = Literal[
    "finding", "solution", "handler", "department_manager", "project_manager", "revisit"
]
SIGNED: tuple[Signatory, ...] = get_args(Signatory)
"""Each with name, date and opinion."""


def has_form(order: WorkOrder) -> bool:
    """Help and appeals are answered otherwise; what is cancelled leaves none."""
    return order.role == "main" and order.state != "cancelled"


def missing_parts(order: WorkOrder, *, revisited: bool) -> Iterator[FormPart]:
    """What the form lacks, in its own order; complete without any.

    `revisited`: it carries the revisit's result, or the customer is not called back at all.
    """
    if order.finding is None:
        yield "finding"
    if order.solved is None:
        yield "solution"
    signed = {one.signed_as for one in order.signatures}
    yield from (one for one in SIGNED if one not in signed)
    if not revisited:
        yield "revisit"
