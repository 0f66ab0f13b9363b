"""The embedded carrier at its worst: partitions interleave at random, records come repeatedly."""

import random
from collections.abc import Sequence

from shared.messaging.embedded import EmbeddedCarrier
from shared.messaging.envelope import Record

MAX_RUN = 7


class JumbledCarrier(EmbeddedCarrier):
    """Keeps each partition's first occurrences in order, and nothing else that Kafka leaves open.

    The seed is printed: pytest shows it beside a failure.
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__()
        seed = random.SystemRandom().randrange(1 << 32) if seed is None else seed
        print(f"jumbled with seed {seed}")  # noqa: T201 - for whoever repeats a failed test
        self._random = random.Random(seed)  # noqa: S311 - repeatable, not secret

    async def publish(self, service: str, records: Sequence[Record]) -> None:
        """Hands over runs of random partitions, some of them again."""
        parts: dict[int, list[Record]] = {}
        for record in records:
            parts.setdefault(record.partition, []).append(record)
        while parts:
            partition = self._random.choice(list(parts))
            part = parts[partition]
            run = part[: self._random.randint(1, MAX_RUN)]
            if self._random.random() < 0.5:  # noqa: PLR2004 - half of the runs move on
                del part[: len(run)]
            if not part:
                del parts[partition]
            await super().publish(service, run)
        await super().publish(service, records[-1:])
