"""What a subject's clocks count for: promises kept, and who had to be called on."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from services.reporting.figures.counting import (
    MOBILE_NETWORK,
    Measure,
    Rules,
    count,
    hours,
    mean,
    share,
)
from services.reporting.figures.facts import ClockFacts
from shared.contracts.terms import Case
from shared.packs.rules import holds

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


class Matter(Struct, frozen=True):
    """What of a ticket's matter has figures of its own; by its category, or one above it."""

    field_work: str | None = None
    is_mobile_network: bool = False
    """A complaint, where the ticket's pack has a limit of its own for those (U-02)."""

    @classmethod
    def of(cls, case: Case, rules: Rules) -> "Matter":
        category = case.category or ""
        works = (work for name, work in FIELD_WORK.items() if holds(name, category))
        is_judged = rules.has_mobile_network and case.kind == "complaint"
        return cls(next(works, None), is_judged and holds(MOBILE_NETWORK, category))


NO_MATTER = Matter()


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


def clock_measures(clocks: Iterable[ClockFacts], matter: Matter = NO_MATTER) -> Iterator[Measure]:
    """Of all clocks of a subject; `matter` is its ticket's."""
    for clock in clocks:
        kept = is_kept(clock)
        if kept is not None:
            yield from (share(name, kept) for name in _figures_of(clock.clock, matter))
            if clock.target_at is not None:
                on_target = kept and clock.met_at is not None and clock.met_at <= clock.target_at
                yield from (share(name, on_target) for name in _targets_of(clock.clock, matter))
        yield from _times(clock, matter)
        raised = [step for step in clock.raised if step in LEVELS]
        if raised:
            yield count("escalations", len(raised))
        if "level-4" in raised:
            yield count("published_overdue")


def _figures_of(clock: str, matter: Matter) -> Iterator[str]:
    if clock in IN_TIME:
        yield IN_TIME[clock]
    if clock == "answer" and matter.is_mobile_network:
        yield "mobile_network_in_time"
    if work := _field_work(clock, matter):
        yield f"{work}_in_time"


def _targets_of(clock: str, matter: Matter) -> Iterator[str]:
    if clock == "answer":
        yield "answer_on_target"
    if work := _field_work(clock, matter):
        yield f"{work}_on_target"


def _times(clock: ClockFacts, matter: Matter) -> Iterator[Measure]:
    work = _field_work(clock.clock, matter)
    if work is not None and clock.met_at is not None:
        yield from mean(f"{work}_hours", [hours(clock.met_at - clock.started_at)])


def _field_work(clock: str, matter: Matter) -> str | None:
    return matter.field_work if clock == "install-or-repair" else None
