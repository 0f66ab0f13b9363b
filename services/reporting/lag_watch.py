"""Remembers how consumers stood at the last looks, and says by it how they are doing.

Whoever asks for the topics makes the samples: reporting has no key of its own to ask with.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from services.reporting.burrow import WINDOW, Judgement, Sample, Verdict, judge, worst_of
from services.reporting.models import (
    ConsumerStanding,
    PartitionStanding,
    Standing,
    TopicConsumer,
    TopicStanding,
    Trend,
)

SPACING = timedelta(seconds=5)
"""Between two samples at least: a window tells of most of a minute."""
FORGOTTEN = timedelta(minutes=10)
"""Nobody looked for so long: what was seen then says nothing of now."""
STEADY = 0.01
"""Records a second: what is less is no trend."""


@dataclass(frozen=True)
class _Look:
    at: datetime
    position: int
    lag: int
    count: int
    heard: bool
    """Whether somebody who reads the partition said so, or it moved."""


@dataclass
class _Lane:
    looks: deque[_Look] = field(default_factory=lambda: deque(maxlen=WINDOW))
    ends: deque[int] = field(default_factory=lambda: deque(maxlen=WINDOW))
    verdict: Verdict | None = None
    since: datetime | None = None

    def look(
        self, one: ConsumerStanding, end: int | None, count: int | None, now: datetime
    ) -> None:
        if self.looks and now - self.looks[-1].at > FORGOTTEN:
            self.looks.clear()
            self.ends.clear()
        if self.looks and now - self.looks[-1].at < SPACING:
            return
        if end is not None:
            self.ends.append(end)
        if one.position is None or one.lag is None or count is None:
            return
        moved = bool(self.looks) and self.looks[-1].position != one.position
        heard = one.instance is not None or moved or not self.looks
        self.looks.append(_Look(now, one.position, one.lag, count, heard))

    def judge(self, one: ConsumerStanding, now: datetime) -> Judgement:
        window = [Sample(look.at, look.position, look.lag) for look in self.looks if look.heard]
        # The newest end is what is unread now; only an earlier one can have been reached.
        found = judge(window, one.lag, now, [*self.ends][:-1], one.alarm)
        if found.verdict != self.verdict:
            self.verdict, self.since = found.verdict, now
        return found

    def rates(self) -> tuple[float, float] | None:
        """Records a second, in and out; None before there are two looks."""
        if len(self.looks) < 2:  # noqa: PLR2004 - between two looks
            return None
        first, last = self.looks[0], self.looks[-1]
        seconds = (last.at - first.at).total_seconds()
        came, read = last.count - first.count, (last.count - last.lag) - (first.count - first.lag)
        return max(0, came) / seconds, max(0, read) / seconds


class LagWatch:
    """The windows of all consumers and partitions."""

    def __init__(self) -> None:
        self._lanes: dict[tuple[str, int, str], _Lane] = {}

    def judged(self, found: Standing, now: datetime) -> Standing:
        """The same standing with verdicts, rates and how long it will take."""
        return replace(found, topics=[self._topic(one, now) for one in found.topics])

    def _topic(self, topic: TopicStanding, now: datetime) -> TopicStanding:
        partitions = [self._partition(topic.publisher, one, now) for one in topic.partitions]
        rates = [one.rate_in for one in partitions]
        return replace(
            topic,
            partitions=partitions,
            rate_in=_sum(rates),
            skew=skew_of([one.count for one in partitions]),
            consumers=[_group(one, partitions) for one in topic.consumers],
        )

    def _partition(
        self, publisher: str, partition: PartitionStanding, now: datetime
    ) -> PartitionStanding:
        consumers, came = [], None
        for one in partition.consumers:
            key = publisher, partition.partition, one.service
            lane = self._lanes.setdefault(key, _Lane())
            lane.look(one, partition.end, partition.count, now)
            rates = lane.rates()
            came = came if rates is None else rates[0]
            consumers.append(_consumer(one, lane, lane.judge(one, now), rates))
        return replace(partition, consumers=consumers, rate_in=came)


def _consumer(
    one: ConsumerStanding, lane: _Lane, found: Judgement, rates: tuple[float, float] | None
) -> ConsumerStanding:
    came, read = rates or (None, None)
    return replace(
        one,
        verdict=found.verdict,
        reason=found.reason,
        since=lane.since,
        complete=len(lane.looks) / WINDOW,
        rate_out=read,
        trend=trend_of(one.lag, came, read),
        drain_seconds=drain_time(one.lag, came, read),
    )


def _group(summary: TopicConsumer, partitions: Sequence[PartitionStanding]) -> TopicConsumer:
    parts = [one for part in partitions for one in part.consumers if one.service == summary.service]
    found = worst_of([Judgement(one.verdict, one.reason) for one in parts])
    came = _sum([one.rate_in for one in partitions])
    read = _sum([one.rate_out for one in parts])
    ill = [one.since for one in parts if one.since and one.reason == found.reason]
    return replace(
        summary,
        verdict=found.verdict,
        reason=found.reason,
        since=min(ill, default=None),
        complete=sum(one.complete for one in parts) / len(parts),
        partitions_affected=sum(one.reason == found.reason for one in parts),
        skew=skew_of([one.lag for one in parts]),
        rate_out=read,
        trend=trend_of(summary.lag, came, read),
        drain_seconds=slowest([one.drain_seconds for one in parts]),
    )


def trend_of(lag: int | None, came: float | None, read: float | None) -> Trend | None:
    """Whether the lag grows; None where that is not known."""
    if lag is None or came is None or read is None:
        return None
    if abs(came - read) < STEADY:
        return "steady"
    return "growing" if came > read else "shrinking"


def drain_time(lag: int | None, came: float | None, read: float | None) -> float | None:
    """Seconds until the lag is 0, if it goes on like this; None: never, or not known."""
    if lag == 0:
        return 0.0
    if lag is None or came is None or read is None or read - came < STEADY:
        return None
    return round(lag / (read - came), 1)


def slowest(parts: Sequence[float | None]) -> float | None:
    """Until all are done; None where one never is, or is not known."""
    known = [one for one in parts if one is not None]
    return max(known) if known and len(known) == len(parts) else None


def skew_of(parts: Sequence[int | None]) -> float | None:
    """The greatest over the mean; None where there is nothing, or not all is known."""
    known = [one for one in parts if one is not None]
    if len(known) < len(parts) or not sum(known):
        return None
    return round(max(known) * len(known) / sum(known), 1)


def _sum(parts: Sequence[float | None]) -> float | None:
    known = [one for one in parts if one is not None]
    return round(sum(known), 3) if known and len(known) == len(parts) else None
