"""Where the command writes: answers to stdout, one sentence about what went wrong to stderr."""

import re
import sys
from typing import NoReturn

import typer
from rich.console import Console
from rich.highlighter import JSONHighlighter
from rich.progress import Progress, ProgressColumn
from rich.text import Text

SAID_NO, WRONG_USE, NOT_REACHED = 1, 2, 3
WIDE = 160
"""Columns where no terminal says how many it has."""

_UNSEEN = r"\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
UNSEEN = re.compile(rf"[\x00-\x1f{_UNSEEN}]")
"""What steers a terminal, turns the text around it or is no character: shown as an escape."""
UNSEEN_IN_JSON = re.compile(rf"[{_UNSEEN}]")
"""The same in JSON, which escapes the first of them itself."""


def console() -> Console:
    """As wide as the terminal; wide where there is none, so that a pipe gets whole lines."""
    return Console() if sys.stdout.isatty() else Console(width=WIDE)


def progress(*columns: ProgressColumn, quiet: bool = False) -> Progress:
    """A bar on stderr: the answer alone goes to stdout."""
    out = console()
    out.stderr = True
    return Progress(*columns, console=out, disable=quiet, transient=True)


def visible(text: str) -> str:
    """The text with nothing in it that a terminal obeys."""
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def shown(text: str, style: str = "") -> Text:
    """Somebody else's text as it is: nothing in it is markup, nothing in it stays unseen."""
    return Text(visible(text), style)


def visible_json(text: str) -> str:
    """The same JSON, with nothing in it that a terminal obeys."""
    return UNSEEN_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def echo_json(text: str) -> None:
    """Writes JSON to stdout, for programs."""
    typer.echo(visible_json(text))


def shown_json(text: str) -> Text:
    """JSON for people, in colours."""
    return JSONHighlighter()(Text(visible_json(text)))


def stop(sentence: str, code: int) -> NoReturn:
    """Ends the command with one sentence."""
    typer.echo(visible(sentence), err=True)
    raise typer.Exit(code)


def cannot_use(error: OSError, place: object) -> NoReturn:
    """Ends the command over a file or folder that is not to be used, under its own name."""
    named, reason = error.filename or place, reason_of(error)
    stop(f"{named} cannot be used ({reason}): give another HUIYIN_DATA.", WRONG_USE)


def reason_of(error: OSError) -> str:
    """What the operating system says is wrong, to stand within a sentence."""
    return (error.strerror or type(error).__name__).lower()


def as_sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:].rstrip(".") + "."
