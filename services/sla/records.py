"""An event's fields, as far as a fact needs them; what many facts share stands once."""

from datetime import datetime
from functools import cache
from typing import Annotated

import msgspec

from services.sla.domain.facts import Case, Fact, FactName, Responsible
from shared.codec import MetadataText
from shared.contracts.dispatch import Role
from shared.contracts.terms import Channel, Kind, Level, Severity, Tier
from shared.worktime import epoch_of


class CaseFields(msgspec.Struct, gc=False, frozen=True):
    """How a ticket is classified, as events say it."""

    client: str
    pack: str
    pack_version: int
    kind: Kind = "service_request"
    severity: Severity = "general"
    channel: Channel = "system"
    tier: Tier = "standard"
    category: str | None = None


class EventFields(msgspec.Struct, gc=False):
    """What nearly every event says."""

    at: datetime
    round: Annotated[int, msgspec.Meta(ge=0, lt=1 << 16)] = 1


class OrderFields(EventFields, gc=False, kw_only=True):
    """What the events of a work order say."""

    work_order_id: str
    department: str | None = None
    handler: str | None = None
    first_owner: str | None = None
    role: Role = "main"
    level: Level | None = None
    promised_until: datetime | None = None


def fact(
    metadata: MetadataText,
    name: FactName,
    event: EventFields,
    *,
    case: Case | None = None,
    subject: str | None = None,
    responsible: Responsible | None = None,
    until: datetime | None = None,
) -> Fact:
    """The fact of that name."""
    return Fact(
        event.at,
        metadata.event_id,
        name,
        event.round,
        metadata.recorded_at,
        metadata.correlation_id,
        metadata.actor,
        case,
        subject,
        responsible,
        None if until is None else epoch_of(until),
    )


@cache
def case_of(case: CaseFields, against_person: str | None = None) -> Case:
    """One object for all tickets that are classified alike."""
    return Case(
        client=case.client,
        pack=case.pack,
        pack_version=case.pack_version,
        kind=case.kind,
        severity=case.severity,
        channel=case.channel,
        tier=case.tier,
        category=case.category,
        against_person=against_person,
    )


def responsible_of(order: OrderFields) -> Responsible:
    """Whom the event names; one object for all that name the same."""
    return _responsible(order.department, order.handler, order.first_owner, order.role, order.level)


@cache
def _responsible(
    department: str | None,
    handler: str | None,
    first_owner: str | None,
    role: Role,
    level: Level | None,
) -> Responsible:
    return Responsible(department, handler, first_owner, helps=role != "main", level=level)
