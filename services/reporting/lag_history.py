"""The last hour of all topics: what came in, what each reader took, how far it was behind.

In memory, made by whoever looks (as in `lag_watch`): an hour that nobody watched has no line.
Longer times are Prometheus' business.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from services.reporting.models import Standing, TopicStanding

KEPT = timedelta(hours=1)
SPACING = timedelta(seconds=10)
GAP = timedelta(seconds=60)
"""Nobody looked for so long: what lies between is not known, and no rate of it is."""


class ReaderPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One reader at one time; None is unknown."""

    lag: int | None
    rate_out: float | None


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One look; the rates, in messages a second, are since the look before."""

    at: datetime
    rate_in: float | None
    readers: dict[str, ReaderPoint]


class TopicHistory(msgspec.Struct, frozen=True, kw_only=True):
    """The looks of the last hour, oldest first."""

    topic: str
    publisher: str
    as_of: datetime
    since: datetime
    points: list[Point]


@dataclass(frozen=True)
class _Sample:
    at: datetime
    count: int | None
    lags: Mapping[str, int | None]

    def read(self, service: str) -> int | None:
        """How many messages the reader has taken in all."""
        lag = self.lags.get(service)
        return None if self.count is None or lag is None else self.count - lag


class LagHistory:
    """Samples of all topics, ten seconds apart."""

    def __init__(self) -> None:
        self._samples: dict[str, deque[_Sample]] = {}

    def keep(self, found: Standing) -> None:
        """One more look."""
        for topic in found.topics:
            samples = self._samples.setdefault(topic.publisher, deque())
            if samples and found.as_of - samples[-1].at < SPACING:
                continue
            samples.append(_sample(topic, found.as_of))
            while found.as_of - samples[0].at > KEPT:
                samples.popleft()

    def of(self, publisher: str, topic: str, now: datetime) -> TopicHistory:
        """What is known of the hour that ends now."""
        since = now - KEPT
        samples = [one for one in self._samples.get(publisher, ()) if one.at >= since]
        return TopicHistory(
            topic=topic,
            publisher=publisher,
            as_of=now,
            since=since,
            points=list(_points(samples)),
        )


def _sample(topic: TopicStanding, at: datetime) -> _Sample:
    counts = [one.count for one in topic.partitions]
    known = [one for one in counts if one is not None]
    count = sum(known) if len(known) == len(counts) else None
    return _Sample(at, count, {one.service: one.lag for one in topic.consumers})


def _points(samples: Iterable[_Sample]) -> Iterable[Point]:
    before: _Sample | None = None
    for one in samples:
        last = before if before is not None and one.at - before.at <= GAP else None
        yield Point(
            at=one.at,
            rate_in=None if last is None else _rate(last.count, one.count, one.at - last.at),
            readers={
                service: ReaderPoint(
                    lag=lag,
                    rate_out=None
                    if last is None
                    else _rate(last.read(service), one.read(service), one.at - last.at),
                )
                for service, lag in one.lags.items()
            },
        )
        before = one


def _rate(before: int | None, after: int | None, time: timedelta) -> float | None:
    if before is None or after is None:
        return None
    return round(max(0, after - before) / time.total_seconds(), 3)
