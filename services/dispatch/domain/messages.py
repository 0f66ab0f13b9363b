"""What the customer hears by itself, without anybody having to tell them (U-14)."""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from services.dispatch.domain.stages import Ended, InHand, Ticket, Unheard, newest_round
from services.dispatch.domain.ticket_commands import HearOfDelay, ProgressMessages
from services.dispatch.domain.work_order import WorkOrder
from shared.contracts.dispatch import DelayHeard, DispatchEvent, ProgressMessageSent
from shared.contracts.terms import Channel, ContactChannel, Occasion

IN_KIND: dict[Channel, ContactChannel] = {"app": "app", "web": "web", "email": "email"}
"""By which channels who came that way is answered; all others get an SMS."""


def messages_about(
    occasions: Iterable[Occasion], order: WorkOrder, wanted: ProgressMessages, at: datetime
) -> list[ProgressMessageSent]:
    """Each once in a round, where the ticket's pack wants it; help and appeals say nothing."""
    if order.role != "main":
        return []
    asked = wanted.get((order.case.pack, order.case.pack_version), ())
    return [
        ProgressMessageSent(
            work_order_id=order.work_order_id,
            ticket_id=order.ticket_id,
            round=order.round,
            case=order.case,
            number=order.number,
            about=occasion,
            channel=IN_KIND.get(order.case.channel, "sms"),
            at=at,
        )
        for occasion in occasions
        if occasion in asked and occasion not in order.messages
    ]


def messages_at_offer(
    order: WorkOrder, delayed: frozenset[int], wanted: ProgressMessages, at: datetime
) -> list[ProgressMessageSent]:
    """As a round begins, unless it was answered or taken back before anybody could be told.

    `delayed` are the rounds whose limit passed before.
    """
    occasions: list[Occasion] = ["dispatched"]
    if order.round == 1:
        occasions.insert(0, "registered")
    if order.round in delayed:
        occasions.append("delayed")
    return messages_about(occasions, order, wanted, at) if order.is_open else []


def hear_of_delay(command: HearOfDelay, ticket: Ticket) -> list[DispatchEvent]:
    """Told to who still waits; of a round not offered yet, when it is."""
    heard = DelayHeard(ticket_id=command.ticket_id, round=command.round, at=command.missed_at)
    match ticket:
        case Ended(is_merged=False):
            return []  # nobody waits any more
        case Unheard() | Ended():
            return [] if command.round in ticket.delayed else [heard]
        case InHand() if command.round > newest_round(ticket.work_orders).round:
            return [] if command.round in ticket.delayed else [heard]
        case InHand():
            waiting = (one for one in ticket.work_orders if one.round == command.round)
            return [
                message
                for order in waiting
                if order.is_open
                for message in messages_about(["delayed"], order, command.messages, command.at)
            ]
        case _:
            assert_never(ticket)
