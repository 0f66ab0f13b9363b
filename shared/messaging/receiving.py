"""From a record to the handler of its event's type."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from shared import codec
from shared.codec import UnknownVersionError
from shared.contracts.terms import Event
from shared.messaging.envelope import Arrival

Receive = Callable[[Arrival], Awaitable[None]]
Handler = Callable[[Any], Awaitable[None]]


def receive_with(handlers: Mapping[type[Event], Handler]) -> Receive:
    """Decodes and hands to the handler of the event's type; no handler is no effect.

    An unknown version of a type that is handled here raises UnknownVersionError; of another type,
    it is none of this service's business.
    """
    names = {(publisher, stem) for kind in handlers for publisher, stem in _names(kind)}

    async def receive(arrival: Arrival) -> None:
        is_handled = (arrival.publisher, _stem(arrival.name)) in names
        try:
            envelope = arrival.envelope()
        except UnknownVersionError:
            if is_handled:
                raise
            return
        handler = handlers.get(type(envelope.event)) if envelope else None
        if handler is not None:
            await handler(envelope)
        elif is_handled:  # a version that is known here, but that nobody handles yet
            raise UnknownVersionError(arrival.name)

    return receive


def _names(kind: type[Event]) -> set[tuple[str, str]]:
    """Who publishes the type, and its name without the version."""
    return {
        (publisher, _stem(name))
        for publisher, events in codec.REGISTRY.items()
        for name, known in events.items()
        if known is kind
    }


def _stem(name: str) -> str:
    return name.rpartition(".")[0]
