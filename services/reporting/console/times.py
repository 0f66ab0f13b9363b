"""Spans, times and JSON out of records and other services' answers, as templates show them."""

from datetime import datetime
from typing import Any

import msgspec

SHORT = 120
"""Seconds: up to here people compare them as such."""


def moments_in(said: Any) -> Any:  # noqa: ANN401 - JSON
    """The same JSON with its times as such."""
    match said:
        case dict():
            return {name: moments_in(value) for name, value in said.items()}
        case list():
            return [moments_in(value) for value in said]
        case str():
            return moment_of(said) or said
        case _:
            return said


def moment_of(text: str) -> datetime | None:
    """The time that the text is, with its offset; None where it is none."""
    if len(text) < len("2026-11-21T08:00Z") or text[10] != "T":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def span(seconds: int) -> str:
    """Hours, minutes and seconds; days would be misread as workdays."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def seconds_or_span(seconds: float) -> str:
    """`0.3 s` where tenths matter, else hours, minutes and seconds."""
    return f"{seconds:.1f} s" if seconds < SHORT else span(int(seconds))


def indented(said: bytes | str) -> str:
    """JSON for people; what is none as it is."""
    text = said if isinstance(said, str) else bytes(said).decode(errors="replace")
    try:
        return msgspec.json.format(text, indent=2)
    except msgspec.MsgspecError:
        return text
