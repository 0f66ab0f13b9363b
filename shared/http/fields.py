"""The types that request bodies and list parameters are made of: one for each kind of value."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from shared.codec import utc
from shared.http.requests import Body
from shared.tables import Column


def _written_out(moment: object) -> object:
    """Digits alone would be read as seconds since 1970: a year as a time of that January."""
    if not isinstance(moment, str) or not _DAY_AND_TIME.match(moment):
        raise PydanticCustomError("no-moment", "write it as 2026-11-23T10:00:00+08:00")
    return moment


_DAY_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:")


def _in_utc(moment: datetime) -> datetime:
    try:
        return utc(moment)
    except OverflowError:
        raise PydanticCustomError("no-such-day", "no calendar has that day") from None


Moment = Annotated[
    AwareDatetime,
    Field(strict=False),  # strict refuses text, once a validator has looked at it
    BeforeValidator(_written_out),
    AfterValidator(_in_utc),
]
"""A time with its offset (RFC 3339), in bodies and queries alike; in UTC from here on."""


def _in_one_line(text: str) -> str:
    if _HIDDEN.search(text):
        raise PydanticCustomError("hidden-characters", "holds characters that nobody can see")
    return text


_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters and those that turn the direction of writing."""
Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(_in_one_line),
]
"""One line, at most 480 bytes: it may be a column, and those take 512."""
LongText = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"\S")]
"""Bound for the vault."""
Limit = Annotated[int, Field(ge=1, le=500)]
Cursor = Annotated[str, StringConstraints(max_length=500)]


class CommandBody(Body):
    """What every command may carry: when it really happened."""

    at: Moment | None = None


class ListQuery(BaseModel):
    """What every list takes; what a list is narrowed to and is not given narrows nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Limit = 100
    cursor: Cursor | None = None

    def equal(self, *columns: str) -> dict[str, Column]:
        """Those of the columns that were asked for, with what they must equal."""
        return self.model_dump(mode="json", include=set(columns), exclude_none=True)
