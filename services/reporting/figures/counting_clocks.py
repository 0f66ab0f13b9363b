"""What a subject's clocks count for: promises kept, and who had to be called on."""

from collections.abc import Iterable, Iterator, Mapping

from services.reporting.figures.counting import Measure, count, hours, mean, share
from services.reporting.figures.facts import ClockFacts

IN_TIME: Mapping[str, str] = {
    "answer": "answer_in_time",
    "solve": "complaints_solved_in_time",
    "dispatch": "dispatch_in_time",
    "accept": "accept_in_time",
    "contact": "contact_in_time",
    "handling-notice": "handling_notice_in_time",
    "overdue-notice": "overdue_notice_in_time",
    "report-back": "report_back_in_time",
    "follow-up": "follow_up_in_time",
    "written-answer": "written_answer_in_time",
    "answer-review": "answer_review_in_time",
    "revisit": "revisit_in_time",
    "takeover": "takeover_in_time",
    "appeal": "appeal_in_time",
    "help": "help_in_time",
    "promise": "promises_kept",
    "call-back": "call_back_in_time",
    "outbound-task": "task_in_time",
}
"""The figure of each clock that every regulation may have."""
FIELD_WORK: Mapping[str, str] = {
    "broadband-install": "installation",
    "broadband-repair-town": "town_repair",
    "broadband-repair-country": "country_repair",
}
"""By category, what the clock `install-or-repair` measures."""
LEVELS = ("level-1", "level-2", "level-3", "level-4")


def is_kept(clock: ClockFacts) -> bool | None:
    """Whether the promise was kept; None as long as that is open, and where nobody waits for it."""
    if clock.is_void:
        return None
    if clock.met_at is not None:
        return not clock.late
    return False if clock.missed else None


def is_overdue(clock: ClockFacts) -> bool:
    """Whether its limit passed and somebody still waits."""
    return clock.missed and not clock.is_over


def clock_measures(clocks: Iterable[ClockFacts], category: str | None) -> Iterator[Measure]:
    """Of all clocks of a subject; `category` is its ticket's."""
    for clock in clocks:
        kept = is_kept(clock)
        if kept is not None:
            yield from (share(name, kept) for name in _figures_of(clock.clock, category))
            if clock.target_at is not None:
                on_target = kept and clock.met_at is not None and clock.met_at <= clock.target_at
                yield from (share(name, on_target) for name in _targets_of(clock.clock, category))
        yield from _times(clock, category)
        raised = [step for step in clock.raised if step in LEVELS]
        if raised:
            yield count("escalations", len(raised))
        if "level-4" in raised:
            yield count("published_overdue")


def _figures_of(clock: str, category: str | None) -> Iterator[str]:
    if clock in IN_TIME:
        yield IN_TIME[clock]
    if clock == "answer" and category == "mobile-network":
        yield "mobile_network_in_time"
    if work := _field_work(clock, category):
        yield f"{work}_in_time"


def _targets_of(clock: str, category: str | None) -> Iterator[str]:
    if clock == "answer":
        yield "answer_on_target"
    if work := _field_work(clock, category):
        yield f"{work}_on_target"


def _times(clock: ClockFacts, category: str | None) -> Iterator[Measure]:
    work = _field_work(clock.clock, category)
    if work is not None and clock.met_at is not None:
        yield from mean(f"{work}_hours", [hours(clock.met_at - clock.started_at)])


def _field_work(clock: str, category: str | None) -> str | None:
    return FIELD_WORK.get(category or "") if clock == "install-or-repair" else None
