"""What intake's events tell of a ticket or a contact."""

from msgspec.structs import replace

from services.reporting.figures.facts import ContactFacts, Intake, TicketFacts
from services.reporting.figures.heard import Heard
from shared.contracts import intake


def evolve_intake(known: Intake, heard: Heard) -> Intake:
    """The section after one event."""
    event = heard.event
    match event:
        case intake.TicketRegistered():
            return replace(known, ticket=_registered(event, heard))
        case intake.ContactRecorded():
            # A contact that answers another one is kept in that one's stream, and is no other call.
            return known if event.callback_of else replace(known, contact=_contact(event, heard))
        case _:
            ticket = known.ticket
            return known if ticket is None else replace(known, ticket=_evolve(ticket, heard))


def _registered(event: intake.TicketRegistered, heard: Heard) -> TicketFacts:
    return TicketFacts(
        case=event.case,
        number=event.number,
        received_at=event.at,
        entered_at=heard.recorded_at,
        branch=event.branch,
        merchant=event.merchant,
        product=event.product,
        area=event.area,
        against_person=event.against_person,
    )


def _contact(event: intake.ContactRecorded, heard: Heard) -> ContactFacts:
    return ContactFacts(
        client=event.client,
        channel=event.channel,
        tier=event.tier,
        at=event.at,
        entered_at=heard.recorded_at,
        pack=event.pack,
        branch=event.branch,
        business=event.business,
        answered_by=event.answered_by,
        offered_at=event.offered_at,
        answered_at=event.answered_at,
        abandoned_at=event.abandoned_at,
        ended_at=event.ended_at,
        wait_seconds=event.wait_seconds,
        rings=event.rings,
        warnings=event.warnings,
        ended_by=event.ended_by,
    )


def _evolve(ticket: TicketFacts, heard: Heard) -> TicketFacts:
    event = heard.event
    match event:
        case intake.TicketReclassified():
            return replace(ticket, case=event.case)
        case intake.TicketAnswered():
            answered = {**ticket.answered, event.round: event.at}
            return replace(ticket, answered=answered, round=max(ticket.round, event.round))
        case intake.TicketWithdrawn():
            return replace(ticket, withdrawn=True)
        case intake.TicketMerged():
            return replace(ticket, merged=True)
        case intake.TicketUnmerged():
            return replace(ticket, merged=False, case=event.case)
        case intake.TicketClosed():
            return replace(ticket, closed_as=event.closed_as, closed_at=event.at)
        case intake.TicketReopened():
            return replace(ticket, round=event.round, closed_as=None, closed_at=None)
        case _:
            return ticket
