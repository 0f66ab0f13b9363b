"""What a ticket counts for."""

from collections.abc import Iterator

from services.reporting.figures.counting import (
    Measure,
    Rules,
    count,
    hours,
    mean,
    same_week,
    share,
)
from services.reporting.figures.counting_clocks import Matter, clock_measures, is_overdue
from services.reporting.figures.facts import Facts, TicketFacts

WEAK, SATISFIED = 2, 4
"""T-09: scores up to the one are weak, from the other on the customer is satisfied."""
SIGNATURES = 3
SOLVED = ("solved", "answered")


def newest_round(facts: Facts, ticket: TicketFacts) -> int:
    rounds = [order.round for order in facts.main_orders]
    return max(ticket.round, *rounds, *ticket.answered, 1)


def ticket_measures(facts: Facts, ticket: TicketFacts, rules: Rules) -> Iterator[Measure]:
    """One that was merged goes on under the other ticket, and counts there."""
    if ticket.merged:
        yield count("merged")
        return
    yield count("tickets")
    if ticket.case.kind == "complaint":
        yield count("complaints")
        if ticket.against_person:
            yield count("complaints_about_staff")
    clocks = facts.sla.clocks.values()
    yield from clock_measures(clocks, Matter.of(ticket.case, rules))
    if ticket.branch:
        in_week = same_week(rules.day(ticket.received_at), rules.day(ticket.entered_at))
        yield share("entered_in_week", in_week)
    if ticket.withdrawn:
        yield count("withdrawn")
        return
    if any(map(is_overdue, clocks)):
        yield count("overdue")
    yield from _results(facts, ticket)
    yield from _forms(facts, ticket, rules)
    yield from _call_backs(facts)


def _results(facts: Facts, ticket: TicketFacts) -> Iterator[Measure]:
    orders = [one for one in facts.main_orders if not one.cancelled]
    newest = newest_round(facts, ticket)
    last = next((one for one in orders if one.round == newest), None)
    is_done = newest in ticket.answered or (last is not None and last.completed_at is not None)
    is_resolved = ticket.closed_as in SOLVED or (
        ticket.closed_as == "unreachable" and last is not None and last.solved is True
    )
    yield share("completion_rate", is_done)
    yield share("resolution_rate", is_resolved)
    if newest > 1:
        yield count("rectifications", newest - 1)
    if ticket.closed_as is not None:
        yield share("first_time_solved", is_resolved and newest == 1)
    found = [one.finding for one in orders if one.finding is not None]
    if found:
        yield share("substantiated", found[-1] == "substantiated")
    told = [*ticket.answered.values(), *(one.told_at for one in orders if one.told_at)]
    yield from mean("answer_hours", [hours(min(told) - ticket.received_at)] if told else [])


def _forms(facts: Facts, ticket: TicketFacts, rules: Rules) -> Iterator[Measure]:
    """H-28: of each round that a department completed."""
    for order in facts.main_orders:
        if order.cancelled or order.completed_at is None:
            continue
        call_back = facts.revisit.revisits.get(order.round)
        is_revisited = ticket.case.kind in rules.exempt or (
            call_back is not None and (call_back.is_concluded or call_back.is_cancelled)
        )
        is_signed = len(order.signed_as) == SIGNATURES
        yield share("forms_complete", bool(order.finding) and is_signed and is_revisited)


def _call_backs(facts: Facts) -> Iterator[Measure]:
    for call_back in facts.revisit.revisits.values():
        if call_back.is_cancelled:
            continue
        yield share("revisit_rate", call_back.is_concluded and call_back.solved is not None)
        if call_back.score is not None:
            yield from mean("satisfaction", [call_back.score])
            yield share("satisfied_rate", call_back.score >= SATISFIED)
            if call_back.score <= WEAK:
                yield count("weak_scores")
