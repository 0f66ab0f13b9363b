"""What intake decides about two tickets that are about one matter, or were taken to be."""

from dataclasses import replace as with_changes
from datetime import datetime
from uuid import UUID

import msgspec
import pytest

from services.intake.domain.commands import TicketCommand
from services.intake.domain.errors import (
    BeforeMergerError,
    BeforeTicketError,
    MergedIntoItselfError,
    NotMergedError,
    OtherCustomerError,
    OtherPersonError,
    TicketClosedError,
    TicketMergedError,
    TicketNotRegisteredError,
    TicketWithdrawnError,
)
from services.intake.domain.stages import Open
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
    MERGE,
    MERGED,
    OTHER,
    RECLASSIFIED,
    RECLASSIFY,
    REGISTER,
    REOPENED,
    SUPPLEMENT,
    UNMERGE,
    UNMERGED,
    WITHDRAW,
    WITHDRAWN,
)
from tests.unit.support.examples import AT, CASE, HOUR, NOTIFIED, OFFERED, REGISTERED, T

ticket = DeciderSpec(TICKET)


def test_a_ticket_goes_on_as_another_one_of_the_same_customer() -> None:
    ticket.given(REGISTERED).when(MERGE).then(MERGED)


def test_how_the_two_are_classified_does_not_matter() -> None:
    ticket.given(REGISTERED, RECLASSIFIED).when(MERGE).then(MERGED)
    ticket.given(REGISTERED).when(with_changes(MERGE, target=COMPLEX)).then(MERGED)


def test_what_is_about_a_person_goes_on_only_as_one_about_the_same() -> None:
    """C-10: who has the other one may be that very person."""
    about = msgspec.structs.replace(REGISTERED, against_person="wang-qiang")
    ticket.given(about).when(MERGE).then_raises(OtherPersonError)
    other = with_changes(MERGE, target_against="li-na")
    ticket.given(about).when(other).then_raises(OtherPersonError)
    ticket.given(about).when(with_changes(MERGE, target_against="Wang-Qiang")).then(MERGED)
    ticket.given(REGISTERED).when(other).then(MERGED)


def test_nothing_is_merged_before_the_other_one_came_in() -> None:
    late = with_changes(MERGE, target_received_at=AT + HOUR)
    ticket.given(REGISTERED).when(late).then_raises(BeforeTicketError)
    at = AT + HOUR
    merged = msgspec.structs.replace(MERGED, at=at)
    ticket.given(REGISTERED).when(with_changes(late, at=at)).then(merged)


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


def test_a_merger_taken_back_leaves_the_ticket_as_it_was() -> None:
    past: tuple[TicketEvent, ...] = REGISTERED, RECLASSIFIED, MERGED
    unmerged = msgspec.structs.replace(UNMERGED, case=COMPLEX)
    ticket.given(*past).when(UNMERGE).then(unmerged)
    before, after = TICKET.fold(past[:2]), TICKET.fold([*past, UNMERGED])
    assert isinstance(after, Open)
    assert with_changes(after, unmerged_at=None) == before
    ticket.given(*past, UNMERGED).when(WITHDRAW).then(WITHDRAWN)


def test_taking_it_back_again_decides_nothing() -> None:
    ticket.given(REGISTERED, MERGED, UNMERGED).when(UNMERGE).then_nothing()


def test_it_can_be_merged_again_and_never_before_it_was_taken_back() -> None:
    late = with_changes(MERGE, at=AT)
    again = msgspec.structs.replace(MERGED, at=UNMERGED.at)
    ticket.given(REGISTERED, MERGED, UNMERGED).when(late).then(again)


def test_a_merger_is_taken_back_at_its_own_time_at_the_earliest() -> None:
    merged = msgspec.structs.replace(MERGED, at=AT + HOUR)
    almost = with_changes(UNMERGE, at=merged.at - HOUR / 120)
    ticket.given(REGISTERED, merged).when(almost).then(UNMERGED)


def test_a_revisit_concluded_meanwhile_closes_it() -> None:
    """SLA-ENGINE: it goes on as though it had never been merged."""
    command = with_changes(UNMERGE, revisit=CLOSE)
    ticket.given(REGISTERED, MERGED).when(command).then(UNMERGED, CLOSED)


def test_a_revisit_of_a_round_before_it_was_reopened_closes_nothing() -> None:
    past: tuple[TicketEvent, ...] = REGISTERED, CLOSED, REOPENED, MERGED
    ticket.given(*past).when(with_changes(UNMERGE, revisit=CLOSE)).then(UNMERGED)


@pytest.mark.parametrize(
    ("given", "at", "broken"),
    [
        ([], AT, TicketNotRegisteredError),
        ([REGISTERED], AT, NotMergedError),
        ([REGISTERED, MERGED, UNMERGED], AT + 3 * HOUR, NotMergedError),
        ([REGISTERED, WITHDRAWN], AT, TicketWithdrawnError),
        ([REGISTERED, CLOSED], AT, TicketClosedError),
        ([REGISTERED, MERGED], AT - HOUR, BeforeMergerError),
    ],
)
def test_what_cannot_be_taken_back(
    given: list[TicketEvent], at: datetime, broken: type[BrokenRuleError]
) -> None:
    ticket.given(*given).when(with_changes(UNMERGE, at=at)).then_raises(broken)


def test_a_merger_taken_back_shows_the_status_over_all_services_again() -> None:
    view: TicketSummary | None = None
    told: list[TicketEvent] = [REGISTERED, MERGED, UNMERGED]
    for version, event in enumerate(told, 1):
        view = project_progress(project_summary(view, event, version), OFFERED)
    assert view is not None
    assert (view.status, view.merged_into, view.version) == ("dispatched", None, 3)
