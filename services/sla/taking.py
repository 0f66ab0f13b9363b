"""Takes a shelf for a snapshot: at once what may change, beside everything else the rest."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import msgspec

from services.sla.asleep import AT_ONCE, Asleep, Row, Sleeping, doze, laid_down, second_of
from services.sla.ear import Ear
from services.sla.packing import ID, FactPacking
from services.sla.shelf import Shelf
from services.sla.snapshots import Content, Place
from services.sla.watched import Watched

SAMPLED, LONGEST_SAMPLE = 1000, 1024
"""Tickets, and bytes: a longer one takes longer with each ticket."""


class Awake(NamedTuple):
    """A ticket as it was when a snapshot was taken."""

    watched: Watched
    kept: bytes
    moment: int


class Taken(NamedTuple):
    """A shelf at one moment, taken at once; all that takes time is done from this."""

    content: Content
    """Without its tickets."""
    awake: Sequence[Awake]
    asleep: Asleep
    packing: FactPacking


def taken_of(shelf: Shelf, ears: Iterable[Ear], waiting: AbstractSet[Watched]) -> Taken:
    """The shelf as it is now; the tickets that wait to be judged are judged first at a start."""
    content = Content(
        shelf.own_position,
        [Place(*(getattr(one, name) for name in Place._fields)) for one in ears],
        shelf.packing.legend,
        list(shelf.clock_names.things),
        Sleeping(),
        b"".join([one.number.to_bytes(ID) for one in shelf.drifted]),
    )
    awake = [
        Awake(one, one.kept, AT_ONCE if one in waiting else second_of(one.next_at))
        for one in shelf.tickets.awake
    ]
    return Taken(content, awake, shelf.tickets.asleep.as_it_is(), shelf.packing)


def content_of(taken: Taken) -> Content:
    """Who slept already is copied, not unpacked."""
    sample = taken.asleep.sample or _sample_of(taken.awake)
    rows = [
        Row(one.watched.number.to_bytes(ID), doze(one.kept, sample), one.moment)
        for one in taken.awake
    ]
    tickets = laid_down([*taken.asleep.rows(), *rows], sample)
    return msgspec.structs.replace(taken.content, tickets=tickets)


def _sample_of(awake: Sequence[Awake]) -> bytes:
    found = (one.kept for one in awake[:SAMPLED])
    return max(found, key=len, default=b"")[:LONGEST_SAMPLE]


def unchanged(shelf: Shelf, taken: Taken, waiting: AbstractSet[Watched]) -> list[Watched]:
    """Who was awake, and may sleep now: there is no news of them since, and nothing needs them."""
    needed = {*waiting, *shelf.unjudged, *shelf.traces, *shelf.drifted}
    return [
        one
        for one, kept, moment in taken.awake
        if one.kept is kept and second_of(one.next_at) == moment != AT_ONCE and one not in needed
    ]
