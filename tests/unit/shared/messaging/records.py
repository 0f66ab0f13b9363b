"""Records of one partition, without a store."""

from datetime import UTC, datetime
from uuid import UUID

from msgspec.structs import replace

from shared.codec import Metadata, encode, name_of, pack
from shared.contracts.terms import Event, PersonalDataRead
from shared.event_store import LoggedEvent, StoredEvent
from shared.messaging.envelope import Arrival, Record
from shared.messaging.headers import read_record, to_records
from shared.messaging.heading import LoggedHeaders
from shared.messaging.topics import partition_of

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
EPOCH = UUID(int=1)
SUBJECT = UUID(int=2)
EVENT = PersonalDataRead(
    reader="李雷", customer_ref=UUID(int=3), subject_id=SUBJECT, fields=("phone",), at=NOW
)


def to_record(service: str, epoch: UUID, logged: LoggedEvent, previous: int) -> Record:
    """One stored event as it is published, behind the one that it says."""
    before = {partition_of(logged.event.stream): logged.position - 1}
    (made,) = to_records(service, epoch, [logged], before)
    assert isinstance(made.headers, LoggedHeaders)
    return replace(made, headers=replace(made.headers, previous=previous))


def record(
    position: int = 1, previous: int = 0, offset: int | None = None, event: Event = EVENT
) -> Record:
    metadata = Metadata(
        event_id=UUID(int=position), recorded_at=NOW, actor="客服", correlation_id=SUBJECT
    )
    state = pack(metadata, encode(event))
    stored = StoredEvent(SUBJECT, position, name_of(event), state)
    made = to_record("intake", EPOCH, LoggedEvent(position, stored), previous)
    return Record(made.key, made.headers, made.value, made.partition, offset)


def arrival(position: int = 1, previous: int = 0, offset: int | None = None) -> Arrival:
    return read_record(record(position, previous, offset), "intake")
