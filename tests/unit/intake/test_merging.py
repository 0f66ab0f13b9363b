"""What intake decides about two tickets that are about one matter."""

from dataclasses import replace as with_changes
from uuid import UUID

import msgspec
import pytest

from services.intake.domain.commands import TicketCommand
from services.intake.domain.errors import (
    MergedIntoItselfError,
    OtherCustomerError,
    TicketClosedError,
    TicketMergedError,
    TicketNotRegisteredError,
    TicketWithdrawnError,
)
from services.intake.domain.ticket import TICKET
from services.intake.projections import project_progress, project_summary
from shared.contracts.intake import TicketEvent
from shared.decider import BrokenRuleError
from shared.testing.decider_spec import DeciderSpec
from tests.unit.intake.examples import (
    ANSWER,
    CLOSE,
    CLOSED,
    COMPLEX,
    MERGE,
    MERGED,
    OTHER,
    RECLASSIFIED,
    RECLASSIFY,
    REGISTER,
    SUPPLEMENT,
    WITHDRAW,
    WITHDRAWN,
)
from tests.unit.support.examples import CASE, NOTIFIED, REGISTERED, T

ticket = DeciderSpec(TICKET)


def test_a_ticket_goes_on_as_another_one_of_the_same_customer() -> None:
    ticket.given(REGISTERED).when(MERGE).then(MERGED)


def test_how_the_two_are_classified_does_not_matter() -> None:
    ticket.given(REGISTERED, RECLASSIFIED).when(MERGE).then(MERGED)
    ticket.given(REGISTERED).when(with_changes(MERGE, target=COMPLEX)).then(MERGED)


def test_merging_again_into_the_same_one_decides_nothing() -> None:
    ticket.given(REGISTERED, MERGED).when(MERGE).then_nothing()


@pytest.mark.parametrize("command", [REGISTER, CLOSE])
def test_what_comes_late_finds_it_merged(command: TicketCommand) -> None:
    ticket.given(REGISTERED, MERGED).when(command).then_nothing()


@pytest.mark.parametrize(
    "command", [WITHDRAW, ANSWER, SUPPLEMENT, RECLASSIFY, with_changes(MERGE, into=UUID(int=13))]
)
def test_nothing_more_is_done_with_a_merged_ticket(command: TicketCommand) -> None:
    ticket.given(REGISTERED, MERGED).when(command).then_raises(TicketMergedError)


@pytest.mark.parametrize(
    ("given", "command", "broken"),
    [
        ([], MERGE, TicketNotRegisteredError),
        ([REGISTERED, WITHDRAWN], MERGE, TicketWithdrawnError),
        ([REGISTERED, CLOSED], MERGE, TicketClosedError),
        ([REGISTERED], with_changes(MERGE, into=T), MergedIntoItselfError),
        (
            [REGISTERED],
            with_changes(MERGE, target=msgspec.structs.replace(CASE, customer_ref=UUID(int=6))),
            OtherCustomerError,
        ),
        (
            [REGISTERED],
            with_changes(MERGE, target=msgspec.structs.replace(CASE, client="shop")),
            OtherCustomerError,
        ),
    ],
)
def test_what_cannot_be_merged(
    given: list[TicketEvent], command: TicketCommand, broken: type[BrokenRuleError]
) -> None:
    ticket.given(*given).when(command).then_raises(broken)


def test_a_merged_ticket_shows_that_whatever_comes_later() -> None:
    view = project_summary(project_summary(None, REGISTERED, 1), MERGED, 2)
    late = project_progress(view, NOTIFIED)
    assert late is not None
    assert (late.status, late.merged_into, late.version) == ("merged", OTHER, 2)
