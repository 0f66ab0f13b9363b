"""A report that went out: archived once, and what it said stands."""

from dataclasses import dataclass

from shared.contracts.reporting import ReportArchived
from shared.decider import Decider


@dataclass(frozen=True)
class ArchiveReport:
    """All about it; its bytes are stored beside the event."""

    report: ReportArchived


def decide(command: ArchiveReport, report: ReportArchived | None) -> list[ReportArchived]:
    return [] if report else [command.report]


def evolve(_report: ReportArchived | None, event: ReportArchived) -> ReportArchived:
    return event


REPORT: Decider[ArchiveReport, ReportArchived | None, ReportArchived] = Decider(
    initial=None, decide=decide, evolve=evolve
)
