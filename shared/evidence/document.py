"""An export with its proof, as one file of JSON lines: a manifest, then a line an event.

The manifest says what the file holds and is signed by reporting; the checkpoints in it are signed
by the services whose events they cover. By services in the manifest's order, and within a service
in the order of its log.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shared.contracts.terms import CheckpointSigned
from shared.evidence.keys import PublicKey, Signer
from shared.evidence.leaf import Facts, Leaf, digest_of
from shared.evidence.statement import Statement

FORMAT = "huiyin-evidence/1"
Scope = Literal["ticket", "period"]
Run = tuple[int, int]
"""Positions that follow each other, first and last."""


class _Part(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Written without what is not said: what a later version adds changes no older signature."""


class Source(_Part, frozen=True, kw_only=True):
    """What the file holds of one service's log."""

    service: str
    positions: tuple[Run, ...]
    checkpoint: CheckpointSigned | None = None
    """To which its events' paths lead; None while nothing was signed."""
    since: CheckpointSigned | None = None
    """Of a period: the checkpoint behind which it begins; None: the log's beginning."""
    consistency: tuple[str, ...] = ()
    """Leads from `since` to `checkpoint`."""

    @property
    def count(self) -> int:
        return sum(last - first + 1 for first, last in self.positions)


class Chain(_Part, frozen=True, kw_only=True):
    """The hash chain over one stream's events in the file."""

    service: str
    stream: UUID
    length: int
    head: str
    stated: Statement | None = None
    """Of the ticket's own streams: how many events its service holds; None: it did not answer."""


class Manifest(_Part, frozen=True, kw_only=True):
    """The file's first line; `query` is what was asked for, by `made_for`."""

    format: str
    scope: Scope
    subject: UUID | None = None
    """Of a ticket: its id, and its own streams'."""
    query: dict[str, str | None]
    made_at: datetime
    made_for: str
    sources: tuple[Source, ...]
    chains: tuple[Chain, ...] = ()
    key_id: str = ""
    signature: str = ""

    def signed(self, signer: Signer) -> "Manifest":
        """The same with reporting's signature."""
        bare = msgspec.structs.replace(self, key_id=signer.public.key_id, signature="")
        return msgspec.structs.replace(bare, signature=signer.sign(_text(bare)))

    def is_signed(self, key: PublicKey | None) -> bool:
        bare = msgspec.structs.replace(self, signature="")
        return key is not None and key.signed(_text(bare), self.signature)


class EventLine(_Part, frozen=True, kw_only=True):
    """One event, whole, and how it is proven."""

    source: str
    position: int
    epoch: UUID
    stream: UUID
    sequence: int
    type: str
    event_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None
    data: msgspec.Raw
    index: int | None = None
    """Its number in the tree, from 0; None: signed for by no checkpoint yet."""
    path: tuple[str, ...] = ()
    link: str | None = None
    """Of a ticket: the hash chain of its stream up to here."""

    @property
    def leaf(self) -> Leaf:
        return Leaf(self.position, digest_of(self.facts))

    @property
    def facts(self) -> Facts:
        return Facts(
            source=self.source,
            epoch=self.epoch,
            stream=self.stream,
            sequence=self.sequence,
            type=self.type,
            event_id=self.event_id,
            occurred_at=self.occurred_at,
            recorded_at=self.recorded_at,
            actor=self.actor,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            traceparent=self.traceparent,
            data=bytes(self.data),
        )


def is_as_written(line: bytes, part: _Part) -> bool:
    """Whether the line says the part in the one way there is: only its end may be another system's.

    Of a member that stands twice people read the first, and programs the last.
    """
    return msgspec.json.encode(part) == line.removesuffix(b"\n").removesuffix(b"\r")


def _text(manifest: Manifest) -> bytes:
    return msgspec.json.encode(manifest)


def runs_of(positions: Iterable[int]) -> tuple[Run, ...]:
    """Rising positions as the runs that they form."""
    runs: list[Run] = []
    for position in positions:
        if runs and runs[-1][1] == position - 1:
            runs[-1] = runs[-1][0], position
        else:
            runs.append((position, position))
    return tuple(runs)


def expected(manifest: Manifest) -> Iterator[tuple[Source, int]]:
    """Every event that the file must hold, in its order."""
    for source in manifest.sources:
        for first, last in source.positions:
            for position in range(first, last + 1):
                yield source, position
