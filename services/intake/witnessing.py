"""Another service's checkpoint as an event of intake's log: published, sealed and kept with it."""

from functools import partial

import msgspec

from shared.command_handler import stamp
from shared.contracts.terms import CheckpointSigned
from shared.event_store import Append
from shared.evidence.checkpoint import stream_of
from shared.ids import new_id
from shared.messaging.envelope import Cause
from shared.service import Core
from shared.tables import Fold, Table


class WitnessedRow(msgspec.Struct, frozen=True, kw_only=True):
    """How far a service's log was signed for, of what is kept here."""

    size: int


WITNESSED = Table("witnessed_logs", WitnessedRow)


class KnownError(Exception):
    """It, or a later one, is kept already."""


async def witness(core: Core, signed: CheckpointSigned) -> bool:
    """Whether it was news."""
    cause = Cause(actor=signed.service, correlation_id=new_id())
    key = f"{signed.service}/{signed.epoch}"
    append = Append(
        stream=stream_of(signed.service),
        expected_version=None,
        events=[stamp(signed, cause, core.now())],
        rows=[Fold(WITNESSED, key, partial(_farther, size=signed.size))],
    )
    try:
        await core.store.append(append)
    except KnownError:
        return False
    return True


def _farther(row: WitnessedRow | None, *, size: int) -> WitnessedRow:
    if row is not None and row.size >= size:
        raise KnownError
    return WitnessedRow(size=size)
