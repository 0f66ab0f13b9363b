"""What intake decides about a ticket that was closed too early."""

from dataclasses import replace as with_changes
from datetime import timedelta

import msgspec
import pytest

from services.intake.domain.commands import TicketCommand
from services.intake.domain.errors import (
    BeforeClosingError,
    TicketMergedError,
    TicketNotRegisteredError,
    TicketOpenError,
    TicketWithdrawnError,
)
from services.intake.domain.ticket import TICKET
from services.intake.progress_view import project_progress
from services.intake.projections import TicketSummary, project_summary
from shared.contracts.intake import TicketEvent
from shared.decider import BrokenRuleError
from shared.testing.decider_spec import DeciderSpec
from tests.unit.intake.examples import (
    ANSWER,
    CLOSE,
    CLOSED,
    COMPLEX,
    MERGED,
    RECLASSIFIED,
    REOPEN,
    REOPENED,
    WITHDRAW,
    WITHDRAWN,
)
from tests.unit.support.examples import ANSWERED, AT, NOTIFIED, OFFERED, REGISTERED

ticket = DeciderSpec(TICKET)


def test_a_closed_ticket_begins_another_round() -> None:
    ticket.given(REGISTERED, CLOSED).when(REOPEN).then(REOPENED)


def test_it_goes_on_as_it_was_classified_last() -> None:
    reopened = msgspec.structs.replace(REOPENED, case=COMPLEX)
    ticket.given(REGISTERED, RECLASSIFIED, CLOSED).when(REOPEN).then(reopened)


def test_it_is_open_to_all_that_an_open_ticket_is() -> None:
    """H-20."""
    again = msgspec.structs.replace(ANSWERED, round=2)
    past = REGISTERED, ANSWERED, CLOSED, REOPENED
    ticket.given(*past).when(with_changes(ANSWER, round=2)).then(again)
    ticket.given(*past).when(WITHDRAW).then(WITHDRAWN)


def test_a_revisit_of_the_round_before_does_not_close_it_again() -> None:
    ticket.given(REGISTERED, CLOSED, REOPENED).when(CLOSE).then_nothing()


def test_the_revisit_of_its_own_round_does() -> None:
    closed = msgspec.structs.replace(CLOSED, round=2)
    third = msgspec.structs.replace(REOPENED, round=3)
    ticket.given(REGISTERED, CLOSED, REOPENED).when(with_changes(CLOSE, round=2), REOPEN).then(
        closed, third
    )


def test_within_a_minute_the_clocks_of_two_machines_are_one() -> None:
    early = with_changes(REOPEN, at=AT - timedelta(minutes=1))
    ticket.given(REGISTERED, CLOSED).when(early).then(msgspec.structs.replace(REOPENED, at=AT))


@pytest.mark.parametrize(
    ("given", "command", "broken"),
    [
        ([], REOPEN, TicketNotRegisteredError),
        ([REGISTERED], REOPEN, TicketOpenError),
        ([REGISTERED, CLOSED, REOPENED], REOPEN, TicketOpenError),
        ([REGISTERED, WITHDRAWN], REOPEN, TicketWithdrawnError),
        ([REGISTERED, MERGED], REOPEN, TicketMergedError),
        (
            [REGISTERED, CLOSED],
            with_changes(REOPEN, at=AT - timedelta(minutes=2)),
            BeforeClosingError,
        ),
    ],
)
def test_only_a_closed_ticket_is_reopened(
    given: list[TicketEvent], command: TicketCommand, broken: type[BrokenRuleError]
) -> None:
    ticket.given(*given).when(command).then_raises(broken)


def reopened() -> TicketSummary:
    view = project_progress(project_summary(None, REGISTERED, 1), NOTIFIED)
    view = project_summary(project_summary(view, CLOSED, 2), REOPENED, 3)
    assert view is not None
    return view


def test_a_reopened_ticket_shows_its_new_round() -> None:
    view = reopened()
    assert (view.status, view.rounds, view.closed_as, view.is_notified) == (
        "registered",
        2,
        None,
        False,
    )


def test_and_how_far_its_department_is_with_it() -> None:
    view = project_progress(reopened(), msgspec.structs.replace(OFFERED, round=2))
    assert view is not None
    assert view.status == "dispatched"
