"""Sla keeps nobody's texts, and says so of each erased person: once, at however many starts."""

import msgspec

from shared.contracts.intake import CustomerErased
from shared.erasing import erase_person
from shared.messaging.envelope import Record
from shared.messaging.headers import read_record
from shared.messaging.heading import Heading
from shared.service import Core

PUBLISHER = "intake"
ERASURE = b"huiyin.intake.customer-erased."
"""Of whatever version: one that is unknown here is set aside."""


def tells_of_erasure(heading: Heading) -> bool:
    return heading.kind.startswith(ERASURE)


async def erase(core: Core, record: Record) -> None:
    """Raises UnreadableRecordError, UnreadableEventError and what the store raises."""
    arrival = read_record(record, PUBLISHER)
    envelope = arrival.envelope()
    if envelope is not None and isinstance(envelope.event, CustomerErased):
        # Without the mark, which is not kept here: the person's stream says that it was done.
        cause = msgspec.structs.replace(arrival.cause, marks=())
        await erase_person(core, envelope.event, cause)
