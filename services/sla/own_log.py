"""What was said already: sla's own log, read once at start."""

from services.sla.book import Said
from services.sla.domain.publication import CLOCKS
from services.sla.packing import pack_published, unpack_published
from shared.codec import decode, unpack
from shared.contracts.sla import ClockEvent
from shared.group_commit import EventStore

BATCH = 1000


async def read_own_log(store: EventStore) -> Said:
    """Reads it from the first event to the last."""
    said: Said = {}
    position = 0
    while batch := await store.read_log(position, BATCH):
        for logged in batch:
            stored = logged.event
            event = decode("sla", stored.name, unpack(stored.state)[1])
            if isinstance(event, ClockEvent):
                key = str(stored.stream)
                before = unpack_published(said[key][0]) if key in said else CLOCKS.initial
                after = CLOCKS.evolve(before, event)  # type: ignore[arg-type]
                said[key] = pack_published(after), stored.version
        position = batch[-1].position
    return said
