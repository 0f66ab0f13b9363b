"""How far every consumer is behind every topic; what is not known is None, never 0."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.reporting.models import (
    ConsumerStanding,
    PartitionStanding,
    ServiceStanding,
    Standing,
    State,
    TopicConsumer,
    TopicStanding,
)
from services.reporting.peers import Silence
from services.reporting.projections import lane_of
from shared.http.consumers import LaneView, PartitionEnd, Reading
from shared.messaging.topics import PARTITIONS, PUBLISHERS, topic_of
from shared.settings import SERVICES

Readings = Mapping[str, Reading | Silence]


@dataclass(frozen=True)
class Unread:
    """What reporting's own records say of a partition from one consumer's mark on."""

    ordinal: int
    """How many records lead up to the mark."""
    oldest_at: datetime | None


@dataclass(frozen=True)
class LaneRecords:
    """What reporting itself read of a partition."""

    position: int = 0
    ordinal: int = 0
    unread: Mapping[int, Unread] = field(default_factory=dict)


def hears(reading: Reading | Silence, publisher: str) -> bool:
    """Whether the service reads that topic; of one that is silent it is assumed."""
    if isinstance(reading, Silence):
        return reading.service != publisher
    return publisher in reading.hears


def marks_of(readings: Readings) -> dict[str, set[int]]:
    """By partition, the marks that need a look into reporting's records."""
    return {
        lane_of(publisher, number): {
            lane.mark
            for reading in readings.values()
            if hears(reading, publisher) and (lane := _lane(reading, publisher, number))
        }
        for publisher in PUBLISHERS
        for number in range(PARTITIONS)
    }


def standing(readings: Readings, records: Mapping[str, LaneRecords], now: datetime) -> Standing:
    """The whole picture, service by service and topic by topic."""
    return Standing(
        as_of=now,
        services=[_service(service, readings[service]) for service in SERVICES],
        topics=[_topic(publisher, readings, records, now) for publisher in PUBLISHERS],
    )


def _service(service: str, reading: Reading | Silence) -> ServiceStanding:
    if isinstance(reading, Silence):
        return ServiceStanding(service=service, reachable=False, reason=reading.reason)
    return ServiceStanding(
        service=service,
        reachable=True,
        instance=reading.instance,
        dead_letters=reading.dead_letters,
        signing=reading.signing,
        handed_out=reading.handed_out,
    )


def _topic(
    publisher: str, readings: Readings, records: Mapping[str, LaneRecords], now: datetime
) -> TopicStanding:
    reading = readings[publisher]
    outbox = None if isinstance(reading, Silence) else reading.outbox
    ends = {one.partition: one for one in outbox.partitions} if outbox else {}
    partitions = [
        _partition(publisher, number, ends.get(number), readings, records, now)
        for number in range(PARTITIONS)
    ]
    age = None
    if outbox is not None:
        age = _age(outbox.oldest_unpublished_at, now) if outbox.oldest_unpublished_at else 0.0
    return TopicStanding(
        topic=topic_of(publisher),
        publisher=publisher,
        end=outbox.end if outbox else None,
        published=outbox.published if outbox else None,
        oldest_unpublished_seconds=age,
        consumers=_summaries(partitions),
        partitions=partitions,
    )


def _partition(
    publisher: str,
    number: int,
    end: PartitionEnd | None,
    readings: Readings,
    records: Mapping[str, LaneRecords],
    now: datetime,
) -> PartitionStanding:
    known = records.get(lane_of(publisher, number), LaneRecords())
    # Another instance may publish, whose stored place is old: reporting may know more.
    position = None if end is None else max(end.end, known.position)
    count = 0 if end is None else max(end.count, known.ordinal)
    consumers = [
        _consumer(service, _lane(readings[service], publisher, number), position, count, known, now)
        for service in SERVICES
        if hears(readings[service], publisher)
    ]
    return PartitionStanding(
        partition=number,
        end=position,
        count=None if end is None else count,
        consumers=consumers,
    )


def _lane(reading: Reading | Silence, publisher: str, number: int) -> LaneView | None:
    """The service's own word; 0 where it knows the topic and nobody read this partition."""
    if isinstance(reading, Silence):
        return None
    numbers = {one.partition: one for one in reading.items if one.publisher == publisher}
    if not numbers:
        return None
    unread = LaneView(publisher=publisher, partition=number, mark=0) if reading.whole else None
    return numbers.get(number, unread)


def _consumer(
    service: str,
    lane: LaneView | None,
    end: int | None,
    count: int,
    known: LaneRecords,
    now: datetime,
) -> ConsumerStanding:
    if lane is None:
        return ConsumerStanding(service=service, state="unknown")
    lag, age = _lag(lane.mark, end, count, known, now)
    return ConsumerStanding(
        service=service,
        state=_state(lag, lane.alarm),
        position=lane.mark,
        lag=lag,
        oldest_unread_seconds=age,
        held=lane.held,
        alarm=lane.alarm,
        instance=lane.instance,
        last_handled_at=lane.last_handled_at,
    )


def _lag(
    mark: int, end: int | None, count: int, known: LaneRecords, now: datetime
) -> tuple[int | None, float | None]:
    """Messages, and seconds since the oldest unread was recorded."""
    if end is None:
        return None, None
    if mark >= end:
        return 0, 0.0
    unread = known.unread.get(mark)
    if unread is None or mark > known.position:
        return None, None
    return max(1, count - unread.ordinal), _age(unread.oldest_at, now)


def _state(lag: int | None, alarm: str | None) -> State:
    if alarm:
        return "stopped"
    if lag is None:
        return "unknown"
    return "behind" if lag else "current"


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, round((now - moment).total_seconds(), 3))


def _summaries(partitions: Sequence[PartitionStanding]) -> list[TopicConsumer]:
    by_service: dict[str, list[ConsumerStanding]] = {}
    for partition in partitions:
        for consumer in partition.consumers:
            by_service.setdefault(consumer.service, []).append(consumer)
    return [_summary(service, parts) for service, parts in by_service.items()]


def _summary(service: str, parts: Sequence[ConsumerStanding]) -> TopicConsumer:
    lags = [part.lag for part in parts if part.lag is not None]
    ages = [part.oldest_unread_seconds for part in parts if part.oldest_unread_seconds is not None]
    states: tuple[State, ...] = ("stopped", "unknown", "behind", "current")
    return TopicConsumer(
        service=service,
        state=min((part.state for part in parts), key=states.index),
        lag=sum(lags) if len(lags) == len(parts) else None,
        oldest_unread_seconds=max(ages) if len(ages) == len(parts) else None,
        alarms=sorted({part.alarm for part in parts if part.alarm}),
        last_handled_at=max(
            (part.last_handled_at for part in parts if part.last_handled_at), default=None
        ),
    )
