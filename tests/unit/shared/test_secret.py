"""By which secret a store knows its customers."""

import pytest

from shared.group_commit import EventStore
from shared.keys import SecretBrokenError
from shared.secret import SECRET_MARKS, check_secret
from shared.testing.memory_store import MemoryBackend


async def test_a_store_takes_no_other_secret_than_the_one_it_was_made_with() -> None:
    store = EventStore(MemoryBackend([SECRET_MARKS]))
    await check_secret(store, b"one")
    await check_secret(store, b"one")
    with pytest.raises(SecretBrokenError, match="restore"):
        await check_secret(store, b"another")
    await store.close()
