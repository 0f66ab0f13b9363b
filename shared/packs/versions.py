"""Every version of every pack: the first from a file, later ones as they are published."""

from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

import msgspec

from shared.contracts.sla import PackPublished
from shared.decider import BrokenRuleError, NotYetKnownError
from shared.packs.model import Pack
from shared.packs.notation import Duration
from shared.packs.reading import WrongDataError, decode_notation

FIRST = 1
"""What a file holds."""


class UnknownPackError(BrokenRuleError):
    """A ticket or a key names a pack that does not run here (any more), or not yet."""

    code = "pack-unknown"
    zh = "本系统没有该规章包，请让运维检查 HUIYIN_PACKS。"
    en = "No pack of that name runs here: have HUIYIN_PACKS name the folder that holds it."


class PackVersionNotHeardError(NotYetKnownError):
    """A version that another service went by was published, and has not arrived here yet."""

    code = "pack-version-not-heard"
    zh = "该工单适用的规章版本尚未到达本服务，请稍后重试。"
    en = "The version of the pack that it goes by has not arrived here yet: try again soon."


class Stamped(Protocol):
    """What went by one version of a pack, and says so: a ticket's case, an outbound task."""

    @property
    def pack(self) -> str: ...
    @property
    def pack_version(self) -> int: ...


class PackVersion(NamedTuple):
    """One version, and since when it is in force; None: since ever."""

    number: int
    pack: Pack
    effective_from: datetime | None = None


class Packs:
    """Each version of each pack, by name and by when it came into force."""

    __slots__ = ("_found",)

    def __init__(self, found: Mapping[str, Pack]) -> None:
        self._found = {name: [PackVersion(pack.version, pack)] for name, pack in found.items()}

    def __iter__(self) -> Iterator[Pack]:
        """Every version of every pack, by name, the oldest first."""
        return (one.pack for versions in self._found.values() for one in versions)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._found)

    def find(self, name: str, version: int = FIRST) -> Pack | None:
        """None where that pack, or that version of it, does not run here (any more)."""
        return next((one.pack for one in self.versions(name) if one.number == version), None)

    def named(self, name: str, version: int = FIRST) -> Pack:
        """The version that judges a ticket once it was chosen. Raises UnknownPackError."""
        found = self.find(name, version)
        if found is None:
            raise UnknownPackError
        return found

    def known(self, subject: Stamped) -> Pack | None:
        """The version that it goes by, if it is here: for views, which show what there is."""
        return self.find(subject.pack, subject.pack_version)

    def of(self, subject: Stamped) -> Pack | None:
        """The version that it goes by; None where its pack does not run here (any more).

        Raises PackVersionNotHeardError for a later one that has not arrived: no other one judges.
        """
        found = self.known(subject)
        if found is None and subject.pack_version > FIRST:
            raise PackVersionNotHeardError
        return found

    def judging(self, subject: Stamped) -> Pack:
        """The version that it goes by. Raises UnknownPackError, PackVersionNotHeardError."""
        found = self.of(subject)
        if found is None:
            raise UnknownPackError
        return found

    def in_force(self, name: str, at: datetime) -> Pack:
        """The version for a ticket that happened then. Raises UnknownPackError."""
        found = self.find_in_force(name, at)
        if found is None:
            raise UnknownPackError
        return found

    def find_in_force(self, name: str, at: datetime) -> Pack | None:
        """The same; None where that pack does not run here, or no version did yet."""
        for one in reversed(self.versions(name)):
            if one.effective_from is None or one.effective_from <= at:
                return one.pack
        return None

    def versions(self, name: str) -> Sequence[PackVersion]:
        """The oldest first; none of a pack that does not run here."""
        return self._found.get(name, ())

    def newest(self, name: str) -> PackVersion | None:
        """The last one published, in force or not."""
        versions = self.versions(name)
        return versions[-1] if versions else None

    def take(self, event: PackPublished) -> None:
        """A version that was published: in any order, and as often as it comes.

        Raises WrongDataError for what this program cannot read.
        """
        versions = self._found.setdefault(event.pack, [])
        if all(one.number != event.version for one in versions):
            pack = pack_of(event.definition)
            insort(versions, PackVersion(event.version, pack, event.effective_from), key=_number)

    def copy(self) -> "Packs":
        """The same versions, to which others may be added."""
        copied = Packs({})
        copied._found = {name: [*versions] for name, versions in self._found.items()}
        return copied


def definition_of(pack: Pack) -> dict[str, Any]:
    """The whole pack as plain data, as an event carries it."""
    definition: dict[str, Any] = msgspec.json.decode(canonical_of(pack))
    return definition


def canonical_of(pack: Pack) -> bytes:
    """The whole pack as bytes: the same for the same regulation."""
    return msgspec.json.encode(pack, enc_hook=_text_of, order="deterministic")


def digest_of(pack: Pack) -> str:
    """SHA-256 of its canonical form."""
    return sha256(canonical_of(pack)).hexdigest()


def pack_of(definition: Mapping[str, Any]) -> Pack:
    """The pack of an event. Raises WrongDataError."""
    try:
        return msgspec.convert(definition, Pack, dec_hook=decode_notation)
    except (msgspec.ValidationError, ValueError) as error:
        name, version = definition.get("name"), definition.get("version")
        raise WrongDataError(f"pack {name}, version {version}", None, str(error)) from None


def _number(version: PackVersion) -> int:
    return version.number


def _text_of(value: object) -> str:
    if isinstance(value, Duration):
        return str(value)
    raise NotImplementedError
