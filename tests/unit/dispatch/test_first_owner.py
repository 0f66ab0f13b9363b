"""Who took the complaint in answers for it to the end, whoever handles it."""

import msgspec

from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from tests.unit.dispatch.examples import ACCEPTED, COMPLETED, OFFER, RECTIFY, TRANSFERRED, notified


def test_the_first_owner_stays_through_transfers_and_rounds() -> None:
    """T-01, U-10, H-30."""
    (offered, *_) = TICKET.decide(OFFER, TICKET.initial)
    past = (offered, TRANSFERRED, ACCEPTED, COMPLETED, notified())
    ticket = TICKET.fold([*past, *TICKET.decide(RECTIFY, TICKET.fold(past))])

    orders = work_orders_of(ticket)

    assert [order.first_owner for order in orders] == ["zhang-min", "zhang-min"]
    assert orders[0].handler == "xu-lei"
    assert msgspec.structs.asdict(offered)["first_owner"] == "zhang-min"
