"""What the other services say, as the facts that clocks depend on.

Only the fields that a clock needs are decoded: a replay reads every event there ever was.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from sys import intern
from typing import Any, Literal

import msgspec

from services.sla.domain.facts import Case, Fact, FactName, Responsible
from shared.codec import UnknownVersionError, UnreadableEventError
from shared.contracts.terms import Channel, Kind, Severity, Tier
from shared.messaging.envelope import UnreadableRecordError

Headers = Mapping[str, bytes]


class _Case(msgspec.Struct, gc=False, frozen=True):
    client: str
    pack: str
    pack_version: int
    kind: Kind
    severity: Severity
    channel: Channel
    tier: Tier
    category: str | None = None


class _Event(msgspec.Struct, gc=False):
    at: datetime
    round: int = 1


class _Registered(msgspec.Struct, gc=False):
    at: datetime
    case: _Case
    against_person: str | None = None


class _Order(_Event, gc=False, kw_only=True):
    work_order_id: str
    department: str | None = None
    handler: str | None = None
    first_owner: str | None = None
    role: Literal["main", "help"] = "main"


class _Notified(_Event, gc=False, kw_only=True):
    about: Literal["result", "progress", "overdue"]
    role: Literal["main", "help"] = "main"


Translation = Callable[[Headers, Any], Fact | None]


def on_registered(headers: Headers, event: _Registered) -> Fact:
    return _fact(
        headers, "ticket-registered", _Event(event.at), case=_case(event.case, event.against_person)
    )


@cache
def _case(case: _Case, against_person: str | None) -> Case:
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


def on_withdrawn(headers: Headers, event: _Event) -> Fact:
    return _fact(headers, "ticket-withdrawn", event)


def on_merged(headers: Headers, event: _Event) -> Fact:
    return _fact(headers, "ticket-merged", event)


def on_answered(headers: Headers, event: _Event) -> Fact:
    return _fact(headers, "ticket-answered", event)


def on_next_round(headers: Headers, event: _Event) -> Fact:
    return _fact(headers, "round-started", event)


def on_assigned(headers: Headers, event: _Order) -> Fact:
    return _fact(headers, "work-order-assigned", event, order=event)


def on_accepted(headers: Headers, event: _Order) -> Fact:
    return _fact(headers, "work-order-accepted", event, order=event)


def on_notified(headers: Headers, event: _Notified) -> Fact | None:
    """Reached or unreachable: dispatch lets the latter through only after enough attempts."""
    if event.about != "result" or event.role == "help":
        return None
    return _fact(headers, "customer-notified-result", event)


@cache
def _responsible(
    department: str | None, handler: str | None, first_owner: str | None, role: str
) -> Responsible:
    return Responsible(department, handler, first_owner, helps=role == "help")


def _responsible_of(order: _Order) -> Responsible:
    return _responsible(order.department, order.handler, order.first_owner, order.role)


def _fact(
    headers: Headers,
    name: FactName,
    event: _Event,
    *,
    case: Case | None = None,
    order: _Order | None = None,
) -> Fact:
    try:
        return Fact(
            at=event.at,
            event_id=headers["ce_id"].decode(),
            name=name,
            round=event.round,
            recorded_at=datetime.fromisoformat(headers["ce_time"].decode()),
            correlation_id=headers["ce_correlationid"].decode(),
            actor=intern(headers["ce_actor"].decode()),
            case=case,
            work_order_id=order.work_order_id if order else None,
            responsible=_responsible_of(order) if order else None,
        )
    except (KeyError, ValueError) as error:
        raise UnreadableRecordError("headers") from error


_TRANSLATIONS: Mapping[str, Mapping[str, tuple[type[msgspec.Struct], Translation]]] = {
    "intake": {
        "ticket-registered.v1": (_Registered, on_registered),
        "ticket-withdrawn.v1": (_Event, on_withdrawn),
        "ticket-merged.v1": (_Event, on_merged),
        "ticket-reopened.v1": (_Event, on_next_round),
        "ticket-answered.v1": (_Event, on_answered),
    },
    "dispatch": {
        "work-order-offered.v1": (_Order, on_assigned),
        "work-order-arbitrated.v1": (_Order, on_assigned),
        "work-order-transferred.v1": (_Order, on_assigned),
        "work-order-accepted.v1": (_Order, on_accepted),
        "customer-notified.v1": (_Notified, on_notified),
    },
    "revisit": {"rectification-ordered.v1": (_Event, on_next_round)},
}
HEARS = tuple(_TRANSLATIONS)
_PREFIX = "huiyin."
_known = {
    f"{_PREFIX}{publisher}.{name}".encode(): (msgspec.json.Decoder(kind), translate)
    for publisher, events in _TRANSLATIONS.items()
    for name, (kind, translate) in events.items()
}
_stems = {name.rpartition(b".")[0] for name in _known}


def fact_of(headers: Headers, value: bytes | None) -> Fact | None:
    """The fact that a record tells; None for what no clock depends on.

    Raises UnknownVersionError for another version of a type known here, UnreadableEventError and
    UnreadableRecordError for what its type does not promise.
    """
    name = headers.get("ce_type")
    known = _known.get(name or b"")
    if name is None:
        raise UnreadableRecordError("ce_type")
    if known is None:
        if name.rpartition(b".")[0] in _stems:
            raise UnknownVersionError(name.decode(errors="replace"))
        return None
    decoder, translate = known
    try:
        event = decoder.decode(value or b"")
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableEventError(name.decode()) from error
    return translate(headers, event)
