"""What a verification says of a service's log."""

from typing import Literal

import msgspec

CopyName = Literal["service", "records", "tree", "checkpoints"]
"""The service's own log; reporting's records of it; the tree that proofs are read from."""


class CopyFault(msgspec.Struct, frozen=True, kw_only=True):
    """The first bad position of one copy of a log."""

    copy: CopyName
    position: int
    wrong: str


class ServiceVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one service's log, up to its newest checkpoint."""

    service: str
    state: Literal["ok", "broken", "incomplete"]
    checkpoints: int
    events: int
    position: int
    faults: tuple[CopyFault, ...] = ()
    silent: str | None = None
    """Why the service's own log could not be read; then only the copies here were."""
