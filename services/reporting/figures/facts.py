"""What is known of one subject: a ticket, a contact, an outbound task or a month's served group.

A section holds what one service said, and its events come in order: so the sections come to the
same in whatever order the topics are read.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from shared.contracts.dispatch import Finding, Role, Signatory
from shared.contracts.intake import AnsweredBy, ClosedAs, EndedBy
from shared.contracts.sla import Step
from shared.contracts.terms import Case, Channel, DepartmentLevel, Tier


class TicketFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Intake's word on a ticket."""

    case: Case
    number: str
    received_at: datetime
    entered_at: datetime
    branch: str | None = None
    merchant: str | None = None
    product: str | None = None
    area: str | None = None
    against_person: str | None = None
    round: int = 1
    answered: dict[int, datetime] = {}
    """By round, when it was answered at once."""
    withdrawn: bool = False
    merged: bool = False
    closed_as: ClosedAs | None = None
    closed_at: datetime | None = None


class ContactFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who got in touch."""

    client: str
    channel: Channel
    tier: Tier
    at: datetime
    entered_at: datetime
    pack: str | None = None
    branch: str | None = None
    business: str | None = None
    answered_by: AnsweredBy | None = None
    offered_at: datetime | None = None
    answered_at: datetime | None = None
    abandoned_at: datetime | None = None
    ended_at: datetime | None = None
    wait_seconds: int | None = None
    rings: int | None = None
    warnings: int = 0
    ended_by: EndedBy | None = None


class OrderFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One work order."""

    round: int
    role: Role
    department: str
    level: DepartmentLevel | None = None
    product: str | None = None
    completed_at: datetime | None = None
    solved: bool | None = None
    finding: Finding | None = None
    told_at: datetime | None = None
    """When the customer was told the result, or could not be reached with it."""
    signed_as: tuple[Signatory, ...] = ()
    cancelled: bool = False


class PromiseFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A time that a customer was promised, by the actor of the event that says so."""

    made_by: str
    made_at: datetime
    until: datetime
    work_order_id: UUID
    handler: str | None = None
    """Who had the work order then: a system's key speaks for them (T-11)."""


class ClockFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One clock as sla tells it."""

    clock: str
    occurrence: str
    started_at: datetime
    target_at: datetime | None = None
    due_at: datetime | None = None
    met_at: datetime | None = None
    late: bool = False
    missed: bool = False
    """The limit passed; a clock that is met late had been missed, whether or not that was said."""
    is_over: bool = False
    is_void: bool = False
    """It never counted: what had started it did not happen."""
    raised: dict[Step, tuple[str, ...]] = {}
    """Whom each rung that stands called on."""


class RevisitFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The call-back of one round."""

    is_cancelled: bool = False
    is_concluded: bool = False
    solved: bool | None = None
    """None of one concluded: the customer was not reached."""
    score: int | None = None


class TaskFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A key moment, and what came of it."""

    client: str
    pack: str
    moment: str
    at: datetime
    due_at: datetime | None = None
    is_suppressed: bool = False
    is_tried: bool = False
    """Whether an attempt is on record, in vain or not."""
    is_reached: bool = False
    outcome: str | None = None
    score: int | None = None
    passed_to: str | None = None
    information_passed_at: datetime | None = None
    filled_fields: tuple[str, ...] = ()


class GroupFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A client's served customers of a month."""

    client: str
    month: str
    start_count: int | None = None
    end_count: int | None = None


class Intake(Struct, frozen=True, omit_defaults=True):
    """What intake said; `seen` is the number of its events about the subject."""

    seen: int = 0
    ticket: TicketFacts | None = None
    contact: ContactFacts | None = None


class Dispatch(Struct, frozen=True, omit_defaults=True):
    """What dispatch said."""

    seen: int = 0
    orders: dict[str, OrderFacts] = {}
    promises: dict[str, PromiseFacts] = {}
    """By the event that made it, as sla names the clock's occurrence."""


class Sla(Struct, frozen=True, omit_defaults=True):
    """What sla said."""

    seen: int = 0
    clocks: dict[str, ClockFacts] = {}


class Revisit(Struct, frozen=True, omit_defaults=True):
    """What revisit said."""

    seen: int = 0
    revisits: dict[int, RevisitFacts] = {}
    task: TaskFacts | None = None
    group: GroupFacts | None = None


class Facts(Struct, frozen=True, omit_defaults=True):
    """All that is known of one subject."""

    intake: Intake = Intake()
    dispatch: Dispatch = Dispatch()
    sla: Sla = Sla()
    revisit: Revisit = Revisit()
    heard_at: datetime | None = None
    """When the newest of its records was recorded."""

    @property
    def main_orders(self) -> list[OrderFacts]:
        """The rounds' own work orders, the oldest first."""
        found = [one for one in self.dispatch.orders.values() if one.role == "main"]
        return sorted(found, key=lambda order: order.round)

    @property
    def department(self) -> str | None:
        """Whose the ticket is: its newest round's."""
        orders = self.main_orders
        return orders[-1].department if orders else None
