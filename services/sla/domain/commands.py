"""What sla is asked to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.sla.domain.clocks import Clock
from services.sla.domain.facts import Responsible
from shared.packs import Addressee


class Directory(Protocol):
    """The port to who is who: whom a step of the ladder calls on, by name."""

    def addressees(
        self,
        to: Sequence[Addressee],
        responsible: Responsible | None,
        at: datetime,
        against_person: str | None,
    ) -> tuple[str, ...]:
        """Their names, each once; never the person whom the ticket is about."""


@dataclass(frozen=True, kw_only=True)
class PublishClocks:
    """Say what became of a ticket's clocks since the last word."""

    ticket_id: UUID
    clocks: Sequence[Clock]
    responsible: Responsible | None
    against_person: str | None
    directory: Directory
    at: datetime
    judged: bool = True
    """Whether a regulation answered for the ticket: else nothing is known of its clocks."""
    moved_because: str | None = None
    """Of a recalculation: deadlines may move, for this reason."""
    recalculation_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AcknowledgeEscalation:
    """Somebody has seen it."""

    ticket_id: UUID
    escalation_id: UUID
    acknowledged_by: str
    at: datetime


SlaCommand = PublishClocks | AcknowledgeEscalation
