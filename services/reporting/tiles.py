"""The trees over the services' logs, kept in tiles: what a proof needs is found in a few rows.

A tile holds 256 neighbouring hashes; the next tile upwards is of its tiles' roots. The lowest ones
hold each event's position and digest.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Protocol

import msgspec

from shared.event_store import Backend
from shared.evidence.leaf import Leaf
from shared.evidence.tree import HASH_SIZE, Frontier, inclusion_path, node_hash, root_of
from shared.tables import Put, Query, RowChange, Table

STEP = 8
"""Levels of the tree that one tile stands for."""
WIDTH = 1 << STEP


class Tile(msgspec.Struct, frozen=True):
    """Hashes beside each other; only in the lowest ones positions, and digests in place of them."""

    service: str
    positions: tuple[int, ...] = ()
    hashes: bytes = b""

    def __len__(self) -> int:
        return len(self.hashes) // HASH_SIZE

    def entry(self, number: int) -> bytes:
        return self.hashes[number * HASH_SIZE : (number + 1) * HASH_SIZE]

    def leaf(self, number: int) -> Leaf:
        """Of one of the lowest."""
        return Leaf(self.positions[number], self.entry(number))

    def hash(self, number: int) -> bytes:
        """The tree's own hash at that place."""
        return self.leaf(number).hash if self.positions else self.entry(number)

    def add(self, hash_: bytes, *position: int) -> "Tile":
        return Tile(self.service, (*self.positions, *position), self.hashes + hash_)


class Tree(msgspec.Struct, frozen=True):
    """A service's tree as far as it agrees with a checkpoint."""

    size: int = 0
    position: int = 0
    peaks: tuple[bytes, ...] = ()


TILES = Table(
    "evidence_tiles",
    Tile,
    {
        "lowest": lambda row: row.service if row.positions else None,
        "first": lambda row: row.positions[0] if row.positions else None,
    },
    numeric=frozenset({"first"}),
    indexes=(("lowest", "first"),),
)
TREES = Table("evidence_trees", Tree)


def tile_key(service: str, height: int, number: int) -> str:
    """`height` is that of the tile's entries in the tree."""
    return f"{service}/{height:02}/{number:012}"


class Rows(Protocol):
    """Whoever reads single tiles."""

    def __call__(self, key: str) -> Tile | None: ...


class Growth:
    """A tree and the tiles at its growing edge; `changes` are what has to be stored of it."""

    def __init__(self, service: str, tree: Tree, read: Rows) -> None:
        self.frontier = Frontier(tree.size, tree.peaks)
        self.position = tree.position
        self._service = service
        self._read = read
        self._open: dict[int, tuple[int, Tile]] = {}
        self._dirty: dict[str, Tile] = {}

    def add(self, leaf: Leaf) -> None:
        """The next event of the log."""
        index = self.frontier.size
        self.frontier.add(leaf.hash)
        self.position = leaf.position
        self._put(0, index, leaf.digest, leaf.position)

    def tree(self) -> Tree:
        return Tree(self.frontier.size, self.position, tuple(self.frontier.peaks))

    def changes(self) -> list[RowChange]:
        """The tiles touched since the last call."""
        changes: list[RowChange] = [Put(TILES, key, tile) for key, tile in self._dirty.items()]
        self._dirty.clear()
        return changes

    def _put(self, height: int, index: int, hash_: bytes, *position: int) -> None:
        number, place = divmod(index, WIDTH)
        key = tile_key(self._service, height, number)
        at, tile = self._open.get(height, (-1, Tile(self._service)))
        if at != number:
            tile = (self._read(key) if place else None) or Tile(self._service)
            # What a growth that came to nothing left behind stands beyond the place.
            kept = tile.positions[:place], tile.hashes[: place * HASH_SIZE]
            tile = Tile(self._service, *kept)
        tile = tile.add(hash_, *position)
        self._open[height] = number, tile
        self._dirty[key] = tile
        if len(tile) == WIDTH:
            root = root_of(tile.hash(one) for one in range(WIDTH))
            self._put(height + STEP, number, root)


class Tiles:
    """Reads proofs off a service's tiles, within one visit to the store."""

    def __init__(self, backend: Backend, service: str) -> None:
        self._backend = backend
        self._service = service
        self._tiles: dict[str, Tile] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._last = 0, Tile(service)

    def path(self, index: int, size: int) -> list[bytes]:
        """From the leaf to the root of the tree of that size."""
        return inclusion_path(index, size, self.node)

    def node(self, height: int, number: int) -> bytes:
        """The hash of a whole subtree. Raises LookupError where a tile is missing."""
        known = self._nodes.get((height, number))
        if known is None:
            known = self._nodes[height, number] = self._node(height, number)
        return known

    def _node(self, height: int, number: int) -> bytes:
        if height % STEP:
            below = number * 2
            return node_hash(self.node(height - 1, below), self.node(height - 1, below + 1))
        tile_number, place = divmod(number, WIDTH)
        tile = self._tile(height, tile_number)
        if place >= len(tile):
            raise LookupError(f"{self._service}: no hash at {height}/{number}")
        return tile.hash(place)

    def index_of(self, position: int) -> int | None:
        """Which leaf stands at that position of the log."""
        number, tile = self._last
        if not (tile.positions and tile.positions[0] <= position <= tile.positions[-1]):
            number, tile = self._last = self._lowest(position)
        place = bisect_left(tile.positions, position)
        if place == len(tile) or tile.positions[place] != position:
            return None
        return number * WIDTH + place

    def _lowest(self, position: int) -> tuple[int, Tile]:
        """The tile in which the position stands, if it stands in one."""
        query = Query(
            TILES,
            {"lowest": self._service},
            at_most={"first": position},
            order=("first",),
            descending=True,
            limit=1,
        )
        for key, tile in self._backend.query(query):
            return int(key.rpartition("/")[2]), tile
        return 0, Tile(self._service)

    def leaves(self, start: int, end: int) -> Sequence[Leaf]:
        """As far as they are there."""
        return list(self._leaves(start, end))

    def _leaves(self, start: int, end: int) -> Iterator[Leaf]:
        while start < end:
            number, place = divmod(start, WIDTH)
            tile = self._tile(0, number)
            last = min(len(tile), len(tile.positions), end - number * WIDTH)
            yield from map(tile.leaf, range(place, last))
            if last < WIDTH:
                return
            start = (number + 1) * WIDTH

    def _tile(self, height: int, number: int) -> Tile:
        key = tile_key(self._service, height, number)
        tile = self._tiles.get(key)
        if tile is None:
            tile = self._backend.read_row(TILES, key) or Tile(self._service)
            self._tiles[key] = tile
        return tile


def tree_of(backend: Backend, service: str) -> Tree:
    """As far as it has grown."""
    return backend.read_row(TREES, service) or Tree()


def growth_of(backend: Backend, service: str) -> Growth:
    """To be continued where the tree ends; reads tiles while it grows, so within this visit."""
    return Growth(service, tree_of(backend, service), partial(backend.read_row, TILES))
