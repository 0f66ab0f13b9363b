"""Whether a ticket may be about the same matter as another one; nothing is merged by itself."""

from datetime import timedelta

from services.intake.bootstrap import Intake
from services.intake.domain.stages import NotRegistered, Ticket
from services.intake.projections import TICKETS, TicketSummary
from services.intake.rows import DUPLICATES, Duplicates, PossibleDuplicate
from shared.command_handler import Handled
from shared.contracts.intake import TicketRegistered
from shared.event_store import Append
from shared.listing import column_time
from shared.tables import Put, Query

WINDOW = timedelta(days=30)
MAX_DUPLICATES = 10
MAX_LOOKED_AT = 100
"""Of a customer who complains more often in a month, the newest."""


async def possible_duplicates(
    intake: Intake, handled: Handled[Ticket]
) -> tuple[PossibleDuplicate, ...]:
    """Other open tickets of that customer about that product and category, the newest first.

    A replay is told what the first answer said, whatever became of those tickets since.
    """
    store = intake.core.store
    if isinstance(handled.state, NotRegistered):
        return ()
    register = handled.state.register
    if handled.replayed:
        kept = await store.get(DUPLICATES, str(register.ticket_id))
        return kept.found if kept else ()
    query = Query(
        TICKETS,
        {"customer_ref": str(register.case.customer_ref), "client": register.case.client},
        at_least={"received_at": column_time(register.at - WINDOW)},
        at_most={"received_at": column_time(register.at)},
        order=("received_at",),
        descending=True,
        limit=MAX_LOOKED_AT,
    )
    rows = [row for _, row in await store.query(query) if _is_alike(register, row)]
    found = tuple([PossibleDuplicate(row.ticket_id, row.number) for row in rows[:MAX_DUPLICATES]])
    if found:
        row = Put(DUPLICATES, str(register.ticket_id), Duplicates(found))
        await store.append(Append(rows=[row]))
    return found


def _is_alike(register: TicketRegistered, row: TicketSummary) -> bool:
    return (
        row.ticket_id != register.ticket_id
        and row.end is None
        and row.product == register.product
        and row.case.category == register.case.category
    )
