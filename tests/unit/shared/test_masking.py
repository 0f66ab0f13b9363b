"""What may be shown of a person."""

import pytest

from shared.masking import mask_name, mask_phone


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
