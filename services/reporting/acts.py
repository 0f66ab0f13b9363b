"""Who did what under which rule, a row an event of a ticket: what a search goes through.

Made anew from the records by a rebuild; they say nothing that the records do not.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from services.reporting.projections import RecordRow
from shared.canary import is_canary
from shared.contracts.terms import folded_name
from shared.listing import column_time
from shared.tables import Put, RowChange, Table, is_storable

WHO_WORKED = (
    "handler",
    "receiver",
    "acknowledged_by",
    "written_by",
    "reviewed_by",
    "signed_by",
    "answered_by",
)
"""Members in which an event names a person besides the one whose key sent it."""
LONGEST_WORD = 120


class ActRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event; `data` says more, and stands with the record alone."""

    event_id: UUID
    ticket_id: UUID
    source: str
    type: str
    """As stored: `ticket-registered.v1`."""
    actor: str
    worker: str | None = None
    """Who is named in it: the handler of a work order, who acknowledged or signed."""
    rule: str | None = None
    """The routing rule that sent a work order its way, else the clock that it is about."""
    round: int = 1
    occurred_at: datetime
    recorded_at: datetime

    @property
    def stem(self) -> str:
        """The type without its version."""
        return self.type.rpartition(".")[0] or self.type


ACTS = Table(
    "ticket_acts",
    ActRow,
    {
        "actor": lambda row: folded_name(row.actor),
        "worker": lambda row: folded_name(row.worker) if row.worker else None,
        "stem": lambda row: row.stem,
        "rule": lambda row: row.rule,
        "recorded_at": lambda row: column_time(row.recorded_at),
    },
    indexes=(
        ("actor", "recorded_at"),
        ("worker", "recorded_at"),
        ("stem", "recorded_at"),
        ("rule", "recorded_at"),
        ("recorded_at",),
    ),
)


def act_changes(row: RecordRow) -> list[RowChange]:
    """The row of an event of a ticket; of the canary, and of what concerns no ticket, none."""
    act = act_of(row)
    return [] if act is None else [Put(ACTS, str(act.event_id), act)]


def act_of(row: RecordRow) -> ActRow | None:
    """What the record says of it, whether or not its type is known here."""
    if row.ticket_id is None or is_canary(row.ticket_id):
        return None
    said = msgspec.json.decode(row.data)
    facts: dict[str, object] = said if isinstance(said, dict) else {}
    number = facts.get("round")
    return ActRow(
        event_id=row.event_id,
        ticket_id=row.ticket_id,
        source=row.source,
        type=row.type,
        actor=_word(row.actor) or "",
        worker=next((word for name in WHO_WORKED if (word := _word(facts.get(name)))), None),
        rule=_word(facts.get("rule")) or _word(facts.get("clock")),
        round=number if isinstance(number, int) else 1,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
    )


def _word(value: object) -> str | None:
    """A text that can be a column, as all are that this release writes."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_WORD:
        return None
    return value if is_storable(value) and is_storable(folded_name(value)) else None
