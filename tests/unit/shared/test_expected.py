"""What people read where a model refused something: what is expected, and never what came."""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from shared.http import Body, Label, MalformedError, Moment
from shared.http.expected import OTHERWISE
from shared.http.problems import malformed

SECRET = "张丽珍 13800138000"  # noqa: S105 - somebody's name
RAW = re.compile(r"[a-z]+_[a-z_]+|Input|Value error|urn:")
"""A validator's own words."""


class Asked(Body):
    """One of each kind."""

    pack: str | dict[str, Any] = ""
    kind: Literal["complaint", "praise"] = "praise"
    by: Literal["day", "week"] | Literal["branch"] = "day"  # noqa: PYI030 - two types of one's own
    seed: Annotated[str, Field(max_length=3)] | int = 1
    only: bool = False
    ids: Annotated[tuple[UUID, ...], Field(max_length=1)] = ()
    at: Moment | None = None
    name: Label = "x"
    count: Annotated[int, Field(ge=1)] = 1


def refused(body: object) -> list[dict[str, str]]:
    """In English, once it is known that the Chinese says something about the same places."""
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate_json(TypeAdapter(Any).dump_json(body))
    error = malformed(caught.value)
    english, chinese = (error.members(chinese=one)["errors"] for one in (False, True))
    assert [one["pointer"] for one in chinese] == [one["pointer"] for one in english]
    for one in chinese:
        assert re.search("[一-鿿]", one["detail"])
    told = f"{english} {chinese}"
    assert "张丽珍" not in told
    assert not RAW.search(told)
    return list(english)


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ([], "", "an object is expected"),
        ({"pack": 5}, "/pack", "a text is expected, or an object is expected"),
        ({"kind": SECRET}, "/kind", "one of these is expected: 'complaint', 'praise'"),
        ({"by": SECRET}, "/by", "one of these is expected: 'day', 'week', or one of these is"),
        (
            {"seed": SECRET},
            "/seed",
            "at most 3 characters are expected, or a whole number is expected",
        ),
        ({"only": SECRET}, "/only", "true or false is expected"),
        ({"ids": [SECRET]}, "/ids/0", "an id (UUID) is expected"),
        ({"ids": 2 * [f"{5:032}"]}, "/ids", "at most 1 of them are expected"),
        ({"at": "2026-11-23"}, "/at", "a time with its offset is expected: write it as 2026-11-"),
        ({"at": "2026-11-23T10:00:00"}, "/at", "a time with its offset is expected: write it as"),
        ({"name": ""}, "/name", "at least 1 characters are expected"),
        ({"name": "a\tb"}, "/name", "holds characters that nobody can see"),
        ({"count": 0}, "/count", "at least 1 is expected"),
        ({"count": SECRET}, "/count", "a whole number is expected"),
        ({"a/b": SECRET}, "/a~1b", "is nothing that this call takes: leave it out"),
    ],
)
def test_each_place_says_what_is_expected_there(body: object, pointer: str, detail: str) -> None:
    (one,) = refused(body)
    assert one["pointer"] == pointer
    assert one["detail"].startswith(detail)


def test_what_nobody_foresaw_has_a_sentence_of_its_own() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(bytes).validate_python(5)
    error = malformed(caught.value)
    assert [error.members(chinese=True), error.members(chinese=False)] == [
        {"errors": [{"pointer": "", "detail": words}]} for words in OTHERWISE
    ]


def test_what_is_said_in_one_language_is_said_to_all() -> None:
    error = MalformedError(("/pack", "line 3"))
    assert error.members(chinese=True) == error.members(chinese=False)
