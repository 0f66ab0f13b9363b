"""The engine as the naive clerk is asked: records go in, and what it holds and says comes out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from services.sla.domain import clocks as engine
from services.sla.domain import reading
from services.sla.domain.commands import PublishClocks
from services.sla.domain.facts import Fact, Facts, registration
from services.sla.domain.people import responsible_now
from services.sla.domain.publication import CLOCKS, is_all_told, publish
from services.sla.domain.published import key_of
from services.sla.handlers import fact_of
from shared.codec import encode, name_of
from shared.contracts import dispatch, intake, sla
from shared.contracts.sla import ClocksEvent
from shared.messaging.heading import WireHeaders
from shared.packs import Addressee
from shared.worktime import epoch_of
from tests.unit.sla import examples as ex
from tests.unit.sla.naive.clocks import Clock
from tests.unit.sla.naive.saying import Word
from tests.unit.sla.naive.told import Told

REVISIT = "revisit"


def publisher_of(told: Told) -> str:
    name = name_of(told.event)
    if name in intake.EVENTS:
        return "intake"
    return "dispatch" if name in dispatch.EVENTS else REVISIT


def facts_of(history: Iterable[Told]) -> Iterator[Fact]:
    """By way of the records that the carriers bring."""
    for told in history:
        headers = {
            "ce_id": told.event_id,
            "ce_type": f"huiyin.{publisher_of(told)}.{name_of(told.event)}",
            "ce_time": told.recorded_at.isoformat(),
            "ce_correlationid": str(ex.CORRELATION),
            "ce_actor": "desk",
        }
        record = {name: text.encode() for name, text in headers.items()}
        fact = fact_of(WireHeaders(record), encode(told.event))
        if fact is not None:
            yield fact


def take_in_records(history: Iterable[Told], facts: Facts = ()) -> Facts:
    """The fold."""
    return ex.take_in_all(facts, facts_of(history))


def moment(now: int) -> datetime:
    return datetime.fromtimestamp(now, UTC)


def read(facts: Facts, now: int) -> Sequence[engine.Clock]:
    """The engine's clocks; none before the registration was heard."""
    begun = registration(facts)
    if begun is None or begun.case is None:
        return ()
    return reading.clocks(facts, ex.REGULATIONS.of(begun.case), moment(now))


def as_naive(clock: engine.Clock) -> Clock:
    """The same in the clerk's words."""
    end = clock.end
    return Clock(
        key=(clock.key.name, clock.key.round, clock.key.occurrence),
        started_at=epoch_of(clock.started_at),
        target_at=clock.deadline.target_at,
        due_at=clock.deadline.due_at,
        state=clock.state,
        ended_at=None if end is None else epoch_of(end.at),
        cancelled=frozenset({end.cancelled} if end and end.cancelled else ()),
        missed=clock.missed_at is not None,
        target_missed=clock.target_missed_at is not None,
        rests=clock.paused is not None,
        rungs={rung.step: (rung.due_at, rung.verdict) for rung in clock.rungs},
    )


class Nobody:
    """A directory in which nobody is found."""

    def addressees(
        self, to: Sequence[Addressee], responsible: object, at: datetime, against: str | None
    ) -> tuple[str, ...]:
        del responsible, at, against
        return tuple(to)


class Engine:
    """Facts, and the stream in which everything is said."""

    def __init__(self) -> None:
        self.facts: Facts = ()
        self.stream: list[ClocksEvent] = []

    def hear(self, records: Iterable[Told]) -> None:
        self.facts = take_in_records(records, self.facts)

    def look(self, now: int) -> set[Word]:
        """What is said anew; each word once, or a test about sets would not notice."""
        published = CLOCKS.fold(self.stream)
        begun = registration(self.facts)
        if begun is None or begun.case is None:
            return set()
        regulation = ex.REGULATIONS.of(begun.case)
        command = PublishClocks(
            ticket_id=ex.TICKET,
            clocks=reading.clocks(self.facts, regulation, moment(now), published),
            responsible=responsible_now(self.facts),
            against_person=None,
            directory=Nobody(),
            at=moment(now),
        )
        events = publish(command, published)
        assert not (events and is_all_told(command.clocks, published))
        words = [self._word(event) for event in events]
        self.stream += events
        assert len(set(words)) == len(words)
        return set(words)

    def _word(self, event: ClocksEvent) -> Word:
        key = event.clock, event.round, event.occurrence
        match event:
            case sla.ClockStarted():
                target = event.target_at and epoch_of(event.target_at)
                return "started", key, f"{target} {event.due_at and epoch_of(event.due_at)}"
            case sla.ClockMet():
                return "met_late" if event.late else "met", key, f"{epoch_of(event.at)}"
            case sla.ClockCancelled():
                return "cancelled", key, f"{epoch_of(event.at)}"
            case sla.ClockMissed():
                return "missed", key, f"{epoch_of(event.at)}"
            case sla.ClockPaused():
                return "paused", key, ""
            case sla.DeadlineMoved():
                target = event.target_at and epoch_of(event.target_at)
                return "moved", key, f"{target} {event.due_at and epoch_of(event.due_at)}"
            case sla.ClockResumed():
                return "resumed", key, f"{event.missed}"
            case sla.EscalationRaised():
                times = sum(_withdraws(one, event) for one in self.stream)
                return "raised", key, f"{event.step} {times} {epoch_of(event.due_at)}"
            case sla.EscalationWithdrawn():
                return "withdrawn", key, event.step
            case _:
                raise AssertionError(event)

    def escalation_ids(self) -> list[UUID]:
        """Of all that were ever raised."""
        return [one.escalation_id for one in self.stream if isinstance(one, sla.EscalationRaised)]


def _withdraws(event: ClocksEvent, raised: sla.EscalationRaised) -> bool:
    return (
        isinstance(event, sla.EscalationWithdrawn)
        and key_of(event) == key_of(raised)
        and event.step == raised.step
    )
