"""What was said of a ticket after it was registered: the texts of its later events."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shared.codec import data_of, decode
from shared.contracts.intake import TicketRegistered
from shared.contracts.terms import Text
from shared.event_store import StoredEvent


class TextPlace(NamedTuple):
    """The field that a text came in, and where it lies in the vault."""

    field: str
    text_id: UUID
    at: datetime


def texts_said(stream: Sequence[StoredEvent]) -> list[TextPlace]:
    """Of the ticket's own stream, oldest first; the register's are shown under their names."""
    places: list[TextPlace] = []
    for one in stream:
        event = decode("intake", one.name, data_of(one.state))
        if event is None or isinstance(event, TicketRegistered):
            continue
        for field in event.__struct_fields__:
            text = getattr(event, field)
            if isinstance(text, Text):
                places.append(TextPlace(field, text.text_id, event.at))
    return places
