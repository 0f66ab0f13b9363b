"""The figures of the regulations as the table of the engine's specification has them."""

from dataclasses import dataclass

from shared.contracts.terms import Case

MINUTE, HOUR = 60, 3600
MATTERS = {"complaint", "fault_report", "suggestion", "service_request"}
"""The kinds that the full ladder belongs to."""


@dataclass(frozen=True)
class Promise:
    """Seconds on the wall clock, or of working time, or workdays."""

    limit: int
    target: int | None = None
    workdays: bool = False
    working: bool = False
    ladder: str = "full"
    """`full`, or `short`: a warning and the limit; or `none`."""


def answer(case: Case) -> Promise | None:
    """By when the customer has to have the result; None: no limit."""
    ladder = "full" if case.kind in MATTERS else "none"
    match case.pack:
        case "hotline-400":
            return _hotline(case)
        case "cable-field-service":
            return Promise(24 * HOUR, ladder=ladder)
        case "travel-platform" if case.severity in {"simple", "general"}:
            return Promise(HOUR, 30 * MINUTE, ladder=ladder)
        case "travel-platform":
            return Promise(24 * HOUR, ladder=ladder)
        case "telecom-carrier" | "mobile-key-account" if case.kind == "complaint":
            return Promise(2 if _is_mobile(case) else 5, workdays=True)
        case _:
            return None


def _is_mobile(case: Case) -> bool:
    category = case.category or ""
    return category == "mobile-network" or category.startswith("mobile-network-")


def _hotline(case: Case) -> Promise | None:
    if case.kind == "praise":
        return None
    if case.kind == "consultation":
        return Promise(10 * MINUTE, ladder="none")
    if case.kind == "query":
        return Promise(MINUTE, ladder="none")
    if case.severity == "simple":
        return Promise(30 * MINUTE)
    if case.severity == "general":
        return Promise(3, 1, workdays=True)
    return Promise(7, 5, workdays=True)


def _of(case: Case, pack: str, limit: int, ladder: str = "short") -> Promise | None:
    return Promise(limit, ladder=ladder) if case.pack == pack else None


def dispatch(case: Case) -> Promise | None:
    return _of(case, "hotline-400", 5 * MINUTE)


def handling_notice(case: Case) -> Promise | None:
    return _of(case, "hotline-400", 2 * HOUR) if case.kind == "complaint" else None


def report_back(case: Case) -> Promise | None:
    return _of(case, "hotline-400", 30 * MINUTE, "none")


def follow_up(case: Case) -> Promise | None:
    return _of(case, "hotline-400", 7 * 24 * HOUR)


def written_answer(case: Case) -> Promise | None:
    in_writing = case.channel in {"web", "social"}
    return _of(case, "hotline-400", 24 * HOUR, "full") if in_writing else None


def answer_review(case: Case) -> Promise | None:
    return _of(case, "hotline-400", HOUR, "none")


def revisit_schedule(case: Case) -> Promise | None:
    return Promise(1, workdays=True, ladder="short") if case.pack == "hotline-400" else None


def revisit(case: Case) -> Promise | None:
    return Promise(3, workdays=True, ladder="short") if case.pack == "hotline-400" else None


def accept(case: Case) -> Promise | None:
    return _of(case, "cable-field-service", 15 * MINUTE)


def contact(case: Case) -> Promise | None:
    return _of(case, "cable-field-service", 30 * MINUTE)


def _is_carrier(case: Case) -> bool:
    return case.pack in {"telecom-carrier", "mobile-key-account"}


def solve(case: Case) -> Promise | None:
    """About anything but network coverage."""
    is_meant = case.kind == "complaint" and case.category != "mobile-network-coverage"
    return Promise(5, workdays=True) if _is_carrier(case) and is_meant else None


def install_or_repair(case: Case) -> Promise | None:
    if not _is_carrier(case):
        return None
    match case.category:
        case "broadband-install":
            return Promise(72 * HOUR)
        case "broadband-repair-town":
            return Promise(36 * HOUR, 24 * HOUR)
        case "broadband-repair-country":
            return Promise(48 * HOUR, 36 * HOUR)
        case _:
            return None


def overdue_notice(case: Case) -> Promise:
    """So long after the breach, in every pack and whatever the matter is."""
    del case
    return Promise(2 * HOUR, working=True, ladder="short")


def promised(case: Case) -> Promise | None:
    """By when the fact itself says."""
    return _of(case, "travel-platform", 0, "full")


def help_given(case: Case) -> Promise | None:
    """Half of the time that is left of the answer."""
    return _of(case, "travel-platform", 0)


def takeover(case: Case) -> Promise | None:
    is_meant = _is_carrier(case) and case.kind == "complaint"
    return Promise(2 * HOUR, ladder="short") if is_meant else None


def appeal(case: Case) -> Promise | None:
    return Promise(5, workdays=True) if _is_carrier(case) else None


def call_back(case: Case) -> Promise | None:
    is_meant = case.pack == "hotline-400"
    return Promise(30 * MINUTE, working=True, ladder="short") if is_meant else None


def outbound_task(case: Case) -> Promise | None:
    """By when the task itself says."""
    return _of(case, "mobile-key-account", 0)
