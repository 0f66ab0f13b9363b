"""What aiokafka hands over, as the records that both carriers share."""

from aiokafka import ConsumerRecord

from shared.messaging.envelope import Record


def record_of(message: ConsumerRecord[bytes, bytes]) -> Record:
    """The message as a record, bytes untouched."""
    return Record(
        key=message.key,
        headers=tuple((name, value or b"") for name, value in message.headers),  # null is allowed
        value=message.value,
        partition=message.partition,
        offset=message.offset,
    )
