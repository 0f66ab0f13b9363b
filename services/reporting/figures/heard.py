"""One record as figures hear it."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from services.reporting.projections import RecordRow
from shared.codec import UnreadableEventError, decode
from shared.contracts.terms import Event


class Heard(Struct, frozen=True, kw_only=True):
    """One record, as far as figures need it; `event` None is of a type that is not known here."""

    source: str
    type: str
    sequence: int
    event_id: UUID
    recorded_at: datetime
    actor: str
    event: Event | None


def heard_in(row: RecordRow) -> Heard:
    """A kept record as it was heard."""
    try:
        event = decode(row.source, row.type, bytes(row.data))
    except UnreadableEventError:
        event = None
    return Heard(
        source=row.source,
        type=row.type,
        sequence=row.sequence,
        event_id=row.event_id,
        recorded_at=row.recorded_at,
        actor=row.actor,
        event=event,
    )
