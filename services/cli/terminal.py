"""Where the command writes: answers to stdout, one sentence about what went wrong to stderr."""

import sys
from typing import NoReturn

import typer
from rich.console import Console

SAID_NO, WRONG_USE, NOT_REACHED = 1, 2, 3
WIDE = 160
"""Columns where no terminal says how many it has."""


def console() -> Console:
    """As wide as the terminal; wide where there is none, so that a pipe gets whole lines."""
    return Console() if sys.stdout.isatty() else Console(width=WIDE)


def stop(sentence: str, code: int) -> NoReturn:
    """Ends the command with one sentence."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def as_sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:].rstrip(".") + "."
