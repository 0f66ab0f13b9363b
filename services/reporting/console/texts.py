"""The pages' texts: a catalogue a language, chosen by the reader."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from fastapi import Request

from shared.http.problems import prefers_chinese

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LANGUAGE_COOKIE = "huiyin_language"
FOLDER = Path(__file__).with_name("texts")


@dataclass(frozen=True)
class Texts:
    """One language's; called with a key, as `login.title`, and what the text has places for."""

    language: Language
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        text = self.entries[key]
        return text.format(**values) if values else text

    def named(self, section: str, word: object) -> str:
        """A contract's word in the reader's language; itself where the catalogue has none."""
        return self.entries.get(f"{section}.{word}", str(word))


@cache
def texts_in(language: Language) -> Texts:
    """The catalogue of that language."""
    tree = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return Texts(language, dict(_flat(tree, "")))


def _flat(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def texts_for(request: Request) -> Texts:
    """By the reader's own switch, else by Accept-Language."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    for language in LANGUAGES:
        if language == chosen:
            return texts_in(language)
    return texts_in("zh-CN" if prefers_chinese(request) else "en")
