"""Work that takes longer than a request: what it has come to, for whoever asks again."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from shared.listing import column_time
from shared.tables import Table

OperationState = Literal["running", "done", "failed"]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work; `progress` is the share that is done, from 0 to 1."""

    operation_id: UUID
    kind: str
    instance: str
    """Which process does it; it ends with that process."""
    state: OperationState = "running"
    progress: float = 0.0
    started_at: datetime
    updated_at: datetime
    asked: dict[str, Any]
    result: dict[str, Any] | None = None
    error: str | None = None


OPERATIONS = Table(
    "operations",
    Operation,
    {"kind": lambda row: row.kind, "started_at": lambda row: column_time(row.started_at)},
    indexes=(("kind", "started_at"),),
)
