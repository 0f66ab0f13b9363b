"""Every look at what a person said or who they are is an event in the reader's own stream."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from shared.command_handler import stamp
from shared.contracts.terms import PersonalDataRead
from shared.event_store import Append
from shared.http import Caller
from shared.service import Core

READERS = UUID("8f5f6c52-6f0a-4f2e-9b9a-6a9a0d1f5e21")


async def record_reading(
    core: Core, caller: Caller, customer_ref: UUID, subject_id: UUID, fields: Sequence[str]
) -> None:
    """Stores who read what of whom; call it before the data is shown."""
    now = core.now()
    read = PersonalDataRead(
        reader=caller.key.client,
        customer_ref=customer_ref,
        subject_id=subject_id,
        fields=tuple(fields),
        at=now,
    )
    await core.store.append(
        Append(
            stream=uuid5(READERS, caller.key.client),
            expected_version=None,
            events=[stamp(read, caller.cause, now)],
        )
    )
