"""Many dead letters at once: what is asked for, what would be done, and what was."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

import msgspec
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.http import Body
from shared.http.operations import Reason
from shared.settings import ServiceName

MOST = 200
"""Sequences, or letters to give up, of one call; the others are the next call's."""
Act = Literal["redrive", "discard"]


class LetterName(Body):
    """One letter, and whose it is."""

    service: ServiceName
    letter_id: UUID


class ManyLetters(Body):
    """Those that are named, or all of one service; carried out only where the count is right."""

    letters: Annotated[tuple[LetterName, ...], Field(min_length=1, max_length=MOST)] | None = None
    service: ServiceName | None = None
    dry_run: bool = False
    expected: Annotated[int, Field(ge=1)] | None = None
    """How many letters it is about, as the dry run said."""
    reason: Reason | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.letters is None) == (self.service is None):
            raise PydanticCustomError("one-choice", "give letters or service")
        if not self.dry_run and (self.expected is None or self.reason is None):
            raise PydanticCustomError("unconfirmed", "give expected and reason")
        return self


class LetterSequence(msgspec.Struct, frozen=True, kw_only=True):
    """What is done in one go: a subject's letters in their order, or one letter to give up."""

    service: str
    letter_id: UUID
    subject: str
    items: list[dict[str, Any]]


class ManyPlanned(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing was done; `count` is what `expected` must say to have it done."""

    dry_run: Literal[True] = True
    act: Act
    count: int
    would: int
    """How many of them would be handled, as far as can be told, or given up."""
    sequences: list[LetterSequence]
    more: bool
    unreachable: list[str]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one sequence came to; `problem` is the code of what its service said instead."""

    service: str
    letter_id: UUID
    subject: str
    done: int
    left: int
    problem: str | None = None


class ManyDone(msgspec.Struct, frozen=True, kw_only=True):
    """How many letters had their effect or were given up, and how many of those asked for wait."""

    dry_run: Literal[False] = False
    act: Act
    done: int
    left: int
    sequences: list[Outcome]
    more: bool
