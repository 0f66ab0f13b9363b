"""What intake decides about a ticket that says more, or something else."""

from dataclasses import replace as with_changes

import msgspec
import pytest

from services.intake.domain.commands import TicketCommand
from services.intake.domain.errors import (
    TicketClosedError,
    TicketNotRegisteredError,
    TicketWithdrawnError,
)
from services.intake.domain.ticket import TICKET
from shared.contracts.intake import TicketEvent
from shared.decider import BrokenRuleError
from shared.testing.decider_spec import DeciderSpec
from tests.unit.intake.examples import (
    ANSWER,
    CLOSED,
    COMPLEX,
    RECLASSIFIED,
    RECLASSIFY,
    SUPPLEMENT,
    SUPPLEMENTED,
    WITHDRAWN,
)
from tests.unit.support.examples import ANSWERED, REGISTERED

ticket = DeciderSpec(TICKET)


def test_what_may_escalate_a_complaint_is_recorded_with_what_the_customer_adds() -> None:
    """U-11."""
    ticket.given(REGISTERED).when(SUPPLEMENT).then(SUPPLEMENTED)


def test_every_supplement_is_a_new_one() -> None:
    ticket.given(REGISTERED, SUPPLEMENTED).when(SUPPLEMENT).then(SUPPLEMENTED)


def test_a_reclassification_says_what_was_and_what_is() -> None:
    ticket.given(REGISTERED).when(RECLASSIFY).then(RECLASSIFIED)


def test_reclassifying_as_it_is_decides_nothing() -> None:
    ticket.given(REGISTERED, RECLASSIFIED).when(RECLASSIFY).then_nothing()


def test_a_second_reclassification_starts_from_the_first() -> None:
    again = with_changes(RECLASSIFY, severity=None, category="network")
    both = msgspec.structs.replace(COMPLEX, category="network")
    ticket.given(REGISTERED, RECLASSIFIED).when(again).then(
        msgspec.structs.replace(RECLASSIFIED, case=both, previous_severity="complex")
    )


def test_an_answer_goes_out_under_the_new_classification() -> None:
    answered = msgspec.structs.replace(ANSWERED, case=COMPLEX)
    ticket.given(REGISTERED, RECLASSIFIED).when(ANSWER).then(answered)


@pytest.mark.parametrize("command", [SUPPLEMENT, RECLASSIFY])
@pytest.mark.parametrize(
    ("given", "broken"),
    [
        ([], TicketNotRegisteredError),
        ([REGISTERED, WITHDRAWN], TicketWithdrawnError),
        ([REGISTERED, CLOSED], TicketClosedError),
    ],
)
def test_only_an_open_ticket_is_amended(
    given: list[TicketEvent], command: TicketCommand, broken: type[BrokenRuleError]
) -> None:
    ticket.given(*given).when(command).then_raises(broken)
