"""A log as somebody keeps it, compared with what its service signed: the first bad position."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

import msgspec

from shared.evidence.leaf import Leaf

Wrong = Literal["changed", "swapped", "removed", "cut", "added", "unsigned", "unknown"]
"""`unknown`: no copy agrees with the checkpoint any more, so none says which event is bad."""


class Fault(msgspec.Struct, frozen=True):
    """Where a copy of a log is first another one than was signed for, and how."""

    position: int
    wrong: Wrong


class Copy:
    """One keeper's leaves in the order of the log, read forward from checkpoint to checkpoint."""

    def __init__(self, leaves: AsyncIterator[Leaf]) -> None:
        self._leaves = leaves
        self._ahead: Leaf | None = None
        self.has_ended = False

    async def up_to(self, position: int) -> list[Leaf]:
        """The next leaves, up to that position of the log."""
        found: list[Leaf] = []
        while (leaf := self._ahead or await anext(self._leaves, None)) is not None:
            self._ahead = None
            if leaf.position > position:
                self._ahead = leaf
                return found
            found.append(leaf)
        self.has_ended = True
        return found


def first_fault(true: Sequence[Leaf], kept: Sequence[Leaf], *, has_ended: bool) -> Fault | None:
    """What is first wrong with the kept part of a log whose true part is known.

    What is missing at the end was cut off if nothing comes behind it.
    """
    for number, leaf in enumerate(true):
        if number >= len(kept):
            return Fault(leaf.position, "cut" if has_ended else "removed")
        if kept[number] != leaf:
            return _difference(true[number:], kept[number:])
    if len(kept) > len(true):
        return Fault(kept[len(true)].position, "added")
    return None


def _difference(true: Sequence[Leaf], kept: Sequence[Leaf]) -> Fault:
    due, found = true[0], kept[0]
    if found.position < due.position:
        return Fault(found.position, "added")
    if found.position > due.position:
        return Fault(due.position, "removed")
    # Two that changed places: each stands where the other one belongs.
    is_swap = any(one.digest == due.digest for one in kept) and any(
        one.digest == found.digest for one in true
    )
    return Fault(due.position, "swapped" if is_swap else "changed")
