"""What is the matter with the timers, in sentences."""

from collections.abc import Iterator

from services.reporting.canary_models import CanaryStanding
from services.reporting.console.findings import Finding, worst_first
from services.reporting.console.texts import Language, texts_in
from services.reporting.console.times import seconds_or_span, span
from services.reporting.timer_models import TimersBoard
from shared.messaging.topics import PARTITIONS

SLOW = 60.0
"""Seconds: what fell due is to be raised within a minute."""


def timer_findings(board: TimersBoard, language: Language) -> list[Finding]:
    """The worst first; what is overdue; and that the watch is well where nothing says otherwise."""
    if board.silent:
        return [
            Finding("bad", f"timers.silent.{board.silent}"),
            *canary_findings(board.canary, language),
        ]
    found = [*_of_the_engine(board), *canary_findings(board.canary, language)]
    well = [] if found else [Finding("good", "timers.well")]
    return worst_first([*found, *_of_the_promises(board, language), *well])


def _of_the_engine(board: TimersBoard) -> Iterator[Finding]:
    behind = board.catching_up
    if behind and len(behind.partitions) < PARTITIONS:
        yield Finding("warn", "timers.partly", {"here": len(behind.partitions), "all": PARTITIONS})
    if behind and behind.partitions_behind:
        left: object = "?" if behind.lag_records is None else behind.lag_records
        values = {"partitions": behind.partitions_behind, "records": left}
        yield Finding("warn", "timers.catching_up", values)
    if board.waiting_to_be_said:
        yield Finding("warn", "timers.unsaid", {"count": board.waiting_to_be_said})
    raising = board.raising
    if raising and (raising.p50_seconds or 0) > SLOW:
        values = {"count": raising.raised, "span": seconds_or_span(raising.p50_seconds or 0)}
        yield Finding("warn", "timers.slow", values)


def _of_the_promises(board: TimersBoard, language: Language) -> Iterator[Finding]:
    """Late tickets are no fault of the watch, but nobody who looks here may overlook them."""
    count = board.totals.overdue if board.totals else 0
    if not count:
        return
    late = [one for one in board.due if one.due_at < board.as_of]
    if not late:  # all of them are about the reader
        yield Finding("warn", "timers.some_overdue", {"count": count})
        return
    values = {
        "count": count,
        "span": span(int((board.as_of - late[0].due_at).total_seconds())),
        "ticket": late[0].number or late[0].ticket_id,
        "clock": texts_in(language).named("clocks", late[0].clock),
    }
    yield Finding("warn", "timers.most_overdue", values, "#due")


def canary_findings(canary: CanaryStanding | None, language: Language) -> Iterator[Finding]:
    """Where the whole line hangs, in the reader's language."""
    if canary and canary.late and canary.words:
        words = canary.words.zh if language == "zh-CN" else canary.words.en
        yield Finding("bad", "watch.canary_late", {"words": words})
