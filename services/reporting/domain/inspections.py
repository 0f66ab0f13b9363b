"""An unannounced inspection: a sample that anybody can draw again, and what was found (H-23)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.reporting.domain.errors import FindingStandsError, NotInSampleError
from shared.contracts.reporting import (
    FindingPublished,
    InspectionDrawn,
    InspectionEvent,
    Verdict,
)
from shared.contracts.terms import Text
from shared.decider import Decider, UnknownSubjectError


@dataclass(frozen=True)
class DrawInspection:
    """All that was drawn, and from what."""

    inspection: InspectionDrawn


@dataclass(frozen=True, kw_only=True)
class PublishFinding:
    ticket_id: UUID
    verdict: Verdict
    finding: Text
    found_by: str
    at: datetime


InspectionCommand = DrawInspection | PublishFinding


@dataclass(frozen=True)
class Inspection:
    """With the findings so far, by ticket."""

    drawn: InspectionDrawn | None = None
    findings: dict[UUID, FindingPublished] = field(default_factory=dict)


def decide(command: InspectionCommand, inspection: Inspection) -> list[InspectionEvent]:
    match command:
        case DrawInspection():
            return [] if inspection.drawn else [command.inspection]
        case PublishFinding():
            return _publish(command, inspection)
        case _:
            assert_never(command)


def _publish(command: PublishFinding, inspection: Inspection) -> list[InspectionEvent]:
    if inspection.drawn is None:
        raise UnknownSubjectError
    if command.ticket_id not in inspection.drawn.drawn:
        raise NotInSampleError
    before = inspection.findings.get(command.ticket_id)
    if before is not None:
        if before.verdict == command.verdict and before.found_by == command.found_by:
            return []  # a repeat
        raise FindingStandsError
    published = FindingPublished(
        inspection_id=inspection.drawn.inspection_id,
        ticket_id=command.ticket_id,
        verdict=command.verdict,
        finding=command.finding,
        found_by=command.found_by,
        at=command.at,
    )
    return [published]


def evolve(inspection: Inspection, event: InspectionEvent) -> Inspection:
    match event:
        case InspectionDrawn():
            return Inspection(event)
        case FindingPublished():
            findings = {**inspection.findings, event.ticket_id: event}
            return Inspection(inspection.drawn, findings)
        case _:
            assert_never(event)


INSPECTION: Decider[InspectionCommand, Inspection, InspectionEvent] = Decider(
    initial=Inspection(), decide=decide, evolve=evolve
)
