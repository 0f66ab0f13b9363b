"""What dispatch heard of others and needs for later decisions."""

from uuid import UUID

from shared.contracts.dispatch.terms import KeptFact
from shared.contracts.terms import Case, Event


class FactKept(Event, frozen=True, kw_only=True):
    """Another service's word that came before its turn, or that no work order tells of itself.

    A later decision needs it: topics have no common order.
    """

    ticket_id: UUID
    round: int
    fact: KeptFact
    case: Case | None = None
    work_order_ids: tuple[UUID, ...] = ()
    """Those that the merger had cancelled, and that are as they were before (unmerged)."""


class CaseChanged(Event, frozen=True, kw_only=True):
    """What the ticket is from here on, by intake's word: its open work orders, and later rounds.

    Perhaps before its registration was heard of: topics have no common order.
    """

    ticket_id: UUID
    round: int
    """The newest one; 0 before the first."""
    case: Case
    work_order_ids: tuple[UUID, ...]
    """Those that are open, and change with it."""


class DelayHeard(Event, frozen=True, kw_only=True):
    """The limit of a round's answer passed before the round was offered here."""

    ticket_id: UUID
    round: int
