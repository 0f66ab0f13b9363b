"""Trying again: what may pass is waited out, what may not is tried a few times."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

from shared.codec import UnreadableEventError
from shared.decider import NotYetKnownError
from shared.event_store import AlreadyProcessedError, StoreUnavailableError
from shared.messaging.envelope import Arrival
from shared.messaging.lane import Lane
from shared.messaging.letters import LettersFullError
from shared.messaging.receiving import Receive

ATTEMPTS = 3
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0
TRANSIENT = (
    StoreUnavailableError,
    LettersFullError,
    NotYetKnownError,
    TimeoutError,
    ConnectionError,
)
"""What may pass by waiting: it stops the partition, and parks nobody."""

log = structlog.get_logger(__name__)


async def patiently(lane: Lane, effect: Callable[[], Awaitable[None]]) -> None:
    """Returns once the effect is there; until then the lane says what it waits for."""
    pause = FIRST_PAUSE
    before = lane.alarm
    while True:
        try:
            await effect()
        except TRANSIENT as error:
            lane.alarm = type(error).__name__
            log.warning("waiting", publisher=lane.publisher, reason=lane.alarm, seconds=pause)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            lane.alarm = before
            return


async def attempt(receive: Receive, arrival: Arrival) -> tuple[str, int] | None:
    """None once it had its effect, else the error's class and the attempts made.

    Raises AlreadyProcessedError and what may pass by waiting.
    """
    failure = ""
    for count in range(1, ATTEMPTS + 1):
        try:
            await receive(arrival)
        except (AlreadyProcessedError, *TRANSIENT):
            raise
        except UnreadableEventError as error:
            return type(error).__name__, count
        except Exception as error:
            # Whatever it is, it parks this ticket alone.
            log.exception("handler failed", type=arrival.name, attempt=count)
            failure = type(error).__name__
        else:
            return None
    return failure, ATTEMPTS
