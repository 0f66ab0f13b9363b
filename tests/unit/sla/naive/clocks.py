"""A ticket's clocks as a clerk would work them out who has the whole file before them.

Written from the specification alone: no index, nothing kept between two looks, and no code of the
engine's. What has happened is a list of the events themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shared.contracts import dispatch
from shared.contracts.intake import TicketReclassified
from shared.contracts.terms import Case, Event
from tests.unit.sla.naive import minutes
from tests.unit.sla.naive.course import Change, Course, changes_of
from tests.unit.sla.naive.endings import History, Key, Start, end_of, held
from tests.unit.sla.naive.table import ROWS, Row
from tests.unit.sla.naive.told import LEVELS, Second, Told

ORDER_WAIT = 5
"""Seconds that the rungs of a ticket entered late wait for the work order."""


@dataclass
class Clock:
    """One clock at one moment; a rung is `waiting`, `due`, `past` (too late to raise) or `void`."""

    key: Key
    started_at: Second
    target_at: Second | None
    due_at: Second
    state: str
    ended_at: Second | None
    cancelled: frozenset[str]
    """Why nobody waits any more; several where all came at that moment."""
    missed: bool
    target_missed: bool
    rests: bool = False
    """Work does: no time is promised until it goes on."""
    rungs: dict[str, tuple[Second, str]] = field(default_factory=dict)


def clocks(history: History, now: Second, office: minutes.Hours = minutes.CHINA) -> list[Clock]:
    """All of the ticket's; none as long as nobody heard of its registration."""
    history = sorted(history, key=lambda told: (told.at, told.event_id))
    case = next((told.case for told in history if told.case), None)
    if case is None:
        return []
    others = [told.event.case for told in history if isinstance(told.event, TicketReclassified)]
    answers: list[tuple[Start, Course, Clock]] = []
    found = []
    for row in ROWS:
        if not any(row.promise(one) for one in (case, *others)):
            continue
        for start in _starts(history, row, case, answers):
            course, clock = _run(history, start, now, office)
            if clock is None:
                continue
            found.append(clock)
            if row.name == "answer":
                answers.append((start, course, clock))
    return found


def _starts(
    history: History, row: Row, case: Case, answers: Sequence[tuple[Start, Course, Clock]]
) -> Iterator[Start]:
    """The first that starts a clock in its round, or of its work order; or each."""
    of_round = {start.told.round: course for start, course, _ in answers}
    begun = set()
    for told in history:
        once = told.event_id if row.each(told) else (told.round, row.of_order and told.order)
        repeats = row.of_round or row.any_round or told.round == 1
        if not row.starts(told) or once in begun or not repeats:
            continue
        begun.add(once)
        at = told.known_at if row.from_recording else told.at
        start = Start(row, told, at, case, answer=of_round.get(told.round))
        if (row.until != "half" or start.answer) and _may_rise(history, start):
            yield start
    for answer, course, clock in answers if row.on_miss else ():
        if clock.missed and (row.of_round or answer.told.round == 1):
            start = Start(row, answer.told, clock.due_at, case, is_calculated=True, answer=course)
            if _may_rise(history, start):
                yield start


def _may_rise(history: History, start: Start) -> bool:
    """Above the nation there is nobody."""
    return not start.row.lifts or held(history, start) < len(LEVELS) - 1


def _run(
    history: History, start: Start, now: Second, office: minutes.Hours
) -> tuple[Course, Clock | None]:
    ended, cancelled = end_of(history, start)
    course, changes = _course(history, start, office, ended, now)
    if course.gone_at is not None:
        ended, cancelled = course.gone_at, frozenset({"reclassified"})
        course, changes = _course(history, start, office, ended, now)
    if course.due is None:
        return course, None
    open_at = [change.at for change in changes if change.is_open]
    rest = min(open_at) if open_at and ended is None else None
    return course, _clock(history, start, now, course, _Standing(ended, cancelled, rest))


def _course(
    history: History, start: Start, office: minutes.Hours, ended: Second | None, now: Second
) -> tuple[Course, list[Change]]:
    """What became of the limit before the clock ended, or until now."""
    row, until = start.row, now if ended is None else ended
    course = Course(row, start.at, start.case, office)
    changes = changes_of(history, row, start.told.round, start.case.pack, until)
    if row.until == "half" and start.answer is not None:
        first, *later = _halves(start, start.answer)
        course.until = first.half
        changes = [*changes, *later]
    elif row.until == "said":
        course.until = start.told.until
    course.follow([change for change in changes if ended is None or change.at < ended])
    return course, changes


def _halves(start: Start, answer: Course) -> list[Change]:
    """Of the answer's limit as it stood then, and of each one that came after."""
    begun = start.at
    before = [due for since, due in answer.limits if since <= begun] or [answer.limits[0][1]]
    limits = [(begun, before[-1]), *(one for one in answer.limits if one[0] > begun)]
    known_at = start.told.recorded_at
    return [
        Change(since, known_at, half=begun + -(-max(0, due - begun) // 2)) for since, due in limits
    ]


@dataclass(frozen=True)
class _Standing:
    ended: Second | None
    cancelled: frozenset[str]
    rest: Second | None
    """Since when work rests."""


def _clock(
    history: History, start: Start, now: Second, course: Course, standing: _Standing
) -> Clock:
    ended, rest = standing.ended, standing.rest
    until = ended if ended is not None else now if rest is None else max(rest, start.at)
    assert course.due is not None
    late = until > course.due
    kept = "met_late" if late else "met"
    running = "missed" if late else "running" if rest is None else "paused"
    return Clock(
        key=start.key,
        started_at=start.at,
        target_at=course.target,
        due_at=course.due,
        state="cancelled" if standing.cancelled else running if ended is None else kept,
        ended_at=ended,
        cancelled=standing.cancelled,
        missed=late,
        target_missed=course.target is not None and until > course.target,
        rests=rest is not None,
        rungs={
            step: (at, _verdict(history, start, step, at, standing, now))
            for step, at in course.rungs.items()
        },
    )


def _verdict(
    history: History, start: Start, step: str, at: Second, standing: _Standing, now: Second
) -> str:
    ended = standing.ended
    offered = _of_its_order(history, start, dispatch.WorkOrderOffered)
    accepted = _of_its_order(history, start, dispatch.WorkOrderAccepted)
    if ended is not None and ended <= at:
        return "void"
    if step == "reminder" and any(told.at <= at for told in accepted):
        return "void"
    if ended is not None:
        return "past"
    if standing.rest is not None and at > standing.rest:
        return "waiting"
    if not offered:
        if step == "reminder":
            return "waiting"
        at = max(at, start.told.known_at + ORDER_WAIT)
    return "waiting" if now < at else "due"


def _of_its_order(history: History, start: Start, kind: type[Event]) -> list[Told]:
    """Of the work order that the ticket has in that round; of help and of an appeal, its own."""
    found = [told for told in history if isinstance(told.event, kind)]
    begun = start.told
    if start.row.name == "help":
        return [told for told in found if told.order == begun.order]
    if start.row.name == "appeal":
        orders = {
            told.order
            for told in history
            if isinstance(told.event, dispatch.WorkOrderOffered)
            and told.event.appeal_id == begun.order
        }
        return [told for told in found if told.order in orders]
    return [told for told in found if told.of_the_ticket and told.round == begun.round]
