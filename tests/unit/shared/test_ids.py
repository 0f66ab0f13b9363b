import time
from uuid import RFC_4122

import pytest

from shared.ids import bytes_of, new_id

WRITTEN = "0d9d7a4e-7a1e-4a53-8d3c-5f0e7b1c2a90"


def test_an_id_is_a_uuid_of_version_7_and_tells_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    after = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= after


def test_ids_of_one_millisecond_differ() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_the_bytes_of_a_written_id_are_the_ids() -> None:
    made = new_id()
    assert bytes_of(str(made)) == made.bytes


@pytest.mark.parametrize("text", ["", "none", "7", f"{WRITTEN}0", f"{WRITTEN}00", "客服"])
def test_what_is_no_id_has_no_bytes(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of int's and of our own
        bytes_of(text)
