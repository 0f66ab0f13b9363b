"""What a redrive would come to, told without one: no handler runs, and no row changes."""

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from shared.codec import UnreadableEventError
from shared.messaging.envelope import Arrival, UnreadableRecordError
from shared.messaging.headers import read_record
from shared.messaging.letter import Letter

Outlook = Literal["handled", "no-effect", "fails", "waits", "not-redriven"]
"""`handled`: its handler gets it; `no-effect`: this service has none for it; `waits`: behind one
that fails; `not-redriven`: the service reads all anew at each start and redrives nothing."""
Foresee = Callable[[Arrival], bool]
"""Whether a handler would get the event. Raises UnreadableEventError."""


class Foreseen(msgspec.Struct, frozen=True):
    """One letter, in the order in which a redrive takes them; `error`: why it would stop there."""

    letter: Letter
    outlook: Outlook
    error: str | None = None


def is_readable(arrival: Arrival) -> bool:
    """What is known of any consumer. Raises UnreadableEventError."""
    return arrival.envelope() is not None


def foreseen(letters: Sequence[Letter], foresee: Foresee | None) -> list[Foreseen]:
    """Of a subject's letters, oldest first; None for a service that redrives nothing.

    What a rule decides shows only when it is decided: a letter that is `handled` may fail still.
    """
    found: list[Foreseen] = []
    has_failed = False
    for letter in letters:
        one = Foreseen(letter, "waits") if has_failed else _of(letter, foresee)
        has_failed = has_failed or one.outlook == "fails"
        found.append(one)
    return found


def _of(letter: Letter, foresee: Foresee | None) -> Foreseen:
    if foresee is None:
        return Foreseen(letter, "not-redriven")
    try:
        has_handler = foresee(read_record(letter.record, letter.publisher))
    except (UnreadableRecordError, UnreadableEventError) as error:
        return Foreseen(letter, "fails", type(error).__name__)
    return Foreseen(letter, "handled" if has_handler else "no-effect")
