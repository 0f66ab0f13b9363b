"""Whether each service signs for its log: an alarm when that stops."""

import asyncio
from collections.abc import Iterable, Sequence

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric

from shared.event_store import StoreUnavailableError
from shared.http.consumers import SigningView, signing_view
from shared.service import OnLine

ANSWER_TIME = 2.0
"""Seconds: who watches the system must not hang with it."""
LATE = (
    "1 if an event of the service's log is under no signed checkpoint for longer than two turns "
    "and a minute, or the log ends before its last one: signing has stopped, and what is stored "
    "meanwhile is not evidence yet. Of reporting: under none that intake keeps."
)

log = structlog.get_logger(__name__)


async def signing_metrics(lines: Sequence[OnLine]) -> Iterable[Metric]:
    """Of all these services side by side; one whose store does not answer is not there."""
    views = await asyncio.gather(*(_view(line) for line in lines))
    late = GaugeMetricFamily("huiyin_checkpoint_late", LATE, labels=["service"])
    waits = GaugeMetricFamily(
        "huiyin_checkpoint_wait_seconds",
        "How long the oldest event that no checkpoint is over has waited for one; 0: none waits.",
        labels=["service"],
    )
    signed = GaugeMetricFamily(
        "huiyin_checkpoint_events", "Events under the newest checkpoint.", labels=["service"]
    )
    for line, view in zip(lines, views, strict=True):
        if view is not None:
            late.add_metric([line.core.name], int(view.late))
            waits.add_metric([line.core.name], view.waits_seconds)
            signed.add_metric([line.core.name], view.events)
    return (late, waits, signed)


async def _view(line: OnLine) -> SigningView | None:
    try:
        async with asyncio.timeout(ANSWER_TIME):
            return await signing_view(line)
    except (StoreUnavailableError, TimeoutError) as error:
        log.warning("no word on signing", service=line.core.name, reason=repr(error))
        return None
