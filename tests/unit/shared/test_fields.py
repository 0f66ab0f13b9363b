"""The values that requests are made of."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from shared.http import Body, ListQuery, Moment


class Told(Body):
    """A body's."""

    at: Moment


class Asked(ListQuery):
    """A query's."""

    at: Moment


@pytest.mark.parametrize(
    "written", ["2026-11-23T10:00:00+08:00", "2026-11-23T02:00:00Z", "2026-11-23 02:00:00.000Z"]
)
def test_a_time_is_written_out_with_its_offset(written: str) -> None:
    at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert Told.model_validate_json(json.dumps({"at": written})).at == at
    assert Asked.model_validate({"at": written}).at == at


@pytest.mark.parametrize(
    "written",
    ["2026", "1764547200", "1764547200.5", 2026, 1764547200.5, "2026-11-23", "2026-11-23T10:00:00"],
)
def test_digits_alone_are_no_time_nor_is_one_without_an_offset(written: object) -> None:
    with pytest.raises(ValidationError):
        Told.model_validate_json(json.dumps({"at": written}))
    with pytest.raises(ValidationError):
        Asked.model_validate({"at": written})
