"""A known bug of the service that raises escalations, patched into `huiyin` before it starts."""

from collections.abc import Callable
from unittest.mock import patch

from msgspec.structs import replace

from shared.event_store import Append
from shared.group_commit import EventStore


def write_at_any_version() -> None:
    """Whoever writes says nothing of the version that was read: the stream guards nothing."""
    original = EventStore.append

    async def append(self: EventStore, wanted: Append) -> int:
        return await original(self, replace(wanted, expected_version=None))

    patch.object(EventStore, "append", append).start()


BUGS: dict[str, Callable[[], None]] = {"any-version": write_at_any_version}
