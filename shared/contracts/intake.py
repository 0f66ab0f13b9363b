"""What intake says: who got in touch, and what became of each ticket."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from shared.contracts.terms import (
    AppealOutcome,
    Case,
    Channel,
    CheckpointSigned,
    Event,
    Kind,
    Moment,
    PersonalDataRead,
    Severity,
    Text,
    TextsErased,
    Tier,
)

AnsweredBy = Literal["person", "machine"]
EndedBy = Literal["seat", "customer"]
ClosedAs = Literal["solved", "unreachable", "answered"]


class RaisedIn(Struct, frozen=True, kw_only=True):
    """The revisit in which another matter came up, and the ticket that it was about (T-13)."""

    ticket_id: UUID
    revisit_id: UUID


class TicketRegistered(Event, frozen=True, kw_only=True):
    """The register of H-03; `at` is when the customer got in touch, however late it was entered."""

    ticket_id: UUID
    number: str
    case: Case
    content: Text
    customer_name: str
    """Masked (`张**`)."""
    customer_phone: str | None = None
    """Masked (`138****5678`)."""
    subject: Text | None = None
    requested_remedy: Text | None = None
    contact_person: Text | None = None
    product: str | None = None
    product_serial: Text | None = None
    unit_number: Text | None = None
    area: str | None = None
    branch: str | None = None
    merchant: str | None = None
    receiver: str | None = None
    against_person: str | None = None
    verified_by: str | None = None
    external_id: str | None = None
    raised_in: RaisedIn | None = None
    """Its content then lies in revisit's vault, where it was heard."""


class TicketWithdrawn(Event, frozen=True, kw_only=True):
    """The customer takes the matter back."""

    ticket_id: UUID
    reason: Text


class TicketAnswered(Event, frozen=True, kw_only=True):
    """Answered at once: completion and result notice in one (H-08, H-11)."""

    ticket_id: UUID
    round: int
    case: Case
    answer: Text
    answered_by: str
    revisit: bool
    """Whether the pack has this kind called back."""
    number: str | None = None


class TicketClosed(Event, frozen=True, kw_only=True):
    """Nothing is open any more; `at` is when the revisit concluded it."""

    ticket_id: UUID
    round: int
    closed_as: ClosedAs


class TicketSupplemented(Event, frozen=True, kw_only=True):
    """The customer added something; U-11: whether they ask again, or threaten to go public."""

    ticket_id: UUID
    content: Text
    repeat: bool = False
    publicity_threat: bool = False


class TicketReclassified(Event, frozen=True, kw_only=True):
    """It is another matter than it was taken for; `case` is how it is classified from here on."""

    ticket_id: UUID
    case: Case
    previous_kind: Kind
    previous_severity: Severity
    previous_category: str | None = None
    reason: Text


class TicketMerged(Event, frozen=True, kw_only=True):
    """The same matter as another ticket of the same customer, which goes on for both."""

    ticket_id: UUID
    into: UUID


class TicketUnmerged(Event, frozen=True, kw_only=True):
    """It was another matter after all: it goes on as though it had never been merged."""

    ticket_id: UUID
    merged_into: UUID
    """The ticket that was taken to go on for it."""
    case: Case
    reason: Text | None = None


class TicketReopened(Event, frozen=True, kw_only=True):
    """Closed too early: `round` is the new one, with a limit of its own."""

    ticket_id: UUID
    round: int
    case: Case
    reason: Text


class AppealLodged(Event, frozen=True, kw_only=True):
    """U-12: the customer takes it above the company's answer; `through` the regulator, say."""

    ticket_id: UUID
    appeal_id: UUID
    round: int
    case: Case
    number: str
    reason: Text
    through: str | None = None


class ClosingDeferred(Event, frozen=True, kw_only=True):
    """What would have closed the ticket, had no appeal been open: it closes with its answer."""

    ticket_id: UUID
    round: int
    closed_as: ClosedAs


class AppealClosed(Event, frozen=True, kw_only=True):
    """Intake heard that the nation level answered; `at` is when it did."""

    ticket_id: UUID
    appeal_id: UUID
    outcome: AppealOutcome


class KnowledgePublished(Event, frozen=True, kw_only=True):
    """What a consultation was answered, for the next one who asks (U-16)."""

    ticket_id: UUID
    title: Text
    text: Text


AppealEvent = AppealLodged | ClosingDeferred | AppealClosed
"""What happens to a ticket on account of an appeal."""
TicketEvent = (
    TicketRegistered
    | TicketWithdrawn
    | TicketAnswered
    | TicketClosed
    | TicketSupplemented
    | TicketReclassified
    | TicketMerged
    | TicketUnmerged
    | TicketReopened
    | AppealEvent
    | KnowledgePublished
)


class ContactRecorded(Event, frozen=True, kw_only=True):
    """Somebody got in touch, whether or not it led to a ticket (H-01); `at` is when they did."""

    contact_id: UUID
    client: str
    customer_ref: UUID
    channel: Channel
    customer_name: str | None = None
    customer_phone: str | None = None
    """Both masked (`张**`, `138****5678`)."""
    name: Text | None = None
    number: Text | None = None
    content: Text | None = None
    offered_at: Moment | None = None
    answered_at: Moment | None = None
    abandoned_at: Moment | None = None
    ended_at: Moment | None = None
    wait_seconds: int | None = None
    rings: int | None = None
    tier: Tier = "standard"
    business: str | None = None
    branch: str | None = None
    answered_by: AnsweredBy | None = None
    warnings: int = 0
    """How often the seat warned before it ended the call (T-14)."""
    ended_by: EndedBy | None = None
    ticket_id: UUID | None = None
    callback_of: UUID | None = None
    """The contact that this one answers, in whose stream it is kept."""
    pack: str | None = None
    """By which regulation it is called back, where it was abandoned (H-29)."""
    pack_version: int | None = None


class CustomerErased(Event, frozen=True, kw_only=True):
    """Whoever this reference means is forgotten: each service deletes what they said."""

    customer_ref: UUID
    client: str


EVENTS: dict[str, type[Event]] = {
    "ticket-registered.v1": TicketRegistered,
    "ticket-withdrawn.v1": TicketWithdrawn,
    "ticket-answered.v1": TicketAnswered,
    "ticket-closed.v1": TicketClosed,
    "ticket-supplemented.v1": TicketSupplemented,
    "ticket-reclassified.v1": TicketReclassified,
    "ticket-merged.v1": TicketMerged,
    "ticket-unmerged.v1": TicketUnmerged,
    "ticket-reopened.v1": TicketReopened,
    "appeal-lodged.v1": AppealLodged,
    "closing-deferred.v1": ClosingDeferred,
    "appeal-closed.v1": AppealClosed,
    "knowledge-published.v1": KnowledgePublished,
    "contact-recorded.v1": ContactRecorded,
    "customer-erased.v1": CustomerErased,
    "personal-data-read.v1": PersonalDataRead,
    "texts-erased.v1": TextsErased,
    "checkpoint-signed.v1": CheckpointSigned,
}
