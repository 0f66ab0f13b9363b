"""What aiokafka hands over, as the records that both carriers share."""

from aiokafka import ConsumerRecord

from shared.messaging.envelope import Record


def record_of(message: ConsumerRecord[bytes, bytes]) -> Record:
    """The message as a record, bytes untouched."""
    headers = message.headers
    values: list[bytes | None] = [value for _, value in headers]
    if None in values:  # which Kafka allows, and hardly anybody sends
        headers = tuple((name, value or b"") for name, value in headers)
    return Record(
        key=message.key,
        headers=headers,
        value=message.value,
        partition=message.partition,
        offset=message.offset,
    )
