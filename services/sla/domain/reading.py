"""Reads a ticket's facts by its regulation: which clocks run, and how each of them stands."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from services.sla.domain.clocks import Clock, state_of
from services.sla.domain.course import Course
from services.sla.domain.facts import Case, Fact, Facts, Responsible
from services.sla.domain.halves import halves
from services.sla.domain.known import Known
from services.sla.domain.ladder import Ladder, next_moment
from services.sla.domain.moves import LastMove, Move, last_of, movers_of, moves_of
from services.sla.domain.occurrences import End, Start, end_of, rivals_of, start_of_miss, starts
from services.sla.domain.people import responsible_in
from services.sla.domain.plans import Plan
from services.sla.domain.published import NOTHING, Published
from services.sla.domain.regulation import Regulation, Second
from shared.packs import Rule
from shared.worktime import epoch_of, moment_of


def clocks(
    facts: Facts, regulation: Regulation, now: datetime, standing: Published = NOTHING
) -> tuple[Clock, ...]:
    """Every clock of every round, in the pack's order.

    Deadlines of `standing` stand until a fact moves them, whatever today's code would compute.
    Raises OutsideCalendarError for a start in a year that no calendar
    answers for.
    """
    known = Known(facts)
    registered = known.registered
    if registered is None or registered.case is None:
        return ()
    ticket = _Ticket(known, regulation, registered.case, epoch_of(now), standing)
    answer = regulation.answer
    answers = {one.key.round: one for one in ticket.read(answer, {})} if answer else {}
    found: list[Clock] = []
    for plan in regulation.plans:
        if plan is answer:
            found += answers.values()
        elif plan.on_miss or not known.by_name.keys().isdisjoint(plan.starts):
            found += ticket.read(plan, answers)
    return tuple(found)


class _Ticket(NamedTuple):
    """What all of a ticket's clocks are read from."""

    known: Known
    regulation: Regulation
    case: Case
    now: Second
    standing: Published

    def read(self, plan: Plan, answers: Mapping[int, Clock]) -> Iterator[Clock]:
        """Each occurrence of one clock; what starts or ends with the answer's limit needs those."""
        stops: Sequence[Fact] | None = None
        for start in self._starts(plan, answers):
            answer = answers.get(start.key.round)
            rule = self.regulation.rule(plan.clock, self.case, start.key.round)
            is_promised = rule is not None or self.known.movers  # or may be by what came later
            if (plan.half and answer is None) or not is_promised:
                continue
            if stops is None:
                stops = self.known.named(plan.stops)
            found = _Reading(self, start, rule, stops, answer).clock()
            if found is not None:
                yield found

    def _starts(self, plan: Plan, answers: Mapping[int, Clock]) -> Iterator[Start]:
        found = starts(self.known, plan)
        return chain(found, self._misses(plan, answers)) if plan.on_miss else found

    def _misses(self, plan: Plan, answers: Mapping[int, Clock]) -> Iterator[Start]:
        for answer in answers.values():
            if answer.missed_at is not None:
                at = moment_of(answer.missed_at)
                start = start_of_miss(self.known, plan, answer.key, at)
                if start is not None:
                    yield start


class _Reading:
    """One occurrence being read."""

    __slots__ = (
        "answer", "begun", "course", "end", "ended", "halves", "movers", "moves", "paused",
        "rule", "start", "stops", "ticket",
    )  # fmt: skip

    def __init__(
        self,
        ticket: _Ticket,
        start: Start,
        rule: Rule | None,
        stops: Sequence[Fact],
        answer: Clock | None,
    ) -> None:
        known = ticket.known
        self.ticket = ticket
        self.start = start
        self.rule = rule
        self.begun = epoch_of(start.at)
        self.answer = answer
        self.stops = stops
        self.movers = movers_of(known.movers, start) if known.movers else ()
        self.halves = halves(ticket.regulation, answer, start) if start.plan.half else ()
        self._follow_until(end_of(known, stops, start))
        if (gone := self.course.gone) is not None:
            self._follow_until(End(gone, max(gone.at, start.at), "reclassified"))
        self.paused = None if self.end else _open(self.moves)

    def _follow_until(self, end: End | None) -> None:
        """All that moved the limit before the clock stopped, or until now."""
        ticket, start = self.ticket, self.start
        self.end = end
        self.ended = None if end is None else epoch_of(end.at)
        stop = ticket.now if self.ended is None else self.ended
        self.course = Course(ticket.regulation, start, self.begun, self.rule, self._until())
        self.moves = moves_of(self.movers, start, stop) if self.movers else ()
        for move in self.moves:
            if end is None or move.at < stop:
                self.course.follow(move)
        for at, until in self.halves[1:]:
            if end is None or at < stop:
                self.course.share_anew(at, until)

    def _until(self) -> Second | None:
        """The limit that the rule leaves open."""
        if self.halves:
            return self.halves[0][1]
        return self.start.fact.until if self.start.plan.said and self.start.fact else None

    def clock(self) -> Clock | None:
        """The clock; None where the regulation has none for this ticket."""
        start, course, ticket = self.start, self.course, self.ticket
        moved_by = self._moved_by()
        drifted = self._drifts(moved_by)
        if drifted:
            course.stand_by(ticket.standing[start.key].deadline)
        rule, deadline = course.rule, course.deadline
        if rule is None or deadline is None:
            return None
        paused_at = self.paused.at if self.paused else None
        until, (target, due, _) = self._until_when(), deadline
        began = self.answer.started if self.answer else None
        ladder = Ladder(ticket.known, start, began, ticket.now)
        rungs = ladder.rungs(course.rungs, self.end, self.ended, paused_at)
        is_over = self.end is not None or self.paused is not None
        return Clock(  # by place: names cost as much as all the rest
            start.key,
            state_of(self.end, late=until > due, paused=self.paused is not None),
            start.at,
            start.fact,
            self.end,
            deadline,
            self.paused.facts[0] if self.paused else None,
            target if target is not None and until > target else None,
            due if until > due else None,
            rungs,
            rule,
            ticket.regulation,
            start.plan.calendar_version,
            None if is_over else next_moment(rungs, due, ticket.now),
            self.moves,
            self._moved(),
            moved_by,
            ticket.known.unmerged,
            self._responsible(ladder),
            course.limits,
            drifted,
        )

    def _responsible(self, ladder: Ladder) -> Responsible | None:
        """Whose it is, where that is not who handles the ticket."""
        order = ladder.order
        if order is None:
            return None
        return responsible_in(self.ticket.known.of_order(order.work_order_id), order)

    def _follows(self) -> bool:
        """Whether it starts or ends as the answer's limit says."""
        return self.start.fact is None or self.start.plan.half

    def _moved(self) -> LastMove | None:
        own = last_of(self.moves) if self.moves else None
        return self.answer.moved if own is None and self.answer and self._follows() else own

    def _moved_by(self) -> int:
        """Every fact that could have a say counts, so that any more of them is noticed.

        Where something moves the limit, what ends the clock says which of it came in time.
        """
        known = self.ticket.known
        own = rivals_of(known, self.start)
        if self.movers:
            own += len(self.movers) + len(self.stops) + len(known.cancels)
        return own + (self.answer.moved_by if self.answer and self._follows() else 0)

    def _drifts(self, moved_by: int) -> bool:
        """Whether no fact moved the limit that was promised, and yet another one is computed."""
        said, deadline = self.ticket.standing.get(self.start.key), self.course.deadline
        if said is None or deadline is None or self.paused or said.moved_by != moved_by:
            return False
        return said.deadline[:2] != deadline[:2]

    def _until_when(self) -> Second:
        """Until when the clock ran: its end, the pause that lasts, or now."""
        if self.ended is not None:
            return self.ended
        return max(self.paused.at, self.begun) if self.paused else self.ticket.now


def _open(moves: Sequence[Move]) -> Move | None:
    """The pause that lasts."""
    return next((move for move in moves if move.is_open), None) if moves else None
