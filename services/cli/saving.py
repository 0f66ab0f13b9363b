"""A file that the API answers with, put where the command was told to."""

from pathlib import Path

import httpx

from services.cli.terminal import WRONG_USE, reason_of, stop


def save(answer: httpx.Response, output: Path | None) -> Path:
    """Writes it there, else under the name that the answer gives it in this folder."""
    place = output or Path(name_in(answer, "huiyin-file"))
    try:
        place.write_bytes(answer.content)
    except OSError as error:
        stop(f"{place} cannot be written ({reason_of(error)}): give another --output.", WRONG_USE)
    return place


def name_in(answer: httpx.Response, otherwise: str) -> str:
    """The file's name without any folder, as the answer says it."""
    named = answer.headers.get("content-disposition", "").partition('filename="')[2]
    return Path(named.partition('"')[0]).name or otherwise
