"""Inspections: what a sample is drawn from, who may see it, how it is shown (H-23)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from services.reporting.figures.queries import read_frame, today
from services.reporting.own_models import DrawRequest, FindingView, InspectionView
from services.reporting.own_projections import FINDINGS, INSPECTIONS, FindingRow
from services.reporting.projections import CARDS
from services.reporting.sampling import draw, frame_hash
from shared.contracts.reporting import FindingPublished, InspectionDrawn
from shared.decider import UnknownSubjectError
from shared.http.callers import is_about, was_asked
from shared.http.known import check_department
from shared.keys import EVERY_DEPARTMENT, ApiKey
from shared.tables import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from services.reporting.bootstrap import Reporting
    from services.reporting.domain.inspections import Inspection
    from shared.command_handler import Identity
    from shared.event_store import Backend
    from shared.http import Caller, Sent
    from shared.tables import Column

EVERYTHING = "all"
NO_TEXTS: Mapping[UUID, str | None] = {}


def scope_of(key: ApiKey) -> str:
    """Whose matters the key sees, in a word: everybody's, of its departments, of its client."""
    if "admin" in key.scopes or EVERY_DEPARTMENT in key.departments:
        return EVERYTHING
    if key.departments:
        return f"departments {' '.join(sorted(set(key.departments)))}"
    return f"client {key.client}"


def made_for(key: ApiKey) -> dict[str, Column]:
    """The narrowing of a list to what was made for whom the key stands for."""
    scope = scope_of(key)
    return {} if scope == EVERYTHING else {"scope": scope}


async def is_in_scope(
    reporting: Reporting, key: ApiKey, scope: str, identity: Identity | None = None
) -> bool:
    """Whether what was made for that scope is there for the key; who asks again is answered."""
    if scope_of(key) in {EVERYTHING, scope}:
        return True
    return await was_asked(reporting.core.store, identity)


async def drawn(
    reporting: Reporting, sent: Sent[DrawRequest], inspection_id: UUID
) -> InspectionDrawn:
    """A sample of what the caller may see. Raises MalformedError for a department of nobody."""
    body, key = sent.body, sent.caller.key
    period = body.scope.period(today(reporting.core.now()))
    frame = await read_frame(reporting.core, key, period, body.scope.department, body.scope.kind)
    if not frame:
        check_department(reporting.directory, body.scope.department, "/scope/department")
    seed = secrets.token_hex(8) if body.seed is None else str(body.seed)
    return InspectionDrawn(
        inspection_id=inspection_id,
        scope=scope_of(key),
        wanted=body.n,
        seed=seed,
        first_day=period.first.isoformat(),
        last_day=period.last.isoformat(),
        department=body.scope.department,
        kind=body.scope.kind,
        frame_count=len(frame),
        frame_sha256=frame_hash(frame),
        drawn=draw(frame, seed, body.n),
        drawn_by=key.client,
        at=sent.at,
    )


async def visible_inspection(
    reporting: Reporting, caller: Caller, inspection_id: UUID, identity: Identity | None = None
) -> tuple[InspectionDrawn, Inspection, int]:
    """An inspection that is there for the caller. Raises UnknownSubjectError."""
    inspection, version = await reporting.inspections.load(inspection_id)
    found = inspection.drawn
    if found is None:
        raise UnknownSubjectError
    if not await is_in_scope(reporting, caller.key, found.scope, identity):
        raise UnknownSubjectError
    return found, inspection, version


async def findings_of(reporting: Reporting, key: ApiKey, ticket_id: UUID) -> list[FindingRow]:
    """What the inspections that are there for the key found of a ticket, without what they say."""
    scope = scope_of(key)

    def read(backend: Backend) -> list[FindingRow]:
        found = backend.query(Query(FINDINGS, {"ticket_id": str(ticket_id)}, order=("found_at",)))
        drawn = ((one, backend.read_row(INSPECTIONS, str(one.inspection_id))) for _, one in found)
        return [one for one, row in drawn if row and scope in {EVERYTHING, row.scope}]

    return await reporting.core.store.run(read)


async def about_reader(
    reporting: Reporting, key: ApiKey, tickets: Iterable[UUID]
) -> frozenset[UUID]:
    """Those that are about the key's own person, to whom they are not there (C-10)."""

    def read(backend: Backend) -> frozenset[UUID]:
        cards = ((one, backend.read_row(CARDS, str(one))) for one in tickets)
        return frozenset(one for one, card in cards if card and is_about(key, card.against_person))

    return await reporting.core.store.run(read)


async def shown_inspection(
    reporting: Reporting,
    key: ApiKey,
    inspection: Inspection,
    version: int,
    texts: Mapping[UUID, str | None] = NO_TEXTS,
) -> InspectionView:
    """As it is shown to the key, without what is about its person; `texts` by ticket."""
    found = inspection.drawn
    if found is None:
        raise UnknownSubjectError
    hidden = await about_reader(reporting, key, found.drawn)
    return InspectionView(
        inspection_id=found.inspection_id,
        scope=found.scope,
        wanted=found.wanted,
        seed=found.seed,
        first_day=found.first_day,
        last_day=found.last_day,
        department=found.department,
        kind=found.kind,
        frame_count=found.frame_count,
        frame_sha256=found.frame_sha256,
        drawn=tuple(one for one in found.drawn if one not in hidden),
        drawn_by=found.drawn_by,
        drawn_at=found.at,
        findings=[
            _finding(one, texts)
            for one in inspection.findings.values()
            if one.ticket_id not in hidden
        ],
        version=version,
    )


def _finding(one: FindingPublished, texts: Mapping[UUID, str | None]) -> FindingView:
    return FindingView(
        ticket_id=one.ticket_id,
        verdict=one.verdict,
        found_by=one.found_by,
        found_at=one.at,
        finding=texts.get(one.ticket_id),
    )
