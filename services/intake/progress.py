"""How far the other services are with a ticket, and what its customers said of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from services.intake.domain.commands import CloseTicket
from shared.contracts import dispatch, revisit
from shared.contracts.terms import Event, Status

AFTER: Mapping[type[Event], Status] = {
    dispatch.WorkOrderOffered: "dispatched",
    dispatch.WorkOrderArbitrated: "dispatched",
    dispatch.WorkOrderTransferred: "dispatched",
    dispatch.WorkOrderRefused: "dispatched",
    dispatch.WorkOrderAccepted: "accepted",
    dispatch.ContactAttempted: "in_progress",
    dispatch.ComplaintVerified: "in_progress",
    dispatch.ProgressReported: "in_progress",
    dispatch.WorkOrderCompleted: "completed",
    dispatch.CustomerNotified: "notified",
    revisit.RevisitAttempted: "in_revisit",
    revisit.RevisitConcluded: "in_revisit",
    revisit.RectificationOrdered: "dispatched",
}


class Reached(msgspec.Struct, frozen=True):
    """How far a service got with the ticket: its last word, which its own order makes right."""

    round: int = 1
    status: Status = "registered"


class RevisitResult(msgspec.Struct, frozen=True):
    """What a round's revisit came to (H-19): `solved` is None where nobody was reached."""

    round: int
    solved: bool | None
    score: int | None
    at: datetime


def with_result(
    results: tuple[RevisitResult, ...], event: revisit.RevisitConcluded
) -> tuple[RevisitResult, ...]:
    """Each round's, the newest last."""
    one = RevisitResult(event.round, event.solved, event.score, event.at)
    others = {known.round: known for known in results}
    return tuple(sorted({**others, one.round: one}.values(), key=lambda known: known.round))


def closing_of(ticket_id: UUID, results: Sequence[RevisitResult]) -> CloseTicket | None:
    """What the newest of them asks of the ticket; None while it is not solved."""
    newest = results[-1] if results else None
    if newest is None or newest.solved is False:
        return None
    return CloseTicket(
        ticket_id=ticket_id,
        round=newest.round,
        closed_as="solved" if newest.solved else "unreachable",
        at=newest.at,
    )
