"""What Prometheus reads; names as its conventions ask, never a ticket's id in a label."""

from collections.abc import Iterable, Sequence

from fastapi import APIRouter, FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from shared.http.lag_metrics import lag_metrics
from shared.http.signing_metrics import signing_metrics
from shared.http.store_metrics import store_metrics
from shared.service import OnLine

REQUEST_SECONDS = Histogram(
    "huiyin_http_request_duration_seconds",
    "Time from a request's first byte to its answer's last.",
    ("service", "method", "route", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)


class LineCollector(Collector):
    """Asks the services of this process at each scrape."""

    def __init__(self, lines: Sequence[OnLine], measured: Sequence[Metric] = ()) -> None:
        self._lines = lines
        self._measured = measured

    def collect(self) -> Iterable[Metric]:
        yield from self._standing()
        yield from self._lanes()
        yield from self._readings()
        yield from lag_metrics(self._lines)
        yield from self._measured

    def _lanes(self) -> Iterable[Metric]:
        labels = ["service", "publisher", "partition"]
        mark = GaugeMetricFamily(
            "huiyin_consumer_mark_position",
            "Read of a publisher's partition up to here.",
            labels=labels,
        )
        held = GaugeMetricFamily(
            "huiyin_consumer_held_records",
            "Records kept aside because one before them is missing.",
            labels=labels,
        )
        for line in self._lines:
            for lane in line.lanes:
                names = [line.core.name, lane.publisher, str(lane.partition)]
                mark.add_metric(names, lane.mark)
                held.add_metric(names, len(lane.held))
        return (mark, held)

    def _standing(self) -> Iterable[Metric]:
        published = GaugeMetricFamily(
            "huiyin_outbox_published_position", "Published up to here.", labels=["service"]
        )
        parked = GaugeMetricFamily(
            "huiyin_parked_subjects", "Subjects behind a dead letter.", labels=["service"]
        )
        ready = GaugeMetricFamily(
            "huiyin_ready", "1 if nothing but its store keeps it from its work.", labels=["service"]
        )
        leads = GaugeMetricFamily(
            "huiyin_relay_leads", "1 in the instance that publishes the log.", labels=["service"]
        )
        for line in self._lines:
            published.add_metric([line.core.name], line.attachment.place.position)
            parked.add_metric([line.core.name], line.core.letters.parked_subjects)
            ready.add_metric([line.core.name], not line.obstacles())
            if line.attachment.leads is not None:
                leads.add_metric([line.core.name], line.attachment.leads)
        return (published, parked, ready, leads)

    def _readings(self) -> Iterable[Metric]:
        labels = ["service", "partition"]
        caught_up = GaugeMetricFamily(
            "huiyin_partition_caught_up",
            "1 once a partition was read to the end that it had at start: from then on it counts.",
            labels=labels,
        )
        read = CounterMetricFamily(
            "huiyin_partition_records_read", "Records read since the start.", labels=labels
        )
        lag = GaugeMetricFamily(
            "huiyin_partition_lag_records", "Records published and not read yet.", labels=labels
        )
        for line in self._lines:
            for reading in line.readings:
                names = [line.core.name, str(reading.partition)]
                caught_up.add_metric(names, reading.caught_up)
                read.add_metric(names, reading.read)
                if reading.lag is not None:
                    lag.add_metric(names, reading.lag)
        return (caught_up, read, lag)


def metrics_router(apps: Sequence[FastAPI]) -> APIRouter:
    """`/metrics` over the apps of this process."""
    router = APIRouter(tags=["metrics"])

    @router.get("/metrics")
    async def metrics() -> Response:
        lines = [app.state.line for app in apps if app.state.started]
        registry = CollectorRegistry()
        measured = [*await store_metrics(lines), *await signing_metrics(lines)]
        measured += [metric for line in lines for metric in await line.measured()]
        registry.register(LineCollector(lines, measured))
        content = generate_latest(REGISTRY) + generate_latest(registry)
        return Response(content, media_type=CONTENT_TYPE_LATEST)

    return router
