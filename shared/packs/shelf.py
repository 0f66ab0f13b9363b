"""All packs that run here: those shipped beside this file, and an operator's own."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from shared.canary import CANARY
from shared.packs.extending import extended
from shared.packs.model import Pack
from shared.packs.reading import MisplacedError, WrongDataError, read_yaml, source_of, text_of
from shared.packs.versions import Packs, definition_of

ENDINGS = (".yaml", ".yml")


@cache
def shipped() -> Packs:
    """What comes with the package; version 1 of each."""
    return _read({}, _files_of(files("shared.packs")))


@cache
def canary_pack() -> Pack:
    """What the system's own heartbeat is judged by; no regulation, and on no shelf."""
    file = files("shared.packs").joinpath("reserved", f"{CANARY}.yaml")
    return read_pack(text_of(file, "the pack"), source_of(file))


def load_packs(folder: Path | None = None) -> Packs:
    """The shipped packs and, beside them, those of an operator's folder. Raises WrongDataError."""
    if folder is None:
        return shipped().copy()
    try:
        own = _files_of(folder)
    except OSError as error:
        problem = f"HUIYIN_PACKS is no folder that can be read: {error.strerror}"
        raise WrongDataError(str(folder), None, problem) from None
    if not own:
        problem = "HUIYIN_PACKS is a folder without a pack: expected files like acme.yaml"
        raise WrongDataError(str(folder), None, problem)
    return _read(_files_of(files("shared.packs")), own)


def read_pack(text: str, source: str, packs: Packs | None = None) -> Pack:
    """Read a pack in YAML or JSON; `source` names it in errors. Raises WrongDataError.

    `extends` names one of `packs`, of which the newest version is meant, or else a shipped one:
    what is not said here is as there.
    """
    reading = _Reading(_files_of(files("shared.packs")))
    if packs is not None:
        reading.know(packs)
    return reading.read(text, source, ())[0]


def _files_of(folder: Traversable) -> dict[str, Traversable]:
    found: dict[str, Traversable] = {}
    for file in sorted(filter(_is_pack, folder.iterdir()), key=lambda one: one.name):
        name = file.name.rpartition(".")[0]
        if name in found:
            raise WrongDataError(
                source_of(file), None, f"there is {found[name].name} too: keep one"
            )
        found[name] = file
    return dict(sorted(found.items()))


def _is_pack(file: Traversable) -> bool:
    return file.name.endswith(ENDINGS) and not file.name.startswith(".")


def _read(shipped_files: Mapping[str, Traversable], own: Mapping[str, Traversable]) -> Packs:
    reading = _Reading({**own, **shipped_files})
    for name, file in own.items():
        if name in shipped_files:
            problem = f"name: {name} is a shipped pack: give yours another name, and its file too"
            raise WrongDataError(str(file), 1, problem)
        if name == CANARY:
            problem = f"name: {name} is the system's own: give your pack another name"
            raise WrongDataError(str(file), 1, problem)
        reading.named(name)
    for name in shipped_files:
        reading.named(name)
    return Packs(dict(sorted(reading.found.items())))


class _Reading:
    """Reads each file once, what it extends before it: an error is told where it was made."""

    def __init__(self, sources: Mapping[str, Traversable]) -> None:
        self._sources = sources
        self._data: dict[str, dict[str, Any]] = {}
        self.found: dict[str, Pack] = {}

    def know(self, packs: Packs) -> None:
        """Has each pack's newest version extended where a pack extends that name."""
        self._data |= {pack.name: definition_of(pack) for pack in packs}

    def named(self, name: str, below: tuple[str, ...] = ()) -> dict[str, Any]:
        """What a pack says, whatever it extends included; `below` are those that extend it."""
        if name not in self._data:
            file = self._sources[name]
            pack, self._data[name] = self.read(
                text_of(file, "the pack"), source_of(file), (*below, name)
            )
            self.found[name] = pack
        return self._data[name]

    def read(self, text: str, source: str, path: tuple[str, ...]) -> tuple[Pack, dict[str, Any]]:
        """One pack, and what it says; `path` ends with its own name where a file gives it."""
        whole: dict[str, Any] = {}

        def complete(data: Any) -> Any:  # noqa: ANN401 - what YAML holds, not judged yet
            if not isinstance(data, dict):
                return data
            whole.update(self._completed(data, path))
            return whole

        return read_yaml(text, source, Pack, complete), whole

    def _completed(self, data: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
        if path:
            _check_identity(data, path[-1])
        if "extends" not in data:
            return data
        base = data["extends"]
        if base in path:
            raise MisplacedError("extends", f"{' extends '.join((*path, base))}: a cycle")
        known = self._sources.keys() | self._data.keys()
        if not isinstance(base, str) or base not in known:
            problem = f"there is no pack {base!r} to extend; there are "
            raise MisplacedError("extends", problem + ", ".join(sorted(known)))
        own = {key: value for key, value in data.items() if key != "extends"}
        return extended(own, self.named(base, path))


def _check_identity(data: dict[str, Any], name: str) -> None:
    """A file is version 1 under its own name: a later version is published, never edited in."""
    if data.get("name") != name:
        raise MisplacedError("name", f"expected {name}, as its file is called")
    if data.get("version") != 1:
        raise MisplacedError(
            "version", "expected 1: later versions are published while the system runs"
        )
