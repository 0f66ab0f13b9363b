"""What revisit shows of outbound tasks; and when each customer was called, over all their tasks."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Literal, assert_never
from uuid import UUID, uuid5

import msgspec

from services.revisit.domain.outbound_rules import OutboundRules
from shared.contracts.revisit import (
    OutboundTaskAttempted,
    OutboundTaskConcluded,
    OutboundTaskCreated,
    OutboundTaskEvent,
    OutboundTaskHandedOver,
    OutboundTaskSuppressed,
    PassedTo,
    TaskOutcome,
)
from shared.contracts.terms import ContactChannel
from shared.listing import column_time
from shared.tables import Fold, RowChange, Table

OutboundState = Literal["due", "in_progress", "concluded", "suppressed"]


class OutboundTaskSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A task as lists show it; a suppressed one is due at no time."""

    task_id: UUID
    client: str
    customer_ref: UUID
    pack: str
    pack_version: int = 1
    """Rows from before the field was there are by the first."""
    moment: str
    created_at: datetime
    due_at: datetime | None = None
    passed_to: PassedTo | None = None
    planned_for: str | None = None
    channel: ContactChannel | None = None
    state: OutboundState = "due"
    attempts: int = 0
    handed_over_at: datetime | None = None
    appointment_at: datetime | None = None
    outcome: TaskOutcome | None = None
    score: int | None = None
    information_passed_at: datetime | None = None
    filled_fields: tuple[str, ...] | None = None
    concluded_at: datetime | None = None
    version: int

    @property
    def turn(self) -> str:
        """Whose turn comes first."""
        return column_time(self.due_at or self.created_at)


class CalledCustomer(msgspec.Struct, frozen=True):
    """When a client's customer was called for any of their tasks, in order."""

    called_at: tuple[datetime, ...] = ()


OUTBOUND_TASKS = Table(
    "outbound_tasks",
    OutboundTaskSummary,
    {
        "client": lambda row: row.client,
        "department": lambda _row: None,  # no department's matter: the client's alone
        "customer_ref": lambda row: str(row.customer_ref),
        "state": lambda row: row.state,
        "turn": lambda row: row.turn,
    },
    indexes=(("turn",), ("client", "turn"), ("customer_ref", "turn")),
)
CALLED_CUSTOMERS = Table("called_customers", CalledCustomer)


def project_task(
    view: OutboundTaskSummary | None, event: OutboundTaskEvent, version: int
) -> OutboundTaskSummary | None:
    """The task's own events, the newest at `version`."""
    if isinstance(event, OutboundTaskCreated | OutboundTaskSuppressed):
        return _begun(event, version)
    if view is None:
        return None
    match event:
        case OutboundTaskAttempted():
            return msgspec.structs.replace(
                view, state="in_progress", attempts=view.attempts + 1, version=version
            )
        case OutboundTaskHandedOver():
            return msgspec.structs.replace(
                view,
                state="in_progress",
                passed_to=event.passed_to,
                handed_over_at=event.at,
                appointment_at=event.appointment_at,
                version=version,
            )
        case OutboundTaskConcluded():
            return msgspec.structs.replace(
                view,
                state="concluded",
                outcome=event.outcome,
                score=event.score,
                information_passed_at=event.information_passed_at,
                filled_fields=event.filled_fields,
                concluded_at=event.at,
                version=version,
            )
        case _:
            assert_never(event)


def _begun(
    event: OutboundTaskCreated | OutboundTaskSuppressed, version: int
) -> OutboundTaskSummary:
    created = event if isinstance(event, OutboundTaskCreated) else None
    return OutboundTaskSummary(
        task_id=event.task_id,
        client=event.client,
        customer_ref=event.customer_ref,
        pack=event.pack,
        pack_version=event.pack_version,
        moment=event.moment,
        created_at=event.at,
        due_at=created.due_at if created else None,
        passed_to=event.passed_to,
        planned_for=event.planned_for,
        channel=event.channel,
        state="due" if created else "suppressed",
        version=version,
    )


def outbound_changes(event: OutboundTaskEvent, version: int) -> Iterable[RowChange]:
    """What an event changes in the views."""
    project = partial(project_task, event=event, version=version)
    yield Fold(OUTBOUND_TASKS, str(event.task_id), project)


def unless_called_too_often(
    client: str, customer_ref: UUID, rules: OutboundRules, at: datetime
) -> RowChange:
    """Lets an attempt through only while the customer may be called once more (M-04).

    Exact over all the customer's tasks: they have one row, which is judged and written with the
    attempt's event under the write lock, so of two attempts at the same moment the second sees
    the first. A reference belongs to its client: what others call theirs is not counted.
    Raises ContactedTooOftenError from the append.
    """

    def project(view: CalledCustomer | None) -> CalledCustomer:
        called_at = view.called_at if view else ()
        return CalledCustomer(rules.admit(called_at, at))

    return Fold(CALLED_CUSTOMERS, str(uuid5(customer_ref, client)), project)
