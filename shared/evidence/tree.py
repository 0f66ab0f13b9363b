"""The Merkle tree over a log: RFC 6962's hashing, proofs checked as RFC 9162 says.

https://www.rfc-editor.org/rfc/rfc9162#section-2.1
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

HASH_SIZE = 32
EMPTY = hashlib.sha256(b"").digest()
Node = Callable[[int, int], bytes]
"""The hash of the whole subtree of that height and number, counted from the left."""


class WrongProofError(ValueError):
    """The proof has another length than one of such a tree."""


def leaf_hash(entry: bytes) -> bytes:
    """Of one entry; the prefix keeps a leaf from passing for a node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree of which only the whole subtrees' roots are kept: one a bit of its size."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        """The largest subtree first."""
        if len(self.peaks) != size.bit_count():
            raise WrongProofError("a tree has one peak for each bit of its size")

    def add(self, leaf: bytes) -> None:
        """Takes in the hash of the next leaf."""
        self.peaks.append(leaf)
        self.size += 1
        size = self.size
        while size % 2 == 0:
            right = self.peaks.pop()
            self.peaks.append(node_hash(self.peaks.pop(), right))
            size //= 2

    def root(self) -> bytes:
        """The tree's hash as it stands now."""
        if not self.peaks:
            return EMPTY
        root, *others = reversed(self.peaks)
        for peak in others:
            root = node_hash(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The hash of the tree over these leaves' hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """The hashes that lead from a leaf to the root of the tree of that size, the nearest first."""
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    return path[::-1]


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that the path leads to. Raises WrongProofError for one of another length."""
    if not 0 <= index < size:
        raise WrongProofError("there is no such leaf")
    found = leaf
    for step, is_left in zip(path, _turns(index, size - 1, len(path)), strict=True):
        found = node_hash(step, found) if is_left else node_hash(found, step)
    return found


def _turns(index: int, last: int, steps: int) -> Iterator[bool]:
    """For each step of a path upwards whether it stands on the left; `last` is the last leaf.

    Raises WrongProofError where the path is longer or shorter than the way.
    """
    for _ in range(steps):
        if last == 0:
            raise WrongProofError("the path is too long")
        is_left = bool(index % 2) or index == last
        yield is_left
        while is_left and not index % 2 and index:
            index, last = index // 2, last // 2
        index, last = index // 2, last // 2
    if last:
        raise WrongProofError("the path is too short")


def consistency_path(earlier: int, later: int, node: Node) -> list[bytes]:
    """The hashes that show the first `earlier` leaves to be the same in both trees."""
    if not 0 < earlier < later:
        return []
    path, start, end, is_whole = [], 0, later, True
    while earlier < end:
        middle = start + _split(end - start)
        if earlier <= middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start, is_whole = middle, False
    if not is_whole:
        path.append(_span(start, end, node))
    return path[::-1]


def roots_by_path(
    earlier: int, later: int, earlier_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Both trees' roots that the path leads to: `earlier_root` is needed where it is in the path.

    Raises WrongProofError for a path of another length.
    """
    if earlier in {0, later}:
        if path:
            raise WrongProofError("the path is too long")
        return earlier_root, earlier_root
    steps = list(path)
    if earlier.bit_count() == 1:
        steps.insert(0, earlier_root)
    if not steps:
        raise WrongProofError("the path is too short")
    index, last = earlier - 1, later - 1
    while index % 2:
        index, last = index // 2, last // 2
    first = second = steps.pop(0)
    for step, is_left in zip(steps, _turns(index, last, len(steps)), strict=True):
        first = node_hash(step, first) if is_left else first
        second = node_hash(step, second) if is_left else node_hash(second, step)
    return first, second


def _split(width: int) -> int:
    """The largest power of two below the width."""
    return 1 << (width - 1).bit_length() - 1


def _span(start: int, end: int, node: Node) -> bytes:
    """The root over these leaves, whose start and width are those of a subtree of some tree."""
    width = end - start
    if width & width - 1 == 0:
        height = width.bit_length() - 1
        return node(height, start >> height)
    middle = start + _split(width)
    return node_hash(_span(start, middle, node), _span(middle, end, node))
