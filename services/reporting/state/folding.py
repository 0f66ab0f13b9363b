"""Event by event, in the order of the history: what was known after each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import msgspec

from services.reporting.projections import RecordRow
from services.reporting.state.clocks import fold_clock
from services.reporting.state.orders import fold_order, restored
from services.reporting.state.parts import (
    ClockPart,
    Part,
    PolicyPart,
    RevisitPart,
    TicketPart,
    TicketState,
    WorkOrderPart,
)
from services.reporting.state.revisits import fold_revisit
from services.reporting.state.tickets import fold_ticket
from shared.codec import UnreadableEventError, decode
from shared.contracts import dispatch, intake, revisit, sla
from shared.contracts.terms import STATUSES, Event, Status

TICKET, POLICY = "ticket", "policy"
ORDERS, CLOCKS, REVISITS = "work_orders", "clocks", "revisits"
Parts = Mapping[str, Part]
"""By name: `ticket`, `policy`, `work_orders/<id>`, `clocks/<clock>:<round>:<occurrence>`,
`revisits/<id>`. What an event does not touch stays the very same object."""
P = TypeVar("P", bound=Part)


@dataclass(frozen=True)
class Fold:
    """What the events so far come to; `unread` are those that this release does not understand."""

    parts: Parts
    unread: int = 0


def empty_fold() -> Fold:
    """Before anything was known."""
    return Fold({})


def fold(before: Fold, rows: Iterable[RecordRow]) -> Fold:
    """The same after these events, which follow in the history's order."""
    parts, unread = dict(before.parts), before.unread
    for row in rows:
        try:
            event = decode(row.source, row.type, bytes(row.data))
        except UnreadableEventError:
            event = None
        if event is None:
            unread += 1
        else:
            _apply(parts, event)
    return Fold(parts, unread)


def state_of(folded: Fold) -> TicketState:
    """The parts, as an answer shows them: in the order in which they came up."""
    return TicketState(
        ticket=_one(folded.parts, TICKET, TicketPart),
        policy=_one(folded.parts, POLICY, PolicyPart),
        work_orders=_all(folded.parts, WorkOrderPart),
        clocks=_all(folded.parts, ClockPart),
        revisits=_all(folded.parts, RevisitPart),
    )


def _one(parts: Parts, name: str, kind: type[P]) -> P | None:
    part = parts.get(name)
    return part if isinstance(part, kind) else None


def _all(parts: Parts, kind: type[P]) -> list[P]:
    return [part for part in parts.values() if isinstance(part, kind)]


def _apply(parts: dict[str, Part], event: Event) -> None:
    match event:
        case dispatch.WorkOrderEvent():
            name = f"{ORDERS}/{event.work_order_id}"
            _keep(parts, name, fold_order(_one(parts, name, WorkOrderPart), event))
        case sla.ClockEvent():
            name = f"{CLOCKS}/{event.clock}:{event.round}:{event.occurrence}"
            _keep(parts, name, fold_clock(_one(parts, name, ClockPart), event))
        case dispatch.FactKept(fact="unmerged"):
            _restore(parts, event.work_order_ids)
        case _ if isinstance(event, revisit.CallBackEvent):
            name = f"{REVISITS}/{event.revisit_id}"
            _keep(parts, name, fold_revisit(_one(parts, name, RevisitPart), event))
        case _:
            _keep(parts, TICKET, fold_ticket(_one(parts, TICKET, TicketPart), event))
    _keep(parts, POLICY, _policy(_one(parts, POLICY, PolicyPart), event))
    if not isinstance(event, sla.ClockEvent):
        _say_how_far(parts)


def _keep(parts: dict[str, Part], name: str, part: Part | None) -> None:
    if part is not None:
        parts[name] = part


def _restore(parts: dict[str, Part], work_order_ids: Iterable[UUID]) -> None:
    for work_order_id in work_order_ids:
        name = f"{ORDERS}/{work_order_id}"
        order = _one(parts, name, WorkOrderPart)
        if order is not None:
            parts[name] = restored(order)


def _policy(policy: PolicyPart | None, event: Event) -> PolicyPart | None:
    """The ticket's pack by intake's word, and the calendars that its clocks ran by."""
    match event:
        case intake.TicketRegistered() | intake.TicketReclassified() | intake.TicketReopened():
            calendars = policy.calendars if policy else ()
            case = event.case
            return PolicyPart(pack=case.pack, pack_version=case.pack_version, calendars=calendars)
        case sla.ClockStarted() if policy and event.calendar_version not in policy.calendars:
            calendars = tuple(sorted({*policy.calendars, event.calendar_version}))
            return msgspec.structs.replace(policy, calendars=calendars)
        case _:
            return policy


def _say_how_far(parts: dict[str, Part]) -> None:
    """Over all services: what is further in the newest round."""
    ticket = _one(parts, TICKET, TicketPart)
    if ticket is None:
        return
    reached: dict[int, Status] = {ticket.reopened_round: "registered"}
    for in_round, status in _reached(parts):
        reached[in_round] = max(reached.get(in_round, "registered"), status, key=STATUSES.index)
    rounds = max(reached)
    if ticket.answered_round == rounds:
        reached[rounds] = max(reached[rounds], "notified", key=STATUSES.index)
    status = ticket.end or reached[rounds]
    if (status, rounds) != (ticket.status, ticket.rounds):
        parts[TICKET] = msgspec.structs.replace(ticket, status=status, rounds=rounds)


def _reached(parts: Parts) -> Iterable[tuple[int, Status]]:
    for part in parts.values():
        match part:
            case WorkOrderPart(role="main"):
                yield part.round, part.reached
            case RevisitPart(rectification=True):
                yield part.round, "in_revisit"
                yield part.round + 1, "dispatched"
            case RevisitPart() if part.attempts or part.concluded_at:
                yield part.round, "in_revisit"
            case _:
                pass
