"""What sla shows besides its clocks: every escalation, and who is to act on it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from services.sla.domain.published import Published
from services.sla.judge import Judgement
from shared.canary import is_canary
from shared.contracts.sla import (
    ClocksEvent,
    EscalationAcknowledged,
    EscalationRaised,
    EscalationWithdrawn,
    Step,
)
from shared.listing import column_time
from shared.tables import Fold, Put, RowChange, Table

EscalationState = Literal["open", "acknowledged", "withdrawn"]


class Escalation(msgspec.Struct, frozen=True, kw_only=True):
    """One rung that was raised; whose ticket it is about decides who may see it."""

    escalation_id: UUID
    ticket_id: UUID
    client: str
    pack: str = ""
    department: str | None
    against_person: str | None = None
    """To whom it isn't there (C-10)."""
    clock: str
    round: int
    occurrence: str
    step: Step
    addressee: tuple[str, ...]
    due_at: datetime
    raised_at: datetime
    state: EscalationState = "open"
    acknowledged_by: str | None = None
    reason: str | None = None
    """Why it was withdrawn."""


ESCALATIONS = Table(
    "escalations",
    Escalation,
    {
        "state": lambda row: row.state,
        "ticket_id": lambda row: str(row.ticket_id),
        "client": lambda row: row.client,
        "department": lambda row: row.department,
        "raised_at": lambda row: column_time(row.raised_at),
        "due_at": lambda row: column_time(row.due_at),
    },
    indexes=(("state", "raised_at", "due_at"), ("ticket_id",), ("raised_at", "due_at")),
)


def raised(
    event: EscalationRaised,
    client: str,
    department: str | None,
    pack: str = "",
    against_person: str | None = None,
) -> Escalation:
    """The row of a new escalation."""
    return Escalation(
        escalation_id=event.escalation_id,
        ticket_id=event.ticket_id,
        client=client,
        pack=pack,
        department=department,
        against_person=against_person,
        clock=event.clock,
        round=event.round,
        occurrence=event.occurrence,
        step=event.step,
        addressee=event.addressee,
        due_at=event.due_at,
        raised_at=event.at,
    )


def project_escalation(
    view: Escalation | None, event: EscalationWithdrawn | EscalationAcknowledged
) -> Escalation | None:
    """What became of it."""
    if view is None:
        return None
    if isinstance(event, EscalationWithdrawn):
        return msgspec.structs.replace(view, state="withdrawn", reason=event.reason)
    return msgspec.structs.replace(
        view, state="acknowledged", acknowledged_by=event.acknowledged_by
    )


def moved_to(view: Escalation | None, department: str | None) -> Escalation | None:
    """The ticket is another department's now."""
    return view and msgspec.structs.replace(view, department=department)


def escalation_changes(
    event: ClocksEvent,
    client: str = "",
    department: str | None = None,
    pack: str = "",
    against_person: str | None = None,
) -> Iterable[RowChange]:
    """What an event changes in the view; the ticket's owner is needed where a row is new.

    Nobody is called on by a canary's, so there is none to see.
    """
    if is_canary(event.ticket_id):
        return
    match event:
        case EscalationRaised():
            row = raised(event, client, department, pack, against_person)
            yield Put(ESCALATIONS, str(event.escalation_id), row)
        case EscalationWithdrawn() | EscalationAcknowledged():
            key = str(event.escalation_id)
            yield Fold(ESCALATIONS, key, lambda view: project_escalation(view, event))
        case _:
            return


def view_changes(
    judgement: Judgement, events: Sequence[ClocksEvent], *, moved: bool
) -> list[RowChange]:
    """What the events change, and whose the ticket is now if it `moved`."""
    shown = _standing(judgement.published) if moved else []
    if not events and not shown:
        return []  # nobody asks whose it is where nothing is new: it costs a look at every fact
    case, department = judgement.case, judgement.department
    rows: list[RowChange] = [
        Fold(ESCALATIONS, str(one), lambda row: moved_to(row, department)) for one in shown
    ]
    for event in events:
        rows += escalation_changes(event, case.client, department, case.pack, case.against_person)
    return rows


def _standing(published: Published) -> list[UUID]:
    """Escalations that are shown to the department that has the ticket."""
    return [
        raised.escalation_id
        for said in published.values()
        for raised in said.raised.values()
        if raised.stands
    ]
