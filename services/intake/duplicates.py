"""Whether a ticket may be about the same matter as another one; nothing is merged by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from services.intake.projections import TICKETS, TicketSummary
from services.intake.rows import (
    CUSTOMER_TICKETS,
    DUPLICATES,
    CustomerTickets,
    Duplicates,
    PossibleDuplicate,
)
from shared.event_store import Append, Backend
from shared.http import is_about
from shared.tables import Fold, Put, RowChange

if TYPE_CHECKING:
    from uuid import UUID

    from services.intake.bootstrap import Intake
    from shared.contracts.intake import TicketRegistered
    from shared.keys import ApiKey

WINDOW = timedelta(days=30)
MAX_DUPLICATES = 10
MAX_LOOKED_AT = 50
"""Of a customer who complains more often in a month, the newest."""


class Earlier:
    """The customer's tickets before this one, as they stand at its commit.

    They are learnt in the registration's own transaction, so that nothing more is read for a
    customer who has no other ticket.
    """

    def __init__(self, register: TicketRegistered) -> None:
        self._register = register
        self._ticket_ids: tuple[UUID, ...] = ()

    @property
    def change(self) -> RowChange:
        """Adds the ticket to the customer's."""
        return Fold(CUSTOMER_TICKETS, str(self._register.case.customer_ref), self._add)

    def _add(self, row: CustomerTickets | None) -> CustomerTickets:
        self._ticket_ids = row.ticket_ids if row else ()
        newest = (*self._ticket_ids, self._register.ticket_id)[-MAX_LOOKED_AT:]
        return CustomerTickets(newest, self._register.case.client)

    async def find_alike(self, intake: Intake, key: ApiKey) -> tuple[PossibleDuplicate, ...]:
        """Those open and about that product and category, the newest first; kept for replays.

        To who is complained about in one of them, that one isn't there (C-10).
        """
        if not self._ticket_ids:
            return ()
        rows = await intake.core.store.run(self._read)
        alike = [
            row
            for row in reversed(rows)
            if _is_alike(self._register, row) and not is_about(key, row.against_person)
        ]
        found = tuple(PossibleDuplicate(one.ticket_id, one.number) for one in alike)
        found = found[:MAX_DUPLICATES]
        if found:
            kept = Put(DUPLICATES, str(self._register.ticket_id), Duplicates(found))
            await intake.core.store.append(Append(rows=[kept]))
        return found

    def _read(self, backend: Backend) -> list[TicketSummary]:
        rows = (backend.read_row(TICKETS, str(one)) for one in self._ticket_ids)
        return [row for row in rows if row is not None]


async def kept_duplicates(intake: Intake, ticket_id: UUID) -> tuple[PossibleDuplicate, ...]:
    """What the first answer to a registration said, whatever became of those tickets since."""
    kept = await intake.core.store.get(DUPLICATES, str(ticket_id))
    return kept.found if kept else ()


def _is_alike(register: TicketRegistered, row: TicketSummary) -> bool:
    return (
        row.end is None
        and row.product == register.product
        and row.case.category == register.case.category
        and register.at - WINDOW <= row.received_at <= register.at
    )
