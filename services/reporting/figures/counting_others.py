"""What contacts, outbound tasks and served groups count for."""

from collections.abc import Iterator

from services.reporting.figures.counting import (
    Measure,
    Rules,
    count,
    mean,
    minutes,
    same_week,
    share,
)
from services.reporting.figures.counting_clocks import clock_measures
from services.reporting.figures.facts import ContactFacts, Facts, GroupFacts, TaskFacts

RINGS, SECONDS, WARNINGS = 3, 20, 2
COUNTER_MINUTES = 10
"""U-08: one transaction."""
REQUIRED_FIELDS = ("name", "phone", "address", "birthday", "occupation")
"""M-05: what a valued customer's data consist of (chosen)."""


def contact_measures(facts: Facts, contact: ContactFacts, rules: Rules) -> Iterator[Measure]:
    yield count("contacts")
    yield from clock_measures(facts.sla.clocks.values())
    if contact.branch:
        in_week = same_week(rules.day(contact.at), rules.day(contact.entered_at))
        yield share("entered_in_week", in_week)
    if contact.channel == "phone":
        yield from _call(contact)
    if contact.channel == "counter":
        yield from _counter(contact)


def _call(contact: ContactFacts) -> Iterator[Measure]:
    yield count("calls")
    if contact.ended_by == "seat":
        yield share("ended_after_warnings", contact.warnings >= WARNINGS)
    is_connected = contact.abandoned_at is None
    yield share("connection_rate", is_connected)
    if is_connected and contact.rings is not None:
        yield share("within_three_rings", contact.rings <= RINGS)
    if contact.answered_by == "machine":
        return
    waited = _waited(contact)
    if is_connected and waited is None:
        return
    in_time = is_connected and waited is not None and waited <= SECONDS
    yield share("within_20_seconds", in_time)
    if contact.tier != "standard":
        yield share("within_20_seconds_valued", in_time)


def _waited(contact: ContactFacts) -> float | None:
    """Seconds until somebody answered."""
    if contact.wait_seconds is not None:
        return contact.wait_seconds
    if contact.offered_at is None or contact.answered_at is None:
        return None
    return (contact.answered_at - contact.offered_at).total_seconds()


def _counter(contact: ContactFacts) -> Iterator[Measure]:
    waited = _waited(contact)
    if waited is not None:
        yield from mean("counter_wait_minutes", [waited / 60])
        yield share("counter_wait_in_time", waited <= 60 * _longest_wait(contact))
    if contact.answered_at is not None and contact.ended_at is not None:
        took = minutes(contact.ended_at - contact.answered_at)
        yield from mean("counter_minutes", [took])
        yield share("counter_in_time", took <= COUNTER_MINUTES)


def _longest_wait(contact: ContactFacts) -> int:
    """U-08, in minutes."""
    if contact.tier == "standard":
        return 15
    return 5 if "3g" in (contact.business or "").casefold() else 10


def task_measures(facts: Facts, task: TaskFacts) -> Iterator[Measure]:
    if task.is_suppressed:
        yield count("key_moments_exempt")
        return
    is_over = task.outcome is not None
    yield share("key_moment_reach", task.outcome == "done")
    yield share("task_completion", is_over and (task.is_tried or task.is_reached))
    yield share("customer_reach", task.is_reached)
    yield from clock_measures(facts.sla.clocks.values())
    if task.score is not None:
        yield from mean("after_call_satisfaction", [task.score])
    if task.passed_to is not None and is_over:
        passed_at = task.information_passed_at
        in_time = passed_at is not None and task.due_at is not None and passed_at <= task.due_at
        yield share("information_in_time", in_time)
    if task.outcome == "done":
        filled = len(set(REQUIRED_FIELDS) & set(task.filled_fields))
        yield "data_completeness", float(filled), len(REQUIRED_FIELDS)


def group_measures(group: GroupFacts) -> Iterator[Measure]:
    if group.start_count and group.end_count is not None:
        yield "customer_stability", float(group.end_count), group.start_count
