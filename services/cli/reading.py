"""A file that a command sends, or one sentence about why it cannot be read."""

from pathlib import Path

from services.cli.terminal import WRONG_USE, reason_of, stop


def text_of(path: Path) -> str:
    """The whole file; ends the command if there is none, or no text in it."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        stop(f"{path} cannot be read ({reason_of(error)}): name the draft's file.", WRONG_USE)
    except UnicodeDecodeError:
        stop(f"{path} is no UTF-8 text: save the draft as UTF-8.", WRONG_USE)
