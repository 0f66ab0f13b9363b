"""What has happened, as it was recorded."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from shared.contracts import dispatch, intake, revisit
from shared.contracts.terms import Case, Event

Second = int
"""Since 1970."""
LEVELS = ("handler", "supervisor", "manager", "city", "province", "nation")


@dataclass(frozen=True)
class Told:
    """An event as it was recorded."""

    event: Event
    event_id: str
    recorded_at: datetime

    @cached_property
    def at(self) -> Second:
        """Of a longer time: when the customer consented, not when that was written down."""
        if isinstance(self.event, dispatch.ExtensionAgreed):
            return int(self.event.consent_at.timestamp())
        return int(self.event.at.timestamp())

    @cached_property
    def round(self) -> int:
        return getattr(self.event, "round", 1)

    @property
    def known_at(self) -> Second:
        return int(self.recorded_at.timestamp())

    @property
    def order(self) -> UUID | None:
        """The work order; of an appeal that was lodged or answered, the appeal."""
        if isinstance(self.event, intake.AppealLodged | dispatch.AppealAnswered):
            return self.event.appeal_id
        return getattr(self.event, "work_order_id", None)

    @property
    def of_the_ticket(self) -> bool:
        """Not of another department's help, nor of an appeal."""
        return getattr(self.event, "role", "main") == "main"

    @property
    def until(self) -> Second | None:
        """By when: what was promised to the customer, or what a task itself says."""
        if isinstance(self.event, revisit.OutboundTaskCreated):
            return int(self.event.due_at.timestamp())
        promised: datetime | None = getattr(self.event, "promised_until", None)
        return None if promised is None else int(promised.timestamp())

    @property
    def level(self) -> int:
        """To which of the levels it was taken over; -1: it was not."""
        if not isinstance(self.event, dispatch.TakenOver) or not self.of_the_ticket:
            return -1
        return LEVELS.index(self.event.level)

    @property
    def case(self) -> Case | None:
        """As what it began, a contact and an outbound task being like a ticket."""
        match self.event:
            case intake.TicketRegistered():
                return self.event.case
            case intake.ContactRecorded() if self.event.callback_of is None:
                return _unclassified(self.event.pack or "")
            case revisit.OutboundTaskCreated():
                return _unclassified(self.event.pack)
            case _:
                return None


def _unclassified(pack: str) -> Case:
    return Case(
        client="crm",
        customer_ref=UUID(int=0),
        pack=pack,
        pack_version=1,
        kind="service_request",
        severity="general",
        channel="system",
        tier="standard",
    )
