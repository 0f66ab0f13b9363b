"""Events to bytes and back, strictly: what is stored here can always be read again.

The library's default transcoder lets a client's `{"_type_": …}` brick a stream, stores NaN and
writes Python paths; this one knows only the registered names.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from shared.contracts import dispatch, intake, reporting, revisit, sla
from shared.contracts.terms import Event

MAX_EVENT_BYTES = 256 * 1024
"""A record that the broker rejects would stop the relay for ever: refused when written."""

REGISTRY: Mapping[str, Mapping[str, type[Event]]] = {
    "intake": intake.EVENTS,
    "dispatch": dispatch.EVENTS,
    "sla": sla.EVENTS,
    "revisit": revisit.EVENTS,
}


UNPUBLISHED: Mapping[str, Mapping[str, type[Event]]] = {"reporting": reporting.EVENTS}
"""What a service without a topic keeps for itself: in the same form, and as durable."""
_ALL = {**REGISTRY, **UNPUBLISHED}


class UnstorableEventError(ValueError):
    """The event cannot be written in a form that can be read again."""


class UnreadableEventError(ValueError):
    """The bytes are not what their type promises."""


class UnknownVersionError(UnreadableEventError):
    """The type is known here, its version is not."""


class Metadata(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who, when and why of one stored event; published as headers."""

    event_id: UUID
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID | None = None
    traceparent: str | None = None


class MetadataText(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The same with the ids as they are written: whoever passes them on need not read them."""

    event_id: str
    recorded_at: datetime
    actor: str
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None


_encoder = msgspec.json.Encoder()
_metadata_decoder = msgspec.json.Decoder(Metadata)
_text_decoder = msgspec.json.Decoder(MetadataText)
_names = {kind: name for events in _ALL.values() for name, kind in events.items()}
_decoders: dict[type[Event], msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind) for kind in _names
}


def name_of(event: Event) -> str:
    """The fixed name under which the event is stored and published, as `ticket-registered.v1`."""
    return _names[type(event)]


def name_of_kind(kind: type[Event]) -> str:
    """The fixed name of a type of event."""
    return _names[kind]


def encode(event: Event) -> bytes:
    """The event as UTF-8 JSON, Chinese unescaped.

    Raises UnstorableEventError for U+0000, lone surrogates and more than 256 KiB.
    """
    try:
        data = _encoder.encode(event)
    except UnicodeEncodeError as error:
        raise UnstorableEventError("a text holds half a character (a lone surrogate)") from error
    if b"\\u0000" in data and "\0" in str(msgspec.to_builtins(event)):
        raise UnstorableEventError("a text holds U+0000")
    if len(data) > MAX_EVENT_BYTES:
        raise UnstorableEventError("the event is larger than 256 KiB")
    return data


def decode(service: str, name: str, data: bytes) -> Event | None:
    """The event of that service and name; None if no version of the type is known.

    Raises UnknownVersionError for another version of a known type, UnreadableEventError for bytes
    that do not hold such an event.
    """
    events = _ALL.get(service, {})
    kind = events.get(name)
    if kind is None:
        stem = name.rpartition(".")[0]
        if any(known.rpartition(".")[0] == stem for known in events):
            raise UnknownVersionError(name)
        return None
    try:
        event: Event = _decoders[kind].decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableEventError(name) from error
    return event


def pack(metadata: Metadata, data: bytes) -> bytes:
    """What one stored event's state column holds: a line of metadata, then the published bytes."""
    return _encoder.encode(metadata) + b"\n" + data


def unpack(state: bytes) -> tuple[Metadata, bytes]:
    """The two parts of `pack`; JSON never holds a bare line feed."""
    line, _, data = state.partition(b"\n")
    return _metadata_decoder.decode(line), data


def unpack_text(state: bytes) -> tuple[MetadataText, bytes]:
    """The same without reading the ids."""
    line, _, data = state.partition(b"\n")
    return _text_decoder.decode(line), data


def data_of(state: bytes) -> bytes:
    """The event's own part of `pack`, its metadata unread."""
    return state.partition(b"\n")[2]


def utc(moment: datetime) -> datetime:
    """The same instant in UTC: how every time is stored."""
    return moment.astimezone(UTC)
