"""Lag under the names of kafka-lag-exporter, so that boards made for it work; and what stands.

Each instance tells of the partitions that it reads itself, embedded ones too: over several, sums
add up and maxima are maxima.
"""

import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric

from shared.instance import INSTANCE
from shared.messaging.lane import Lane
from shared.messaging.topics import topic_of
from shared.service import OnLine

CLUSTER = "huiyin"
GROUP_LABELS = ["cluster_name", "group"]
TOPIC_LABELS = [*GROUP_LABELS, "topic"]
MEMBER_LABELS = [*TOPIC_LABELS, "partition", "member_host", "consumer_id", "client_id"]


@dataclass(frozen=True)
class LaneLag:
    """One partition as its reader knows it; None is unknown, and is not shown as 0."""

    group: str
    topic: str
    partition: str
    end: int | None
    lag: int | None
    seconds: float | None

    @property
    def labels(self) -> list[str]:
        host, client = platform.node(), f"{self.group}-{INSTANCE}"
        return [CLUSTER, self.group, self.topic, self.partition, host, INSTANCE, client]


def lane_lags(line: OnLine) -> Iterator[LaneLag]:
    """Of every partition that the service reads in this process."""
    for lane in line.lanes:
        end = line.attachment.extent(lane.publisher, lane.partition)
        unread = line.attachment.lag(lane.publisher, lane.partition)
        # What waits for a missing record was read, and had no effect.
        lag = None if unread is None else unread + len(lane.held)
        yield LaneLag(
            group=f"huiyin-{line.core.name}",
            topic=topic_of(lane.publisher),
            partition=str(lane.partition),
            end=end,
            lag=lag,
            seconds=0.0 if lag == 0 else _age(lane, line.core.now()),
        )


def _age(lane: Lane, now: datetime) -> float | None:
    """Seconds since the oldest record without an effect was stored by its publisher."""
    times = [one.recorded_at for one in lane.held.values()]
    if lane.in_hand is not None:
        told = dict(lane.in_hand.headers).get("ce_time", b"").decode(errors="replace")
        try:
            times.append(datetime.fromisoformat(told))
        except ValueError:
            return None  # who wrote it did not say when: it is about to be set aside
    return max(0.0, (now - min(times)).total_seconds()) if times else None


def lag_metrics(lines: Sequence[OnLine]) -> Iterable[Metric]:
    """Partition by partition, topic by topic and group by group."""
    lags = [lag for line in lines for lag in lane_lags(line)]
    yield from _of_members(lags)
    yield from _of_groups(lags)
    yield _ends(lags)
    yield _alarms(lines)


def _of_members(lags: Sequence[LaneLag]) -> Iterable[Metric]:
    offset = GaugeMetricFamily(
        "kafka_consumergroup_group_offset", "Records that had their effect.", labels=MEMBER_LABELS
    )
    records = GaugeMetricFamily(
        "kafka_consumergroup_group_lag", "Records without an effect yet.", labels=MEMBER_LABELS
    )
    seconds = GaugeMetricFamily(
        "kafka_consumergroup_group_lag_seconds",
        "Since the oldest record without an effect was stored.",
        labels=MEMBER_LABELS,
    )
    for one in lags:
        if one.lag is not None:
            records.add_metric(one.labels, one.lag)
        if one.lag is not None and one.end is not None:
            offset.add_metric(one.labels, max(0, one.end - one.lag))
        if one.seconds is not None:
            seconds.add_metric(one.labels, one.seconds)
    return (offset, records, seconds)


def _of_groups(lags: Sequence[LaneLag]) -> Iterable[Metric]:
    most = GaugeMetricFamily(
        "kafka_consumergroup_group_max_lag", "The worst partition's.", labels=GROUP_LABELS
    )
    longest = GaugeMetricFamily(
        "kafka_consumergroup_group_max_lag_seconds", "The worst partition's.", labels=GROUP_LABELS
    )
    total = GaugeMetricFamily(
        "kafka_consumergroup_group_sum_lag", "Of all partitions.", labels=GROUP_LABELS
    )
    by_topic = GaugeMetricFamily(
        "kafka_consumergroup_group_topic_sum_lag", "Of a topic's partitions.", labels=TOPIC_LABELS
    )
    for group in dict.fromkeys(one.group for one in lags):
        own = [one for one in lags if one.group == group]
        known = [one.lag for one in own if one.lag is not None]
        ages = [one.seconds for one in own if one.seconds is not None]
        if known:
            most.add_metric([CLUSTER, group], max(known))
            total.add_metric([CLUSTER, group], sum(known))
        if ages:
            longest.add_metric([CLUSTER, group], max(ages))
        for topic in dict.fromkeys(one.topic for one in own):
            parts = [one.lag for one in own if one.topic == topic and one.lag is not None]
            by_topic.add_metric([CLUSTER, group, topic], sum(parts))
    return (most, longest, total, by_topic)


def _ends(lags: Sequence[LaneLag]) -> Metric:
    """One series a partition, though several groups in this process may read it."""
    ends = GaugeMetricFamily(
        "kafka_partition_latest_offset",
        "Records published.",
        labels=["cluster_name", "topic", "partition"],
    )
    known: dict[tuple[str, str], int] = {}
    for one in lags:
        if one.end is not None:
            place = one.topic, one.partition
            known[place] = max(one.end, known.get(place, 0))
    for place, end in known.items():
        ends.add_metric([CLUSTER, *place], end)
    return ends


def _alarms(lines: Sequence[OnLine]) -> Metric:
    alarms = GaugeMetricFamily(
        "huiyin_consumer_alarm",
        "1 while a partition stands still, or waits, for that reason.",
        labels=["service", "publisher", "partition", "reason"],
    )
    for line in lines:
        found = {(one.publisher, one.partition): one.alarm for one in line.lanes if one.alarm}
        for (publisher, number), reason in {**found, **line.attachment.stopped()}.items():
            alarms.add_metric([line.core.name, publisher, str(number), reason], 1)
    return alarms
