"""The canary as Prometheus reads it: an alarm when it is late, and since when each stage is old."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from prometheus_client.core import GaugeMetricFamily

from services.reporting.canary import canary_standing, standing_of
from shared.event_store import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_client.core import Metric

    from services.reporting.bootstrap import Reporting
    from services.reporting.canary_models import CanaryStanding

ANSWER_TIME = 2.0
"""Seconds: who watches the system must not hang with it."""

log = structlog.get_logger(__name__)


async def canary_metrics(reporting: Reporting) -> Sequence[Metric]:
    """None where there are no canaries; one that cannot be looked for is not there."""
    if reporting.lookout.interval is None:
        return ()
    try:
        async with asyncio.timeout(ANSWER_TIME):
            found = await canary_standing(reporting)
    except (StoreUnavailableError, TimeoutError):
        log.warning("the canary cannot be looked for")
        found = standing_of((), reporting.lookout, reporting.core.now())
    return _families(found)


def _families(found: CanaryStanding) -> Sequence[Metric]:
    late = GaugeMetricFamily(
        "huiyin_canary_late",
        "1 if the newest canary that ought to be back is not: the line is broken somewhere.",
        value=int(found.late),
    )
    age = GaugeMetricFamily(
        "huiyin_canary_age_seconds",
        "Since a canary was last seen at that stage; `back`: since one had passed them all.",
        labels=["stage"],
    )
    ages: dict[str, float | None] = {one.stage: one.seconds_since for one in found.stages}
    for stage, seconds in (ages | {"back": found.seconds_since_back}).items():
        if seconds is not None:
            age.add_metric([stage], seconds)
    return (late, age)
