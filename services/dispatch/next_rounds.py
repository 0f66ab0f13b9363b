"""What the directory says of a ticket that is known already: who takes it, and where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.dispatch.domain.stages import InHand, newest_round, work_orders_of
from services.dispatch.domain.ticket_commands import (
    ChangeCase,
    OfferNextRound,
    Reroute,
    StandIn,
    UnmergeTicket,
)
from services.dispatch.routing import manager_takes, matter_of
from shared.contracts import intake, revisit
from shared.contracts.terms import same_person

if TYPE_CHECKING:
    from datetime import datetime

    from services.dispatch.bootstrap import Dispatch
    from services.dispatch.domain.stages import Ticket
    from services.dispatch.domain.ticket_commands import ManagerTakes
    from shared.contracts.terms import Case
    from shared.directory import Directory
    from shared.routing import Matter


async def next_round(
    event: revisit.RectificationOrdered | intake.TicketReopened, dispatch: Dispatch
) -> OfferNextRound:
    """The round that the event orders; its department may have left the directory since."""
    now = dispatch.core.now()
    ticket, _ = await dispatch.tickets.load(event.ticket_id)
    reopened = isinstance(event, intake.TicketReopened)
    known = ticket.reclassified if isinstance(ticket, InHand) and not reopened else None
    matter = _matter(ticket, known or event.case)
    return OfferNextRound(
        ticket_id=event.ticket_id,
        round=event.round,
        case=event.case,
        ordered_at=event.at,
        at=now,
        reopened=reopened,
        manager_takes=_manager_takes(dispatch.directory, matter, now),
        messages=dispatch.messages,
        reroute=_reroute(ticket, matter, dispatch.directory, now),
        stand_in=_stand_in(ticket, matter, dispatch.directory, now),
    )


async def change_of_case(event: intake.TicketReclassified, dispatch: Dispatch) -> ChangeCase:
    """What the ticket is from here on, and who takes over what became severe (H-07)."""
    now = dispatch.core.now()
    ticket, _ = await dispatch.tickets.load(event.ticket_id)
    return ChangeCase(
        ticket_id=event.ticket_id,
        case=event.case,
        manager_takes=_manager_takes(dispatch.directory, _matter(ticket, event.case), now),
        reclassified_at=event.at,
        at=now,
    )


async def unmerging(event: intake.TicketUnmerged, dispatch: Dispatch) -> UnmergeTicket:
    """It goes on; perhaps with a round that was ordered while it was merged."""
    now = dispatch.core.now()
    ticket, _ = await dispatch.tickets.load(event.ticket_id)
    matter = _matter(ticket, event.case)
    return UnmergeTicket(
        ticket_id=event.ticket_id,
        manager_takes=_manager_takes(dispatch.directory, matter, now),
        messages=dispatch.messages,
        reroute=_reroute(ticket, matter, dispatch.directory, now),
        stand_in=_stand_in(ticket, matter, dispatch.directory, now),
        at=now,
    )


def _matter(ticket: Ticket, case: Case) -> Matter:
    """Without a work order yet the registration's own handler knows more."""
    orders = work_orders_of(ticket)
    if not orders:
        return matter_of(case, None, None)
    return matter_of(case, orders[0].area, orders[0].against_person, orders[0].product)


def _manager_takes(directory: Directory, matter: Matter, now: datetime) -> ManagerTakes:
    """In every department: it may be transferred until it is decided."""
    return manager_takes(directory, matter, [one.code for one in directory.departments], now)


def _reroute(ticket: Ticket, matter: Matter, directory: Directory, now: datetime) -> Reroute | None:
    orders = work_orders_of(ticket)
    gone = newest_round(orders).department if orders else None
    if gone is None or directory.department(gone) is not None:
        return None
    route = directory.route(matter, now)
    return Reroute(
        from_department=gone,
        department=route.department,
        department_level=directory.level_of(route.department),
        handler=route.handler,
        rule=route.rule,
    )


def _stand_in(
    ticket: Ticket, matter: Matter, directory: Directory, now: datetime
) -> StandIn | None:
    """Where who handled it is away: their deputy, else whom of the department to ask (H-30)."""
    orders = work_orders_of(ticket)
    before = newest_round(orders) if orders else None
    if before is None or before.handler is None or directory.department(before.department) is None:
        return None
    if same_person(before.handler, directory.stand_in(before.handler, now)):
        return None
    deputies = directory.present((before.handler,), now, matter.against_person)
    deputy = deputies[0] if deputies else directory.handler_in(before.department, matter, now)
    return StandIn(handler=before.handler, deputy=deputy)
