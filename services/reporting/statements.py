"""What the services say of a ticket's streams: how many events each holds, signed.

A record that was taken out of reporting's store would otherwise lack in a ticket's proof unseen.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from services.reporting.bootstrap import Reporting
from services.reporting.peers import Peers, Silence
from services.reporting.projections import RecordRow
from services.reporting.queries import records_of
from services.reporting.waiting import awaited
from shared.evidence.statement import Statement
from shared.messaging.topics import PUBLISHERS

PATIENCE = 1.0
"""Seconds that reporting is behind a service in normal running, at most."""
LOOK_TIME = 0.05


async def statements_of(
    peers: Peers, ticket_id: UUID, headers: Mapping[str, str]
) -> dict[str, Statement]:
    """By service; one that does not answer says nothing."""
    query = {"subject": str(ticket_id)}
    answers = await asyncio.gather(
        *(peers.ask(one, "log/stream", Statement, headers, query) for one in PUBLISHERS)
    )
    return {
        service: answer
        for service, answer in zip(PUBLISHERS, answers, strict=True)
        if not isinstance(answer, Silence)
    }


async def awaited_records(
    reporting: Reporting, ticket_id: UUID, statements: Mapping[str, Statement]
) -> Sequence[RecordRow]:
    """The ticket's records, once there are as many as the services say, or a moment later."""

    def are_there(rows: Sequence[RecordRow]) -> bool:
        kept = Counter(row.source for row in rows if row.subject == ticket_id)
        return all(kept[one] >= it.length for one, it in statements.items())

    look = partial(records_of, reporting, ticket_id)
    return await awaited(look, are_there, patience=PATIENCE, look_time=LOOK_TIME)
