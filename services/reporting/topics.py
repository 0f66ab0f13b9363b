"""Asks all services how their reading stands, and judges what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.reporting.queries import lane_records
from services.reporting.standing import marks_of, standing
from shared.http.consumers import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.reporting.bootstrap import Reporting
    from services.reporting.models import Standing


async def standing_now(reporting: Reporting, headers: Mapping[str, str]) -> Standing:
    """How all topics stand; the caller's key must have the scope `operations`."""
    readings = await reporting.peers.ask_all("consumers", Reading, headers)
    records = await lane_records(reporting, marks_of(readings))
    now = reporting.core.now()
    found = reporting.lags.judged(standing(readings, records, now), now)
    reporting.hour.keep(found)
    return found


async def shared_standing(reporting: Reporting, headers: Mapping[str, str]) -> Standing:
    """The same for pages, which many keep open: it may be some seconds old."""
    return await reporting.shared.get("topics", lambda: standing_now(reporting, headers))
