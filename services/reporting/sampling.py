"""A random sample that anybody can draw again: by seed and frame alone (H-23)."""

import hashlib
from collections.abc import Iterable, Sequence
from uuid import UUID


def draw(frame: Iterable[UUID], seed: str, wanted: int) -> tuple[UUID, ...]:
    """The tickets whose SHA-256 of `seed:id` is smallest, in that order.

    Whoever has seed and frame draws the same with any tool, in any version of it.
    """
    ranked = sorted(frame, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    return tuple(ranked[:wanted])


def frame_hash(frame: Sequence[UUID]) -> str:
    """SHA-256 over the ids in their order, a line each."""
    lines = "".join(f"{one}\n" for one in sorted(map(str, frame)))
    return hashlib.sha256(lines.encode()).hexdigest()
