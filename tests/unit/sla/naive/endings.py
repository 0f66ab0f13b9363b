"""When a clock stopped, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.contracts import dispatch, intake, revisit
from shared.contracts.terms import Case
from tests.unit.sla.naive.course import Course
from tests.unit.sla.naive.table import Row
from tests.unit.sla.naive.told import Second, Told

History = Sequence[Told]
Key = tuple[str, int, str]
"""Of a clock: its name, its round, and its occurrence."""


@dataclass(frozen=True)
class Start:
    row: Row
    told: Told
    """Of a start by calculation, what started the answer."""
    at: Second
    case: Case
    is_calculated: bool = False
    answer: Course | None = None
    """Of the same round."""

    @property
    def key(self) -> Key:
        by_order = not self.is_calculated and self.row.named_by_order(self.told)
        return (
            self.row.name,
            self.told.round,
            str(self.told.order) if by_order else self.told.event_id,
        )

    @property
    def moment(self) -> tuple[Second, str]:
        """What comes after it in time; the limit of the answer is no event."""
        return self.at if self.is_calculated else self.told.at, (
            "" if self.is_calculated else self.told.event_id
        )


def held(history: History, start: Start) -> int:
    """How high it had been taken over."""
    return max([told.level for told in history if told.at <= start.at], default=-1)


def end_of(history: History, start: Start) -> tuple[Second | None, frozenset[str]]:
    """When the clock stopped, and why if nobody had kept it; at one moment the keeping counts."""
    if start.row.until_recorded:
        return max(start.told.known_at, start.at), frozenset()
    merged = _merged(history)
    ends: list[tuple[Second, bool, str]] = []
    for told in history:
        if _keeps(history, told, start):
            ends.append((max(told.at, start.at), False, ""))
        over_at = max(told.known_at if start.row.from_recording else told.at, start.at)
        ends += [(over_at, True, why) for why in _cancels(told, start)]
        if told is merged:
            ends.append((over_at, True, "merged"))
    if not ends:
        return None, frozenset()
    first = min(end[:2] for end in ends)
    return first[0], frozenset(end[2] for end in ends if end[:2] == first and end[2])


def _cancels(told: Told, start: Start) -> Iterator[str]:
    row, in_round = start.row, start.told.round
    match told.event:
        case intake.TicketWithdrawn():
            yield "withdrawn"
        case intake.TicketClosed() if told.round >= in_round:
            yield "closed"
        case intake.TicketReopened() | revisit.RectificationOrdered():
            if row.of_round and told.round > in_round:
                yield "next-round"
        case dispatch.WorkOrderCancelled() if told.event.reason in {"answered", "closed"}:
            if row.of_order and not start.is_calculated and told.order == start.told.order:
                yield "order-cancelled"


def _keeps(history: History, told: Told, start: Start) -> bool:
    row, begun = start.row, start.told
    if not row.stops(told):
        return False
    if row.of_order and told.order is not None:
        outlives = not row.of_round and not row.any_round
        belongs = told.order == begun.order or (outlives and told.round > begun.round)
    else:
        belongs = told.round == begun.round or not row.of_round
    if row.starts_again and (told.at, told.event_id) <= start.moment:
        return False
    return belongs and (not row.lifts or told.level > held(history, start))


def _merged(history: History) -> Told | None:
    """The merger that stands, by the order in which intake said so."""
    standing = None
    for told in sorted(history, key=lambda one: one.recorded_at):
        if isinstance(told.event, intake.TicketMerged):
            standing = told
        elif isinstance(told.event, intake.TicketUnmerged):
            standing = None
    return standing
