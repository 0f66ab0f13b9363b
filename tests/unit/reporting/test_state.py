"""A ticket as it was known at a time, over a captured run of the whole product."""

from datetime import datetime
from typing import Any

import msgspec
import pytest

from services.reporting.history import causal_order
from services.reporting.state import TicketState, differences, empty_fold, fold, state_of
from services.reporting.state.clocks import fold_clock
from shared.contracts import sla
from tests.unit.reporting.captured import captured
from tests.unit.support.examples import CLOCK_STARTED, DEADLINE_MOVED, DUE_AT, T

ROWS, SEEN = captured()
Facts = list[Any]


def known(ticket_id: str) -> TicketState:
    return state_of(fold(empty_fold(), causal_order(ROWS[ticket_id])))


def text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def of_ticket(state: TicketState) -> Facts:
    ticket = state.ticket
    assert ticket is not None
    into = str(ticket.merged_into) if ticket.merged_into else None
    return [ticket.status, ticket.rounds, ticket.closed_as, into]


def of_orders(state: TicketState) -> list[Facts]:
    orders = sorted(state.work_orders, key=lambda one: str(one.work_order_id))
    return [[one.round, one.role, one.state, one.department, one.handler] for one in orders]


def of_revisits(state: TicketState) -> list[Facts]:
    revisits = sorted(state.revisits, key=lambda one: one.round)
    return [[one.round, one.state, one.attempts] for one in revisits]


def of_clocks(state: TicketState) -> list[Facts]:
    clocks = [
        [
            one.clock,
            one.round,
            one.state,
            text(one.target_at),
            text(one.due_at),
            text(one.stopped_at),
        ]
        for one in state.clocks
        if one.cancelled_because != "restated"  # sla shows no clock that never was
    ]
    return in_short(clocks)


def in_short(clocks: list[Facts]) -> list[Facts]:
    """A clock that rested when it was cancelled promised no time any more, as sla said it."""
    told = [[*one[:3], None, None, *one[5:]] if one[2] == "cancelled" else one for one in clocks]
    return sorted(told, key=str)


def test_there_is_a_run_to_compare_with() -> None:
    assert len(SEEN) > 40
    assert {facts["ticket"][0] for facts in SEEN.values()} >= {"closed", "withdrawn", "merged"}


@pytest.mark.parametrize("ticket_id", SEEN)
def test_what_is_known_in_the_end_is_what_all_services_show(ticket_id: str) -> None:
    state, seen = known(ticket_id), SEEN[ticket_id]
    status, _, rounds, _, closed_as, merged_into = seen["ticket"]
    assert of_ticket(state) == [status, rounds, closed_as, merged_into]
    assert of_orders(state) == [one[:3] + one[4:] for one in seen["work_orders"]]
    assert of_revisits(state) == [[one[0], one[1], one[3]] for one in seen["revisits"]]
    assert of_clocks(state) == in_short(seen["clocks"])


def test_every_step_back_and_forth_names_the_event_that_made_it() -> None:
    rows = causal_order(ROWS[max(ROWS, key=lambda one: len(ROWS[one]))])
    for cut in range(0, len(rows), 5):
        changes = differences(rows[:cut], rows)
        assert {one.event_id for one in changes} <= {row.event_id for row in rows[cut:]}
        assert all(one.before != one.after for one in changes)
        assert len({one.path for one in changes}) == len(changes)
    assert differences(rows, rows) == []


def test_a_change_names_its_field_its_values_and_the_last_event_that_changed_it() -> None:
    ticket_id = next(one for one, facts in SEEN.items() if facts["ticket"][0] == "closed")
    rows = causal_order(ROWS[ticket_id])
    first = next(number for number, row in enumerate(rows) if row.type.startswith("ticket-reg"))
    changes = differences(rows[: first + 1], rows)
    [status] = [one for one in changes if one.path == "/ticket/status"]
    assert (status.before, status.after) == ("registered", "closed")
    assert next(row.type for row in rows if row.event_id == status.event_id) == "ticket-closed.v1"


def test_a_limit_that_moves_and_has_passed_too_is_still_missed() -> None:
    clock = fold_clock(None, CLOCK_STARTED)
    named: dict[str, Any] = {"ticket_id": T, "clock": "answer", "round": 1, "occurrence": "x"}
    clock = fold_clock(clock, sla.ClockMissed(**named, at=DUE_AT))
    still = fold_clock(clock, msgspec.structs.replace(DEADLINE_MOVED, missed=True))
    put_off = fold_clock(still, DEADLINE_MOVED)
    assert still is not None
    assert put_off is not None
    assert (still.state, still.missed_at, still.due_at) == ("missed", *[DEADLINE_MOVED.due_at] * 2)
    assert (put_off.state, put_off.missed_at) == ("running", None)


def test_what_this_release_does_not_know_is_counted_and_changes_nothing() -> None:
    rows = causal_order(next(iter(ROWS.values())))
    sung = msgspec.structs.replace(rows[0], type="ticket-sung.v1")
    newer = msgspec.structs.replace(rows[0], type="ticket-registered.v9")
    folded = fold(empty_fold(), [sung, newer, *rows])
    assert folded.unread == 2
    assert state_of(folded) == state_of(fold(empty_fold(), rows))
