"""The ticket itself, by intake's events."""

from typing import Any

import msgspec

from services.reporting.state.parts import TicketPart
from shared.contracts import intake
from shared.contracts.terms import Case, Event

END: dict[str, Any] = {"end": None, "closed_as": None, "merged_into": None}


def fold_ticket(ticket: TicketPart | None, event: Event) -> TicketPart | None:
    """The ticket after the event; what comes before its registration says nothing of it."""
    if isinstance(event, intake.TicketRegistered):
        return _registered(event)
    if ticket is None:
        return None
    changes = _changes(ticket, event)
    return msgspec.structs.replace(ticket, **changes) if changes else ticket


def _changes(ticket: TicketPart, event: Event) -> dict[str, Any]:
    match event:
        case intake.TicketSupplemented():
            return {
                "supplements": ticket.supplements + 1,
                "repeats": ticket.repeats + event.repeat,
                "publicity_threat": ticket.publicity_threat or event.publicity_threat,
            }
        case intake.TicketReclassified():
            return _class_of(event.case)
        case intake.TicketAnswered():
            return {"answered_round": event.round}
        case intake.TicketReopened():
            return {**END, "reopened_round": event.round}
        case intake.AppealLodged():
            return {"appeal_open": True}
        case intake.AppealClosed():
            return {"appeal_open": False}
        case _:
            return _ending(event)


def _ending(event: Event) -> dict[str, Any]:
    match event:
        case intake.TicketWithdrawn():
            return {"end": "withdrawn"}
        case intake.TicketMerged():
            return {"end": "merged", "merged_into": event.into}
        case intake.TicketUnmerged():
            return {"end": None, "merged_into": None}
        case intake.TicketClosed():
            return {"end": "closed", "closed_as": event.closed_as}
        case _:
            return {}


def _class_of(case: Case) -> dict[str, Any]:
    return {
        "kind": case.kind,
        "severity": case.severity,
        "category": case.category,
        "channel": case.channel,
        "tier": case.tier,
    }


def _registered(event: intake.TicketRegistered) -> TicketPart:
    return TicketPart(
        number=event.number,
        client=event.case.client,
        customer_name=event.customer_name,
        customer_phone=event.customer_phone,
        product=event.product,
        area=event.area,
        branch=event.branch,
        merchant=event.merchant,
        receiver=event.receiver,
        external_id=event.external_id,
        received_at=event.at,
        **_class_of(event.case),
    )
