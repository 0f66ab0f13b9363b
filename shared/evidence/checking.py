"""Checks a file with its proof, from the file and the public keys alone; names the first bad place.

In one pass: what does not stand where the manifest says is looked for in the rest of the file, and
so a swapped event is told from a removed one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import msgspec

from shared.codec import utc
from shared.contracts.terms import CheckpointSigned
from shared.evidence.checkpoint import is_signed
from shared.evidence.document import (
    FORMAT,
    Chain,
    EventLine,
    Manifest,
    Source,
    expected,
    is_as_written,
)
from shared.evidence.keys import PublicKey
from shared.evidence.leaf import NO_LINK, Leaf, chained
from shared.evidence.tree import WrongProofError, root_by_path, roots_by_path

Wrong = Literal["changed", "swapped", "removed", "cut", "added", "unsigned", "unreadable"]
MANIFESTS = "reporting"
"""Whose key signs manifests."""
SENTENCES: Mapping[Wrong, str] = {
    "changed": "what stands there is not what was signed for",
    "swapped": "the event does not stand in the order of its log",
    "removed": "the event is not there, though later ones are",
    "cut": "the event and all behind it are not there",
    "added": "nobody signed for such an event",
    "unsigned": "no key that was given signed it",
    "unreadable": "that is no file of events with their proof",
}


class BrokenError(Exception):
    """The first bad place; without a position it is the manifest, or a checkpoint in it."""

    def __init__(self, wrong: Wrong, service: str, position: int | None = None) -> None:
        self.wrong: Wrong = wrong
        self.service = service
        self.position = position
        place = service if position is None else f"{service}, position {position}"
        super().__init__(f"{place}: {wrong}: {SENTENCES[wrong]}.")


@dataclass
class Checked:
    """What was found in order; `uncovered` are vouched for by reporting's signature alone."""

    manifest: Manifest
    events: int = 0
    uncovered: int = 0
    unstated: int = 0
    """Streams of the ticket of which no service said how many events they hold."""
    _numbers: dict[str, int] = field(default_factory=dict)
    _chains: dict[tuple[str, UUID], tuple[int, bytes]] = field(default_factory=dict)
    _loose: dict[tuple[str, UUID], int] = field(default_factory=dict)
    """The first uncovered position of each stream."""

    def take(self, source: Source, event: EventLine) -> None:
        """The event that is due. Raises BrokenError."""
        leaf = event.leaf
        if not self._stands(source, event, leaf):
            raise BrokenError("changed", source.service, event.position)
        if event.index is None:
            if source.checkpoint and event.position <= source.checkpoint.position:
                raise BrokenError("added", source.service, event.position)
            self.uncovered += 1
            self._loose.setdefault((source.service, event.stream), event.position)
        self.events += 1

    def _stands(self, source: Source, event: EventLine, leaf: Leaf) -> bool:
        number = self._numbers.get(source.service, source.since.size if source.since else 0)
        self._numbers[source.service] = number + 1
        if self.manifest.scope == "period" and event.index != number:
            return False
        if self.manifest.scope == "ticket" and not self._is_linked(event, leaf):
            return False
        return event.index is None or is_proven(source, event, leaf)

    def _is_linked(self, event: EventLine, leaf: Leaf) -> bool:
        key = event.source, event.stream
        length, link = self._chains.get(key, (0, NO_LINK))
        if event.stream == self.manifest.subject and event.sequence != length + 1:
            # Earlier ones of the stream are not there: the store that it was made from lacks them.
            raise BrokenError("removed", event.source, event.position)
        link = chained([leaf.digest], link)
        self._chains[key] = length + 1, link
        return event.link == link.hex()

    def end(self) -> None:
        """All were taken. Raises BrokenError where a chain does not end as was signed."""
        for chain in self.manifest.chains:
            key = chain.service, chain.stream
            length, link = self._chains.pop(key, (0, NO_LINK))
            if (length, link.hex()) != (chain.length, chain.head):
                raise BrokenError("changed", chain.service, self._loose.get(key))
            if chain.stated is None:
                self.unstated += chain.stream == self.manifest.subject
            elif chain.stated.length > length:
                # Whoever made the file did not have them; their positions are not known here.
                raise BrokenError("cut", chain.service)
        for service, stream in self._chains:
            raise BrokenError("added", service, self._loose.get((service, stream)))


def is_proven(source: Source, event: EventLine, leaf: Leaf) -> bool:
    """Whether the event's path leads from the leaf to its service's checkpoint."""
    checkpoint = source.checkpoint
    if checkpoint is None or event.index is None or event.epoch != checkpoint.epoch:
        return False
    try:
        path = [bytes.fromhex(step) for step in event.path]
        root = root_by_path(leaf.hash, event.index, checkpoint.size, path)
    except (WrongProofError, ValueError):
        return False
    return root.hex() == checkpoint.root


def check(lines: Iterator[bytes], keys: Mapping[str, PublicKey]) -> Checked:
    """The whole file, given its lines with their ends. Raises BrokenError."""
    checked = Checked(read_manifest(next(lines, b""), keys))
    for source, position in expected(checked.manifest):
        line = next(lines, None)
        if line is None:
            raise BrokenError("cut", source.service, position)
        event = _event_in(line)
        if event is None:
            wrong: Wrong = "changed" if line.endswith(b"\n") else "cut"
            raise BrokenError(wrong, source.service, position)
        if (event.source, event.position) != (source.service, position):
            wrong = _misplaced(checked.manifest, source, position, event, lines)
            raise BrokenError(wrong, source.service, position)
        checked.take(source, event)
    if (more := next(lines, None)) is not None:
        extra = _event_in(more)
        place = (extra.source, extra.position) if extra else ("the end", None)
        raise BrokenError("added", *place)
    checked.end()
    return checked


def read_manifest(line: bytes, keys: Mapping[str, PublicKey]) -> Manifest:
    """The file's first line. Raises BrokenError."""
    try:
        manifest = msgspec.json.decode(line, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BrokenError("unreadable", "the manifest") from None
    if manifest.format != FORMAT:
        raise BrokenError("unreadable", "the manifest")
    if not manifest.is_signed(keys.get(MANIFESTS)):
        raise BrokenError("unsigned", "the manifest")
    if not is_as_written(line, manifest):
        raise BrokenError("changed", "the manifest")
    for source in manifest.sources:
        _check_source(source, keys, is_whole=manifest.scope == "period")
    for chain in manifest.chains:
        _check_chain(chain, keys)
    return manifest


def _check_chain(chain: Chain, keys: Mapping[str, PublicKey]) -> None:
    """What a service says of its stream; that it holds more is known by now, if it does."""
    stated = chain.stated
    if stated is None:
        return
    is_its_own = (stated.service, stated.stream) == (chain.service, chain.stream)
    if not is_its_own or not stated.is_signed(keys.get(chain.service)):
        raise BrokenError("unsigned", f"the statement of {chain.service}")


def _check_source(source: Source, keys: Mapping[str, PublicKey], *, is_whole: bool) -> None:
    name = f"the checkpoint of {source.service}"
    for checkpoint in filter(None, (source.since, source.checkpoint)):
        if checkpoint.service != source.service:
            raise BrokenError("unsigned", name)
        if not is_signed(checkpoint, keys.get(source.service)):
            raise BrokenError("unsigned", name)
    if source.since and not _goes_on(source.since, source.checkpoint, source):
        raise BrokenError("changed", name)
    if is_whole and source.count != _size(source.checkpoint) - _size(source.since):
        raise BrokenError("changed", name)


def _size(checkpoint: CheckpointSigned | None) -> int:
    return checkpoint.size if checkpoint else 0


def _goes_on(earlier: CheckpointSigned, later: CheckpointSigned | None, source: Source) -> bool:
    """Whether the later log begins with the earlier one."""
    if later is None or earlier.size > later.size or earlier.epoch != later.epoch:
        return False
    try:
        path = [bytes.fromhex(step) for step in source.consistency]
        roots = roots_by_path(earlier.size, later.size, bytes.fromhex(earlier.root), path)
    except (WrongProofError, ValueError):
        return False
    return [root.hex() for root in roots] == [earlier.root, later.root]


def _event_in(line: bytes) -> EventLine | None:
    try:
        event = msgspec.json.decode(line, type=EventLine)
        utc(event.occurred_at)
        utc(event.recorded_at)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError):
        return None
    return event if is_as_written(line, event) else None


def _misplaced(
    manifest: Manifest, source: Source, position: int, event: EventLine, rest: Iterator[bytes]
) -> Wrong:
    """What is wrong where another event stands than the one that is due."""
    if is_proven(source, event, Leaf(position, event.leaf.digest)):
        return "changed"  # only its place was
    is_known = any(
        (one.service, place) == (event.source, event.position)
        for one, place in _behind(manifest, source, position)
    )
    is_later = any(
        later is not None and (later.source, later.position) == (source.service, position)
        for later in map(_event_in, rest)
    )
    if is_later:
        return "swapped" if is_known else "added"
    return "removed" if is_known else "changed"


def _behind(manifest: Manifest, source: Source, position: int) -> Iterator[tuple[Source, int]]:
    due = expected(manifest)
    for one, place in due:
        if (one.service, place) == (source.service, position):
            break
    yield from due
