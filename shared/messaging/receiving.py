"""From a record to the handler of its event's type."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from shared import codec
from shared.codec import UnknownVersionError
from shared.contracts.terms import Event
from shared.messaging.envelope import Arrival, Envelope

Receive = Callable[[Arrival], Awaitable[None]]
Handler = Callable[[Any], Awaitable[None]]


class Receiver:
    """Decodes and hands to the handler of the event's type; no handler is no effect.

    An unknown version of a type that is handled here raises UnknownVersionError; of another type,
    it is none of this service's business.
    """

    def __init__(self, handlers: Mapping[type[Event], Handler]) -> None:
        self._handlers = handlers
        self._names = {one for kind in handlers for one in _names(kind)}

    async def __call__(self, arrival: Arrival) -> None:
        """Raises what the handler raises, and UnreadableEventError."""
        if (found := self._find(arrival)) is not None:
            handler, envelope = found
            await handler(envelope)

    def foresee(self, arrival: Arrival) -> bool:
        """Whether a handler would get it. Raises UnreadableEventError."""
        return self._find(arrival) is not None

    def _find(self, arrival: Arrival) -> tuple[Handler, Envelope[Event]] | None:
        is_handled = (arrival.publisher, _stem(arrival.name)) in self._names
        try:
            envelope = arrival.envelope()
        except UnknownVersionError:
            if is_handled:
                raise
            return None
        handler = self._handlers.get(type(envelope.event)) if envelope else None
        if envelope is not None and handler is not None:
            return handler, envelope
        if is_handled:  # a version that is known here, but that nobody handles yet
            raise UnknownVersionError(arrival.name)
        return None


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
