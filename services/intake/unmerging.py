"""A ticket goes its own way again, with all that was concluded of it meanwhile."""

from typing import Any

from services.intake.bootstrap import Intake
from services.intake.domain.commands import UnmergeTicket
from services.intake.domain.stages import Ticket
from services.intake.guards import while_revisits_are
from services.intake.progress import closing_of
from services.intake.projections import TICKETS, TicketSummary
from shared.command_handler import Handled
from shared.contracts.terms import Text
from shared.event_store import RowConflictError
from shared.http import Asked, carry_out_on


async def unmerge_ticket(
    intake: Intake, asked: Asked[Any, TicketSummary], reason: Text | None
) -> Handled[Ticket]:
    """Decides again where a revisit was concluded at the very moment.

    Raises what the handler raises.
    """
    row: TicketSummary | None = asked.subject
    while row is not None:
        command = UnmergeTicket(
            ticket_id=row.ticket_id,
            reason=reason,
            revisit=closing_of(row.ticket_id, row.revisits),
            at=asked.at,
        )
        beside = (*asked.texts.rows, while_revisits_are(row))
        try:
            return await carry_out_on(intake.tickets, row.ticket_id, asked, command, rows=beside)
        except RowConflictError as conflict:
            if conflict.table != TICKETS.name:
                raise
            row = await intake.core.store.get(TICKETS, str(row.ticket_id))
    raise RowConflictError(TICKETS.name, str(asked.subject.ticket_id))
