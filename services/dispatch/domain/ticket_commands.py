"""What other services' words ask of a ticket's work orders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.contracts.dispatch import CancelReason
from shared.contracts.terms import Case, DepartmentLevel, Headed, Occasion, Severity
from shared.packs import Pack, Step


@dataclass(frozen=True, kw_only=True)
class ManagerTakes:
    """The severities that go to the department's manager at once, and who that is (H-07)."""

    severities: tuple[Severity, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    """By department: the manager or who stands in, never who is complained about."""

    def of(self, department: str, severity: Severity) -> str | None:
        """Who takes it; None where it does not go to the manager."""
        return self.people.get(department) if severity in self.severities else None


class Directory(Protocol):
    """The port to who is who: to whom work goes up, never to `other_than`, C-10."""

    def head_in(
        self, department: str, level: Headed, at: datetime, other_than: str | None
    ) -> str | None:
        """Who acts as the department's head; None where nobody does, or the department is gone."""

    def anybody_at(
        self, level: DepartmentLevel, at: datetime, other_than: str | None
    ) -> tuple[str, str] | None:
        """A department of that level, and who takes what comes up to it."""


class Regulations(Protocol):
    """The port to the packs that run here."""

    def of(self, subject: Case) -> Pack | None:
        """The version that a ticket goes by; None where its pack runs here no more.

        Raises PackVersionNotHeardError.
        """


@dataclass(frozen=True, kw_only=True)
class Takeovers:
    """What packs say of takeovers by themselves, and who could take over."""

    packs: Regulations
    directory: Directory


ProgressMessages = Mapping[tuple[str, int], tuple[Occasion, ...]]
"""By pack and its version: when its customers get a message by itself (U-14)."""


@dataclass(frozen=True, kw_only=True)
class OfferWorkOrder:
    """The first round, to whom the directory named."""

    ticket_id: UUID
    number: str
    case: Case
    department: str
    rule: str
    handler: str | None
    first_owner: str | None
    area: str | None
    against_person: str | None
    received_at: datetime
    at: datetime
    product: str | None = None
    department_level: DepartmentLevel | None = None
    in_writing: bool = False
    manager_takes: ManagerTakes = ManagerTakes()
    messages: ProgressMessages = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reroute:
    """Where a ticket goes whose department left the directory."""

    from_department: str
    department: str
    handler: str | None
    rule: str
    department_level: DepartmentLevel | None = None


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Who has the next round of a handler who is away on that day (H-30)."""

    handler: str
    deputy: str | None


@dataclass(frozen=True, kw_only=True)
class OfferNextRound:
    """Unsolved after all: back to the department responsible before (H-20)."""

    ticket_id: UUID
    round: int
    case: Case
    ordered_at: datetime
    at: datetime
    reopened: bool = False
    """Whether intake said so after it closed the ticket: the one way back from an end."""
    manager_takes: ManagerTakes = ManagerTakes()
    messages: ProgressMessages = field(default_factory=dict)
    reroute: Reroute | None = None
    stand_in: StandIn | None = None


@dataclass(frozen=True, kw_only=True)
class HearOfDelay:
    """The limit of a round's answer passed (U-14)."""

    ticket_id: UUID
    round: int
    messages: ProgressMessages
    missed_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HearOfEscalation:
    """Somebody must act because time ran out (H-07, U-11)."""

    ticket_id: UUID
    round: int
    escalation_id: UUID
    clock: str
    step: Step
    due_at: datetime
    takeovers: Takeovers
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ChangeCase:
    """It is another matter than it was taken for."""

    ticket_id: UUID
    case: Case
    manager_takes: ManagerTakes
    reclassified_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OfferAppeal:
    """The customer took it above the company's answer (U-12)."""

    ticket_id: UUID
    appeal_id: UUID
    round: int
    case: Case
    number: str
    department: str
    handler: str | None
    through: str | None
    lodged_at: datetime
    at: datetime
    department_level: DepartmentLevel | None = None


@dataclass(frozen=True, kw_only=True)
class CancelWorkOrders:
    """The ticket ended, or its round was answered at once."""

    ticket_id: UUID
    round: int
    reason: CancelReason
    at: datetime


@dataclass(frozen=True, kw_only=True)
class UnmergeTicket:
    """It goes on as though it had never been merged."""

    ticket_id: UUID
    at: datetime
    manager_takes: ManagerTakes = ManagerTakes()
    messages: ProgressMessages = field(default_factory=dict)
    reroute: Reroute | None = None
    stand_in: StandIn | None = None


TicketCommand = (
    OfferWorkOrder
    | OfferNextRound
    | HearOfDelay
    | HearOfEscalation
    | ChangeCase
    | OfferAppeal
    | CancelWorkOrders
    | UnmergeTicket
)
