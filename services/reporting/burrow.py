"""Whether a consumer is well, judged by how it moved and not by thresholds: Burrow's rules.

They need no tuning: ten lag is well where it shrinks, and one is not where nothing moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

Verdict = Literal["OK", "WARN", "ERR", "STALLED", "STOPPED", "REWIND", "UNKNOWN"]
Reason = Literal[
    "read-to-the-end",
    "was-at-the-end",
    "gains",
    "watching",
    "falls-behind",
    "does-not-move",
    "says-nothing",
    "went-back",
    "alarm",
    "not-known",
]
WINDOW = 10
"""Samples; a verdict on slowness or standing still takes all of them."""
LEAST_SILENCE = timedelta(seconds=30)
WORST: tuple[Verdict, ...] = ("ERR", "REWIND", "STOPPED", "STALLED", "UNKNOWN", "WARN", "OK")
"""The worst first."""


@dataclass(frozen=True)
class Sample:
    """How far a consumer was when it last said so."""

    at: datetime
    position: int
    lag: int


@dataclass(frozen=True)
class Judgement:
    """A verdict, and by which rule."""

    verdict: Verdict
    reason: Reason


def judge(
    window: Sequence[Sample],
    lag: int | None,
    now: datetime,
    ends: Sequence[int] = (),
    alarm: str | None = None,
) -> Judgement:
    """One partition, by its newest samples, the oldest first; the worst rule that holds wins.

    `ends` are the partition's own ends, as they were lately: who has read up to one of them was at
    the end then, and is not called stopped because a message came after a long rest.
    """
    if alarm:
        return Judgement("ERR", "alarm")
    if lag is None:
        return Judgement("UNKNOWN", "not-known")
    if lag == 0:
        return Judgement("OK", "read-to-the-end")
    if any(one.lag == 0 for one in window):
        return Judgement("OK", "was-at-the-end")
    if any(after.position < before.position for before, after in pairwise(window)):
        return Judgement("REWIND", "went-back")
    if _is_silent(window, now) and not _was_at_an_end(window, ends):
        return Judgement("STOPPED", "says-nothing")
    if len(window) < WINDOW:
        return Judgement("OK", "watching")
    if window[0].position == window[-1].position:
        return Judgement("STALLED", "does-not-move")
    if all(after.lag >= before.lag for before, after in pairwise(window)):
        return Judgement("WARN", "falls-behind")
    return Judgement("OK", "gains")


def _is_silent(window: Sequence[Sample], now: datetime) -> bool:
    """Whether nothing was said for longer than it was said before."""
    if not window:
        return False
    silence = now - window[-1].at
    return silence > max(LEAST_SILENCE, window[-1].at - window[0].at)


def _was_at_an_end(window: Sequence[Sample], ends: Sequence[int]) -> bool:
    return any(window[-1].position >= end for end in ends)


def worst_of(judgements: Sequence[Judgement]) -> Judgement:
    """A group's: its worst partition's; whatever is an error there is `ERR` here."""
    worst = min(judgements, key=lambda one: WORST.index(one.verdict))
    if worst.verdict in {"REWIND", "STOPPED", "STALLED"}:
        return Judgement("ERR", worst.reason)
    return worst
