"""Figures by plain loops over what happened: no events, no rows, nothing of the product's.

Each is a pair: what stands above the line, and what below.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from tests.unit.reporting.histories import ClockStory, ContactStory, TaskStory, TicketStory, World

Pair = tuple[float, int]
T = TypeVar("T")
SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOCK_FIGURES = {
    "answer_in_time": "answer",
    "complaints_solved_in_time": "solve",
    "dispatch_in_time": "dispatch",
    "accept_in_time": "accept",
    "contact_in_time": "contact",
    "handling_notice_in_time": "handling-notice",
    "overdue_notice_in_time": "overdue-notice",
    "report_back_in_time": "report-back",
    "follow_up_in_time": "follow-up",
    "written_answer_in_time": "written-answer",
    "answer_review_in_time": "answer-review",
    "revisit_in_time": "revisit",
    "takeover_in_time": "takeover",
    "appeal_in_time": "appeal",
    "help_in_time": "help",
    "promises_kept": "promise",
}


def day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def week(at: datetime) -> tuple[int, int]:
    year, number, _ = day(at).isocalendar()
    return year, number


def november(at: datetime) -> bool:
    return (day(at).year, day(at).month) == (2026, 11)


def share(among: list[T], is_in: Callable[[T], bool]) -> Pair:
    return float(sum(1 for one in among if is_in(one))), len(among)


def count(number: int) -> Pair:
    return float(number), number


def mean(values: list[float]) -> Pair:
    return sum(values), len(values)


def computed(told: World) -> dict[str, Pair]:
    """Every figure of November 2026."""
    all_of_it = [one for one in told.tickets if november(one.received_at)]
    here = [one for one in all_of_it if one.end != "merged"]
    contacts = [one for one in told.contacts if november(one.at)]
    tasks = [one for one in told.tasks if november(one.created_at if one.is_exempt else one.due_at)]
    return {
        "merged": count(len(all_of_it) - len(here)),
        **_tickets(here),
        **_results([one for one in here if one.end != "withdrawn"]),
        **_clocks(here),
        **_broadband(here),
        **_contacts(contacts),
        **_tasks(tasks),
        **_branches(told, all_of_it, contacts),
        "customer_stability": (float(told.end_count), told.start_count),
    }


def _tickets(here: list[TicketStory]) -> dict[str, Pair]:
    complaints = [one for one in here if one.case.kind == "complaint"]
    levels = [level for one in here for clock in one.clocks for level in clock.levels]
    return {
        "tickets": count(len(here)),
        "complaints": count(len(complaints)),
        "complaints_about_staff": count(sum(1 for one in complaints if one.staff)),
        "withdrawn": count(sum(1 for one in here if one.end == "withdrawn")),
        "escalations": count(len(levels)),
        "published_overdue": count(levels.count(4)),
    }


def _results(here: list[TicketStory]) -> dict[str, Pair]:
    rounds = [one for ticket in here for one in ticket.rounds]
    found = [finding for one in here if (finding := last_finding(one))]
    told = [min(times) for one in here if (times := [r.told for r in one.rounds if r.told])]
    forms = [(t, r) for t in here for r in t.rounds if r.completed and not r.answered_at_once]
    revisits = [one for one in rounds if one.revisit not in {None, "cancelled"}]
    scores = [one.score for one in rounds if one.score is not None]
    return {
        "overdue": count(sum(any(c.outcome == "missed" for c in one.clocks) for one in here)),
        "completion_rate": share(here, lambda one: one.end != "open"),
        "resolution_rate": share(here, is_resolved),
        "first_time_solved": share(
            [one for one in here if one.end != "open"],
            lambda one: is_resolved(one) and len(one.rounds) == 1,
        ),
        "rectifications": count(sum(len(one.rounds) - 1 for one in here)),
        "substantiated": share(found, lambda one: one == "substantiated"),
        "answer_hours": mean(told),
        "forms_complete": share(
            forms,
            lambda form: (
                form[1].signed == 3
                and form[1].finding is not None
                and form[1].revisit not in {None, "due"}
            ),
        ),
        "revisit_rate": share(revisits, lambda one: one.revisit in {"solved", "unsolved"}),
        "satisfaction": mean([float(one) for one in scores]),
        "satisfied_rate": share(scores, lambda one: one > 3),
        "weak_scores": count(sum(1 for one in scores if one < 3)),
    }


def last_finding(story: TicketStory) -> str | None:
    found = [one.finding for one in story.rounds if one.finding and not one.answered_at_once]
    return found[-1] if found else None


def is_resolved(story: TicketStory) -> bool:
    last = story.rounds[-1]
    if story.end == "unreachable":
        return last.solved and not last.answered_at_once
    return story.end in {"solved", "answered"}


def ended(clocks: Iterator[ClockStory] | list[ClockStory]) -> list[ClockStory]:
    return [one for one in clocks if one.outcome in {"kept", "late", "missed"}]


def is_kept(clock: ClockStory) -> bool:
    return clock.outcome == "kept"


def _clocks(here: list[TicketStory]) -> dict[str, Pair]:
    found = {}
    for figure, name in CLOCK_FIGURES.items():
        clocks = ended([c for one in here for c in one.clocks if c.name == name])
        found[figure] = share(clocks, is_kept)
    answers = [c for one in here for c in one.clocks if c.name == "answer"]
    aimed = [one for one in ended(answers) if one.target is not None]
    found["answer_on_target"] = share(aimed, lambda one: is_kept(one) and one.took <= 5)
    mobile = [
        one
        for one in here
        if one.case.pack == "telecom-carrier"
        and one.case.kind == "complaint"
        and one.case.category in {"mobile-network", "mobile-network-coverage"}
    ]
    of_mobile = [c for one in mobile for c in one.clocks if c.name == "answer"]
    found["mobile_network_in_time"] = share(ended(of_mobile), is_kept)
    return found


def _broadband(here: list[TicketStory]) -> dict[str, Pair]:
    found = {}
    for category, name in (
        ("broadband-install", "installation"),
        ("broadband-repair-town", "town_repair"),
        ("broadband-repair-country", "country_repair"),
    ):
        mine = [one for one in here if (one.case.category or "").startswith(category)]
        clocks = ended([c for t in mine for c in t.clocks if c.name == "install-or-repair"])
        aimed = [one for one in clocks if one.target is not None]
        took = {"kept": 0.0, "late": 10.0}
        done = [one.took + took[one.outcome] for one in clocks if one.outcome in took]
        found[f"{name}_in_time"] = share(clocks, is_kept)
        found[f"{name}_hours"] = mean(done)
        if category != "broadband-install":
            found[f"{name}_on_target"] = share(aimed, lambda one: is_kept(one) and one.took <= 5)
    return found


def _contacts(contacts: list[ContactStory]) -> dict[str, Pair]:
    calls = [one for one in contacts if one.channel == "phone"]
    rung = [one for one in calls if not one.is_abandoned and one.rings is not None]
    asked = [one for one in calls if not one.by_machine]
    valued = [one for one in asked if one.tier == "gold"]
    counter = [one for one in contacts if one.channel == "counter"]
    waits = [7 if one.wait is None else one.wait for one in counter]
    longest = {"standard": 15 * 60, "gold": 10 * 60}
    back = [ClockStory("", one.call_back, 0, None) for one in contacts if one.call_back]
    within = [
        wait <= (5 * 60 if one.tier == "gold" and one.business else longest[one.tier])
        for one, wait in zip(counter, waits, strict=True)
    ]
    served = [one.took for one in counter if one.took is not None]
    return {
        "contacts": count(len(contacts)),
        "calls": count(len(calls)),
        "connection_rate": share(calls, lambda one: not one.is_abandoned),
        "within_three_rings": share(rung, lambda one: one.rings is not None and one.rings <= 3),
        "ended_after_warnings": share(
            [one for one in calls if one.by_seat], lambda one: one.warnings >= 2
        ),
        "within_20_seconds": share(asked, at_once),
        "within_20_seconds_valued": share(valued, at_once),
        "call_back_in_time": share(back, is_kept),
        "counter_wait_minutes": mean([one / 60 for one in waits]),
        "counter_wait_in_time": share(within, bool),
        "counter_minutes": mean(served),
        "counter_in_time": share(served, lambda one: one <= 10),
    }


def at_once(call: ContactStory) -> bool:
    """Those without a wait on record were answered after seven seconds."""
    return not call.is_abandoned and (call.wait is None or call.wait <= 20)


def _tasks(tasks: list[TaskStory]) -> dict[str, Pair]:
    planned = [one for one in tasks if not one.is_exempt]
    done = [one for one in planned if one.outcome == "done"]
    passed = [one.passed_on for one in planned if one.outcome and one.passed_on is not None]
    clocks = [ClockStory("", one.clock, 0, None) for one in planned]
    return {
        "key_moments_exempt": count(len(tasks) - len(planned)),
        "key_moment_reach": share(planned, lambda one: one.outcome == "done"),
        "task_completion": share(planned, lambda one: one.is_tried or one.is_reached),
        "customer_reach": share(planned, lambda one: one.is_reached),
        "task_in_time": share(ended(clocks), is_kept),
        "after_call_satisfaction": mean([float(one.score) for one in done if one.score]),
        "information_in_time": share(passed, lambda hours: hours > 0),
        "data_completeness": (float(sum(one.filled for one in done)), 5 * len(done)),
    }


def _branches(
    told: World, with_merged: list[TicketStory], contacts: list[ContactStory]
) -> dict[str, Pair]:
    here = [one for one in with_merged if one.end != "merged"]
    entered = [(t.received_at, t.entered_at) for t in here if t.branch]
    entered += [(one.at, one.entered_at) for one in contacts if one.branch]
    matters: list[TicketStory | ContactStory] = [*told.tickets, *told.contacts]
    branches = {one.branch for one in with_merged} | {one.branch for one in contacts}
    branches -= {None}
    mondays = [date(2026, 11, 2) + timedelta(weeks=number) for number in range(5)]
    kept = 0
    for branch in branches:
        days = {day(one.entered_at) for one in matters if one.branch == branch}
        for monday in mondays:
            kept += sum(1 for one in days if 0 <= (one - monday).days < 7) >= 2
    return {
        "entered_in_week": share(entered, lambda pair: week(pair[0]) == week(pair[1])),
        "branch_weeks": (float(kept), len(mondays) * len(branches)),
    }
