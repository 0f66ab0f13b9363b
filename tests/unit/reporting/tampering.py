"""What can be done to a file of events: each with what has to be found, and where first."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from shared.evidence.document import EventLine
from tests.unit.reporting.examples import TICKET, minute

Lines = list[bytes]


@dataclass(frozen=True)
class Tampering:
    """`number` is the event, from 0, that is first wrong; None: the manifest."""

    name: str
    do: Callable[[Lines], Lines]
    wrong: str
    number: int | None

    def __str__(self) -> str:
        return self.name


def byte_of_data(lines: Lines) -> Lines:
    return [*lines[:3], lines[3].replace(b"crm", b"crn", 1), *lines[4:]]


def header(**changes: object) -> Callable[[Lines], Lines]:
    def change(lines: Lines) -> Lines:
        event = msgspec.json.decode(lines[3], type=EventLine)
        changed = msgspec.structs.replace(event, **changes)
        return [*lines[:3], msgspec.json.encode(changed) + b"\n", *lines[4:]]

    return change


def said_twice(number: int, member: bytes) -> Callable[[Lines], Lines]:
    """Whoever reads the line meets another value first than a program takes."""

    def change(lines: Lines) -> Lines:
        line = lines[number].replace(member, member + b'"somebody",' + member, 1)
        return [*lines[:number], line, *lines[number + 1 :]]

    return change


def swapped(lines: Lines) -> Lines:
    return [*lines[:2], lines[4], lines[3], lines[2], *lines[5:]]


def swapped_in_place(lines: Lines) -> Lines:
    """The events change places, what proves them stays where it was."""
    one, two = (msgspec.json.decode(line, type=EventLine) for line in lines[2:4])
    proofs = [{"index": it.index, "path": it.path, "link": it.link} for it in (one, two)]
    first = msgspec.structs.replace(two, **proofs[0])
    second = msgspec.structs.replace(one, **proofs[1])
    news = [msgspec.json.encode(it) + b"\n" for it in (first, second)]
    return [*lines[:2], *news, *lines[4:]]


def manifest_shortened(lines: Lines) -> Lines:
    """Whoever cuts the end off says so in the manifest too."""
    manifest = msgspec.json.decode(lines[0])
    manifest["sources"][0]["positions"][-1][1] -= 1
    return [msgspec.json.encode(manifest) + b"\n", *lines[1:-1]]


def checkpoint_shortened(lines: Lines) -> Lines:
    manifest = msgspec.json.decode(lines[0])
    manifest["sources"][0]["checkpoint"]["size"] -= 1
    return [msgspec.json.encode(manifest) + b"\n", *lines[1:]]


FILES = (
    Tampering("a byte of an event", byte_of_data, "changed", 2),
    Tampering("an actor", header(actor="somebody"), "changed", 2),
    Tampering("when it happened", header(occurred_at=minute(-9)), "changed", 2),
    Tampering("when it was recorded", header(recorded_at=minute(90)), "changed", 2),
    Tampering("its type", header(type="ticket-withdrawn.v1"), "changed", 2),
    Tampering("its cause", header(causation_id=TICKET), "changed", 2),
    Tampering("an actor before the true one", said_twice(3, b'"actor":'), "changed", 2),
    Tampering("a reader before the true one", said_twice(0, b'"made_for":'), "changed", None),
    Tampering("two events", swapped, "swapped", 1),
    Tampering("two events within their lines", swapped_in_place, "swapped", 1),
    Tampering("one taken out", lambda lines: [*lines[:3], *lines[4:]], "removed", 2),
    Tampering("the first taken out", lambda lines: [lines[0], *lines[2:]], "removed", 0),
    Tampering("the newest cut off", lambda lines: lines[:-1], "cut", -1),
    Tampering("cut within a line", lambda lines: [*lines[:-1], lines[-1][:40]], "cut", -1),
    Tampering("all but two cut off", lambda lines: lines[:3], "cut", 2),
    Tampering("one twice", lambda lines: [*lines[:3], *lines[2:]], "added", 2),
    Tampering("one more at the end", lambda lines: [*lines, lines[-1]], "added", -1),
    Tampering("cut, and the manifest too", manifest_shortened, "unsigned", None),
    Tampering("the checkpoint's size", checkpoint_shortened, "unsigned", None),
    Tampering("no manifest", lambda lines: lines[1:], "unreadable", None),
    Tampering("nothing left", lambda _: [], "unreadable", None),
)
