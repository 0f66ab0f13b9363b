"""The tree against the RFC's own words, written down as a recursion over all sizes up to 70."""

import hashlib
from collections.abc import Sequence
from functools import cache

import pytest

from shared.evidence.tree import (
    EMPTY,
    Frontier,
    Node,
    WrongProofError,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_by_path,
    root_of,
    roots_by_path,
)

SIZES = range(71)
LEAVES = [leaf_hash(bytes([number])) for number in SIZES]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    both = naive_root(leaves[:k]) + naive_root(leaves[k:])
    return hashlib.sha256(b"\x01" + both).digest()


ROOTS = [naive_root(LEAVES[:size]) for size in SIZES]


def nodes_of(leaves: Sequence[bytes]) -> Node:
    @cache
    def node(height: int, number: int) -> bytes:
        part = leaves[number << height : (number + 1) << height]
        assert len(part) == 1 << height, "only whole subtrees are asked for"
        return naive_root(part)

    return node


def peaks_of(size: int, node: Node) -> list[bytes]:
    """The whole subtrees that the first `size` leaves fall into, the largest first."""
    found, start = [], 0
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            found.append(node(height, start >> height))
            start += 1 << height
    return found


def test_the_known_hashes() -> None:
    """The first of the test vectors that Certificate Transparency's own repository ships."""
    assert leaf_hash(b"").hex().startswith("6e340b9cffb37a98")
    assert root_of([leaf_hash(b"")]) == leaf_hash(b"")
    assert EMPTY.hex().startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize("size", SIZES)
def test_a_growing_tree_has_the_root_of_the_recursion(size: int) -> None:
    assert root_of(LEAVES[:size]) == ROOTS[size]
    again = Frontier(size, peaks_of(size, nodes_of(LEAVES)))
    assert again.root() == ROOTS[size]
    again.add(leaf_hash(b"more"))
    assert again.root() == naive_root([*LEAVES[:size], leaf_hash(b"more")])


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_led_to_the_root_and_no_other_one_is(size: int) -> None:
    node = nodes_of(LEAVES[:size])
    for index in range(size):
        path = inclusion_path(index, size, node)
        assert root_by_path(LEAVES[index], index, size, path) == ROOTS[size]
        assert root_by_path(leaf_hash(b"other"), index, size, path) != ROOTS[size]
        for number, step in enumerate(path if size % 7 == 0 else ()):
            bent = [*path[:number], leaf_hash(step), *path[number + 1 :]]
            assert root_by_path(LEAVES[index], index, size, bent) != ROOTS[size]
        with pytest.raises(WrongProofError):
            root_by_path(LEAVES[index], index, size, [*path, EMPTY])
        if path:
            with pytest.raises(WrongProofError):
                root_by_path(LEAVES[index], index, size, path[:-1])


@pytest.mark.parametrize("later", SIZES)
def test_every_earlier_tree_is_found_in_the_later_one_and_no_other_one_is(later: int) -> None:
    node = nodes_of(LEAVES[:later])
    for earlier in range(1, later + 1):
        path = consistency_path(earlier, later, node)
        assert roots_by_path(earlier, later, ROOTS[earlier], path) == (
            ROOTS[earlier],
            ROOTS[later],
        )
        with pytest.raises(WrongProofError):
            roots_by_path(earlier, later, ROOTS[earlier], [*path, EMPTY])
        if earlier < later:
            forged = naive_root([leaf_hash(b"other"), *LEAVES[1:earlier]])
            found = roots_by_path(earlier, later, forged, path)
            assert found != (forged, ROOTS[later])
            with pytest.raises(WrongProofError):
                roots_by_path(earlier, later, ROOTS[earlier], path[:-1])


def test_a_leaf_never_passes_for_a_node() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_that_is_not_there_has_no_path(index: int, size: int) -> None:
    with pytest.raises(WrongProofError):
        root_by_path(EMPTY, index, size, [])


def test_peaks_of_another_size_are_refused() -> None:
    with pytest.raises(WrongProofError):
        Frontier(3, [EMPTY])
