"""How far a log is signed for, and since when it ought to be further: an alarm when it stops."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from shared.codec import name_of_kind, unpack
from shared.contracts.terms import CheckpointSigned
from shared.event_store import Backend, LoggedEvent
from shared.evidence.sealing import NEVER, SEAL_KEY, SEALS, Seal

PAGE = 100
GRACE = 60.0
"""Seconds, and two turns besides, within which what was stored is signed for."""
CHECKPOINT = name_of_kind(CheckpointSigned)


class Signing(msgspec.Struct, frozen=True, kw_only=True):
    """As it stands; `waiting_since`: the oldest event that no checkpoint is over, if any ought."""

    events: int
    position: int
    signed_at: datetime | None
    waiting_since: datetime | None
    is_cut: bool
    """The log ends before what was signed for: it gets no checkpoint any more."""


def promised(every: float) -> float:
    """Seconds within which an event is under a checkpoint, where one is signed so often."""
    return 2 * every + GRACE


def signing_of(backend: Backend, seal: Seal | None = None) -> Signing:
    """Of a service's own log, by its seal; or by what is known elsewhere to be signed for."""
    own = backend.read_row(SEALS, SEAL_KEY) or Seal()
    seal = own if seal is None else seal
    oldest = next(_unsigned(backend, seal.position), None)
    return Signing(
        events=seal.size,
        position=seal.position,
        signed_at=None if seal.at == NEVER else seal.at,
        waiting_since=None if oldest is None else _recorded_at(oldest),
        is_cut=own.size > 0 and backend.end() <= own.position,
    )


def _recorded_at(logged: LoggedEvent) -> datetime:
    """Of bytes that are no event any more nobody knows."""
    try:
        return unpack(logged.event.state)[0].recorded_at
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return NEVER


def _unsigned(backend: Backend, after: int) -> Iterator[LoggedEvent]:
    """A checkpoint alone waits for no other one."""
    while page := backend.read_log(after, PAGE):
        yield from (one for one in page if one.event.name != CHECKPOINT)
        after = page[-1].position
