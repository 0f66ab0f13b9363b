"""By what every work order goes its way, and what its customer hears by itself."""

from uuid import UUID

from shared.contracts.dispatch.terms import (
    CancelReason,
    ContactOutcome,
    Finding,
    Guidance,
    NoticeAbout,
    NoticeOutcome,
    Role,
)
from shared.contracts.terms import (
    Case,
    ContactChannel,
    DepartmentLevel,
    Event,
    Moment,
    Occasion,
    Text,
)


class WorkOrderEvent(Event, frozen=True, kw_only=True):
    """Names the work order: the round's own, another department's help, or an appeal's."""

    work_order_id: UUID
    ticket_id: UUID
    round: int
    role: Role = "main"


class WorkOrderOffered(WorkOrderEvent, frozen=True, kw_only=True):
    """One round of a ticket is a department's to solve, by the routing rule named."""

    case: Case
    number: str
    department: str
    rule: str
    handler: str | None = None
    first_owner: str | None = None
    area: str | None = None
    against_person: str | None = None
    """Whom the complaint is about: never the one who handles it."""
    product: str | None = None
    in_writing: bool = False
    """Whether the customer's channel takes a written answer, reviewed (H-17)."""
    received_at: Moment | None = None
    """When the customer got in touch, in whatever round, or appealed: nothing came before."""
    request: Text | None = None
    """What another department asks for (T-08)."""
    appeal_id: UUID | None = None
    through: str | None = None
    """Through whom the appeal came (U-12)."""
    department_level: DepartmentLevel | None = None
    """Of the department, as the directory had it then (U-01)."""


class WorkOrderAccepted(WorkOrderEvent, frozen=True, kw_only=True):
    """A handler took it on; T-06: what the customer was promised, if anything."""

    handler: str
    promised_until: Moment | None = None
    plan: Text | None = None
    """C-02: what the visit needs, tools and parts."""


class WorkOrderRefused(WorkOrderEvent, frozen=True, kw_only=True):
    """The department says it is not its matter; the centre arbitrates, the clock runs on."""

    department: str
    reason: Text
    proposed_department: str | None = None


class WorkOrderArbitrated(WorkOrderEvent, frozen=True, kw_only=True):
    """The centre decided whose matter a refused work order is."""

    department: str
    reason: Text
    handler: str | None = None
    department_level: DepartmentLevel | None = None


class WorkOrderTransferred(WorkOrderEvent, frozen=True, kw_only=True):
    """Handed to another department, with the reason."""

    from_department: str
    department: str
    reason: Text
    handler: str | None = None
    department_level: DepartmentLevel | None = None


class ContactAttempted(WorkOrderEvent, frozen=True, kw_only=True):
    """The handler tried to reach the customer."""

    channel: ContactChannel
    outcome: ContactOutcome
    handler: str | None = None
    """Who had it in hand; None of events from before the field was there."""
    note_left: bool = False
    promised_until: Moment | None = None
    note: Text | None = None
    guidance: Guidance | None = None


class ComplaintVerified(WorkOrderEvent, frozen=True, kw_only=True):
    """The department's finding (H-04, H-05)."""

    finding: Finding
    note: Text | None = None


class ProgressReported(WorkOrderEvent, frozen=True, kw_only=True):
    """H-16: not done, and why; or done after all."""

    done: bool
    reason: Text | None = None


class WorkOrderCompleted(WorkOrderEvent, frozen=True, kw_only=True):
    """The department completed its part and returned the form (H-15, H-27)."""

    department: str
    solution: Text
    solved: bool


class CustomerNotified(WorkOrderEvent, frozen=True, kw_only=True):
    """The customer was told, or could not be reached in as many tries as the pack asks."""

    case: Case
    number: str
    department: str
    about: NoticeAbout
    channel: ContactChannel
    outcome: NoticeOutcome
    handler: str | None = None
    promised_until: Moment | None = None
    note: Text | None = None


class WorkOrderCancelled(WorkOrderEvent, frozen=True, kw_only=True):
    """Nothing left to do for the department."""

    reason: CancelReason


class ProgressMessageSent(WorkOrderEvent, frozen=True, kw_only=True):
    """U-14: a message to the customer, each once in a round; a notice of a person's it is not."""

    case: Case
    number: str
    about: Occasion
    channel: ContactChannel
