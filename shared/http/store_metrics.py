"""What a service's own store says at each scrape: is it there, what waits in it."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric

from shared.event_store import StoreUnavailableError
from shared.http.consumers import LettersDepth, Outbox, letters_depth, outbox_of
from shared.messaging.topics import PUBLISHERS
from shared.service import OnLine

ANSWER_TIME = 2.0
"""Seconds: who watches a store must not hang with it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StoreState:
    """A store that answers: what waits in it. A service without a topic has no outbox."""

    letters: LettersDepth
    outbox: Outbox | None


async def store_metrics(lines: Sequence[OnLine]) -> Iterable[Metric]:
    """Asks the stores of all these services side by side."""
    states = await asyncio.gather(*(_state(line) for line in lines))
    found = list(zip(lines, states, strict=True))
    available = GaugeMetricFamily(
        "huiyin_store_available", "1 if the store answers and its writer runs.", labels=["service"]
    )
    for line, state in found:
        is_there = state is not None and line.core.store.alive
        available.add_metric([line.core.name], int(is_there))
    known = [(line, state) for line, state in found if state is not None]
    return (available, *_letters(known), *_outboxes(known))


async def _state(line: OnLine) -> StoreState | None:
    """None where the store does not say."""
    try:
        async with asyncio.timeout(ANSWER_TIME):
            outbox = await outbox_of(line) if line.core.name in PUBLISHERS else None
            return StoreState(await letters_depth(line), outbox)
    except (StoreUnavailableError, TimeoutError) as error:
        log.warning("the store does not answer", service=line.core.name, reason=repr(error))
        return None


def _letters(known: Sequence[tuple[OnLine, StoreState]]) -> Iterable[Metric]:
    letters = GaugeMetricFamily(
        "huiyin_dead_letters",
        "Letters that wait; no more than 200 are counted.",
        labels=["service"],
    )
    oldest = GaugeMetricFamily(
        "huiyin_dead_letters_oldest_seconds", "Since the oldest was parked.", labels=["service"]
    )
    for line, state in known:
        name = [line.core.name]
        letters.add_metric(name, state.letters.letters)
        oldest.add_metric(name, _age(line, state.letters.oldest_parked_at))
    return (letters, oldest)


def _outboxes(known: Sequence[tuple[OnLine, StoreState]]) -> Iterable[Metric]:
    end = GaugeMetricFamily("huiyin_outbox_end_position", "The log's end.", labels=["service"])
    oldest = GaugeMetricFamily(
        "huiyin_outbox_oldest_unpublished_seconds",
        "Since the oldest event was stored that is not published yet.",
        labels=["service"],
    )
    for line, state in known:
        if state.outbox is not None:
            end.add_metric([line.core.name], state.outbox.end)
            oldest.add_metric([line.core.name], _age(line, state.outbox.oldest_unpublished_at))
    return (end, oldest)


def _age(line: OnLine, moment: datetime | None) -> float:
    return 0.0 if moment is None else max(0.0, (line.core.now() - moment).total_seconds())
