"""What a department may answer, and who stands for it."""

from dataclasses import replace as with_changes

import msgspec

from services.dispatch.domain import errors
from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from shared.packs import Authority
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import ACCEPTED, OFFERED, PROPOSE, PROPOSED
from tests.unit.support.examples import AT, HOUR

ticket = DeciderSpec(TICKET)
IN_WORK = OFFERED, ACCEPTED
AUTHORITY = Authority(remedies={"handler": ("voucher",), "manager": ("voucher", "refund")})


def test_a_solution_is_proposed_with_what_the_customer_said() -> None:
    """T-07."""
    state = ticket.given(*IN_WORK).when(PROPOSE).then(PROPOSED)
    [proposal] = work_orders_of(state)[0].proposals
    assert (proposal.remedy, proposal.accepted_by_customer) == ("refund", True)
    ticket.given(*IN_WORK, PROPOSED).when(PROPOSE).then_nothing()
    again = with_changes(PROPOSE, at=AT + HOUR)
    later = msgspec.structs.replace(PROPOSED, at=AT + HOUR)
    ticket.given(*IN_WORK, PROPOSED).when(again).then(later)


def test_nobody_promises_what_is_beyond_their_authority() -> None:
    """H-24, T-05."""
    beyond = errors.BeyondAuthorityError
    limited = with_changes(PROPOSE, authority=AUTHORITY)
    ticket.given(*IN_WORK).when(limited).then_raises(beyond)
    unlisted = with_changes(limited, level="supervisor", remedy="voucher")
    ticket.given(*IN_WORK).when(unlisted).then_raises(beyond)
    manager = with_changes(limited, level="manager")
    promised = msgspec.structs.replace(PROPOSED, level="manager")
    ticket.given(*IN_WORK).when(manager).then(promised)


def test_a_solution_without_a_remedy_is_within_everybodys_authority() -> None:
    """H-24."""
    command = with_changes(PROPOSE, authority=AUTHORITY, remedy=None)
    proposed = msgspec.structs.replace(PROPOSED, remedy=None)
    ticket.given(*IN_WORK).when(command).then(proposed)
