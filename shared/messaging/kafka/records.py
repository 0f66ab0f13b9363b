"""What aiokafka hands over, as the records that both carriers share."""

from operator import itemgetter

from aiokafka import ConsumerRecord

from shared.messaging.envelope import Record

_value = itemgetter(1)


def record_of(message: ConsumerRecord[bytes, bytes]) -> Record:
    """The message as a record, bytes untouched."""
    headers = message.headers
    if not all(map(_value, headers)):  # Kafka allows none, and hardly anybody sends one
        headers = tuple((name, value or b"") for name, value in headers)
    return Record(
        key=message.key,
        headers=headers,
        value=message.value,
        partition=message.partition,
        offset=message.offset,
    )
