"""What may be shown of a person, and by which secret a store knows its customers."""

import pytest

from shared.group_commit import EventStore
from shared.keys import SecretBrokenError
from shared.testing.memory_store import MemoryBackend
from shared.vault import SECRET_MARKS, check_secret, mask_name, mask_phone


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("010-12345678", "010****5678"),
        ("12345678", "****78"),
        ("95598", "****"),
    ],
)
def test_a_masked_phone_number_cannot_be_called(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_a_masked_name_keeps_the_family_name_of_most() -> None:
    assert mask_name("张晓明") == "张**"


async def test_a_store_takes_no_other_secret_than_the_one_it_was_made_with() -> None:
    store = EventStore(MemoryBackend([SECRET_MARKS]))
    await check_secret(store, b"one")
    await check_secret(store, b"one")
    with pytest.raises(SecretBrokenError, match="restore"):
        await check_secret(store, b"another")
    await store.close()
