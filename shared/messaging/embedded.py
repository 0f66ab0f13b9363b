"""The carrier inside one process: hands the relays' records straight to the consumers."""

import asyncio
from collections.abc import Sequence

from shared.messaging.envelope import Record
from shared.messaging.subscriber import Subscriber
from shared.messaging.topics import PARTITIONS

__all__ = ["EmbeddedCarrier", "Subscriber"]


class EmbeddedCarrier:
    """Takes a batch when every subscriber has handled it; partitions run side by side."""

    def __init__(self) -> None:
        self._subscribers: dict[str, list[Subscriber]] = {}

    async def subscribe(self, subscriber: Subscriber, publishers: Sequence[str]) -> None:
        """Hands over all that is published from now on; relays must not be running yet."""
        for publisher in publishers:
            await subscriber.assign(publisher, range(PARTITIONS))
            self._subscribers.setdefault(publisher, []).append(subscriber)

    async def publish(self, service: str, records: Sequence[Record]) -> None:
        """Returns when every subscriber has had the effect of every record."""
        partitions: dict[int, list[Record]] = {}
        for record in records:
            partitions.setdefault(record.partition, []).append(record)
        await asyncio.gather(
            *(
                subscriber.take(service, partition, part)
                for subscriber in self._subscribers.get(service, ())
                for partition, part in partitions.items()
            )
        )

    async def settle(self) -> None:
        """Stores every subscriber's marks, so that the relays need not begin behind them."""
        subscribers = {id(one): one for all_ in self._subscribers.values() for one in all_}
        await asyncio.gather(*(subscriber.flush() for subscriber in subscribers.values()))
