"""What is the matter with the timers, in sentences."""

from collections.abc import Iterator

from services.reporting.canary_models import CanaryStanding
from services.reporting.console.findings import Finding, worst_first
from services.reporting.console.texts import Language
from services.reporting.console.times import seconds_or_span
from services.reporting.timer_models import TimersBoard

SLOW = 60.0
"""Seconds: what fell due is to be raised within a minute."""


def timer_findings(board: TimersBoard, language: Language) -> list[Finding]:
    """The worst first; one that says that all is well where there is nothing else to say."""
    if board.silent:
        return [
            Finding("bad", f"timers.silent.{board.silent}"),
            *canary_findings(board.canary, language),
        ]
    found = [*_of_the_engine(board), *canary_findings(board.canary, language)]
    return worst_first(found) or [Finding("good", "timers.well")]


def _of_the_engine(board: TimersBoard) -> Iterator[Finding]:
    behind = board.catching_up
    if behind and not behind.caught_up:
        left: object = "?" if behind.lag_records is None else behind.lag_records
        values = {"partitions": behind.partitions_behind, "records": left}
        yield Finding("warn", "timers.catching_up", values)
    if board.waiting_to_be_said:
        yield Finding("warn", "timers.unsaid", {"count": board.waiting_to_be_said})
    raising = board.raising
    if raising and (raising.p50_seconds or 0) > SLOW:
        values = {"count": raising.raised, "span": seconds_or_span(raising.p50_seconds or 0)}
        yield Finding("warn", "timers.slow", values)


def canary_findings(canary: CanaryStanding | None, language: Language) -> Iterator[Finding]:
    """Where the whole line hangs, in the reader's language."""
    if canary and canary.late and canary.words:
        words = canary.words.zh if language == "zh-CN" else canary.words.en
        yield Finding("bad", "watch.canary_late", {"words": words})
