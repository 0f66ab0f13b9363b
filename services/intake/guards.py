"""What must still hold at the commit of a command that was decided on another ticket's row."""

from uuid import UUID

from services.intake.domain.errors import MergeTargetNotOpenError
from services.intake.projections import TICKETS, TicketSummary
from shared.event_store import RowConflictError
from shared.tables import Fold, RowChange


def while_open(ticket_id: UUID) -> RowChange:
    """Lets an append through only while that ticket is open: judged under the write lock.

    Raises MergeTargetNotOpenError from the append.
    """

    def project(view: TicketSummary | None) -> None:
        if view is None or view.end:
            raise MergeTargetNotOpenError

    return Fold(TICKETS, str(ticket_id), project)


def while_revisits_are(view: TicketSummary) -> RowChange:
    """Lets an append through only while no more was concluded of the ticket than was read.

    Raises RowConflictError from the append.
    """

    def project(now: TicketSummary | None) -> None:
        if now is None or now.revisits != view.revisits:
            raise RowConflictError(TICKETS.name, str(view.ticket_id))

    return Fold(TICKETS, str(view.ticket_id), project)
