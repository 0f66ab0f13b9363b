"""What intake can be asked to do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.intake import ClosedAs, TicketRegistered
from shared.contracts.terms import AppealOutcome, Case, Kind, Severity, Text


@dataclass(frozen=True, kw_only=True)
class RegisterTicket:
    """The register as it will stand: everything in it was settled before the decision."""

    register: TicketRegistered


@dataclass(frozen=True, kw_only=True)
class WithdrawTicket:
    ticket_id: UUID
    reason: Text
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AnswerTicket:
    """Answer at once, in the round that the ticket is in."""

    ticket_id: UUID
    round: int
    notified: bool
    """Whether dispatch's result already reached the customer in this round."""
    answer: Text
    answered_by: str
    revisit: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CloseTicket:
    """The revisit of a round ended well, or in vain."""

    ticket_id: UUID
    round: int
    closed_as: ClosedAs
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SupplementTicket:
    """The customer got in touch again about the same matter."""

    ticket_id: UUID
    content: Text
    repeat: bool
    publicity_threat: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ReclassifyTicket:
    """What is None stays as it is."""

    ticket_id: UUID
    severity: Severity | None
    category: str | None
    kind: Kind | None
    reason: Text
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MergeTicket:
    """`target` is how the ticket that goes on is classified, and whose it is.

    The others are when it came in, and whom it is about.
    """

    ticket_id: UUID
    into: UUID
    target: Case
    target_received_at: datetime
    target_against: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class UnmergeTicket:
    """`revisit` is what revisit last concluded, perhaps while another ticket went on for it."""

    ticket_id: UUID
    reason: Text | None
    revisit: CloseTicket | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ReopenTicket:
    ticket_id: UUID
    reason: Text
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LodgeAppeal:
    """The customer takes it above the company's answer, in the round that the ticket is in."""

    ticket_id: UUID
    round: int
    reason: Text
    through: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CloseAppeal:
    """The nation level answered."""

    ticket_id: UUID
    appeal_id: UUID
    outcome: AppealOutcome
    newest_round: int
    """As far as intake has heard."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PublishKnowledge:
    ticket_id: UUID
    title: Text
    text: Text
    notified: bool
    """Whether dispatch's result already reached the customer in this round."""
    at: datetime


AppealCommand = LodgeAppeal | CloseAppeal
TicketCommand = (
    RegisterTicket
    | WithdrawTicket
    | AnswerTicket
    | CloseTicket
    | SupplementTicket
    | ReclassifyTicket
    | MergeTicket
    | UnmergeTicket
    | ReopenTicket
    | AppealCommand
    | PublishKnowledge
)
