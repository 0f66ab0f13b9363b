"""What heads and their values are called, in both languages."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from msgspec import Struct

from services.reporting.figures.registry import Words
from shared.directory import Directory
from shared.packs.reading import read_yaml, source_of, text_of

Language = Literal["zh", "en"]
NOBODY = Words(zh="(未填)", en="(none)")


class Catalogue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file."""

    heads: dict[str, Words]
    values: dict[str, dict[str, Words]]


@cache
def catalogue() -> Catalogue:
    """Raises WrongDataError."""
    file = files("services.reporting.figures").joinpath("words.yaml")
    return read_yaml(text_of(file, "the words"), source_of(file), Catalogue)


@dataclass(frozen=True)
class Naming:
    """In one language; departments by the company's directory."""

    language: Language
    directory: Directory

    def say(self, words: Words) -> str:
        return words.zh if self.language == "zh" else words.en

    def head(self, head: str) -> str:
        return self.say(catalogue().heads[head])

    def value(self, head: str, value: str | None) -> str:
        """As it is where nobody has a word for it."""
        if value is None:
            return self.say(NOBODY)
        if head == "department" and (department := self.directory.department(value)):
            names = department.name
            return names.zh if self.language == "zh" else names.en
        words = catalogue().values.get(head, {}).get(value)
        return self.say(words) if words else value
