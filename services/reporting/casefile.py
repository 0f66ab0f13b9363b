"""A ticket's events with their proof and in their order: what each form of its export is of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from uuid import UUID

from services.reporting.bootstrap import Reporting
from services.reporting.history import causal_order
from services.reporting.projections import TicketCard
from services.reporting.proofs import Asked, Proof, Subject, prove
from services.reporting.queries import visible_ticket
from services.reporting.readings import record_look
from services.reporting.statements import awaited_records, statements_of
from shared.contracts.terms import CheckpointSigned
from shared.evidence.document import EventLine
from shared.evidence.keys import Signer
from shared.http import Caller


@dataclass(frozen=True)
class CaseFile:
    """`order` are the events' ids, causes first, as the history numbers them."""

    ticket_id: UUID
    card: TicketCard
    proof: Proof
    order: tuple[UUID, ...]

    @property
    def name(self) -> str:
        """What people call the ticket by."""
        return self.card.number or str(self.ticket_id)

    @cached_property
    def checkpoints(self) -> Mapping[str, CheckpointSigned | None]:
        """By service, the one to which its events' paths lead."""
        return {one.service: one.checkpoint for one in self.proof.manifest.sources}

    def lines(self) -> Iterator[EventLine]:
        """In that order."""
        by_id = {line.event_id: line for line in self.proof.items}
        return (by_id[event_id] for event_id in self.order)


async def open_case(
    reporting: Reporting, caller: Caller, named: str, headers: Mapping[str, str], form: str
) -> CaseFile:
    """The case as it is now; that it is taken away is stored first. Raises UnknownSubjectError."""
    core = reporting.core
    ticket_id, card = await visible_ticket(reporting, caller, named)
    await record_look(core, caller, ticket_id, card, "proof", f"format={form}")
    statements = await statements_of(reporting.peers, ticket_id, headers)
    rows = await awaited_records(reporting, ticket_id, statements)
    query: dict[str, str | None] = {"ticket": str(ticket_id), "format": form}
    asked = Asked(query=query, made_at=core.now(), made_for=caller.key.client)
    signer = Signer("reporting", core.secret)
    subject = Subject(ticket_id, statements)
    proof = await core.store.run(
        partial(prove, subject=subject, rows=rows, asked=asked, signer=signer)
    )
    order = tuple(row.event_id for row in causal_order(rows))
    return CaseFile(ticket_id, card, proof, order)
