"""What changed between two times, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from services.reporting.projections import RecordRow
from services.reporting.state.folding import Fold, empty_fold, fold
from services.reporting.state.parts import Part, RungPart

Fields = Mapping[str, Any]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One field; None where there was none, or is none any more."""

    path: str
    """As `/clocks/answer:1:<occurrence>/due_at`."""
    before: Any
    after: Any
    event_id: UUID | None
    """The last event that changed it."""


def differences(before: Sequence[RecordRow], after: Sequence[RecordRow]) -> list[Change]:
    """What is different once `after` is known and not only `before`, which is a part of it.

    Both in the order of their history: seen by when things happened, what was entered late stands
    between what was known.
    """
    causes: dict[str, UUID] = {}
    folded = empty_fold()
    for row in after:
        folded, earlier = fold(folded, [row]), folded
        for path, _, _ in _unequal(earlier, folded):
            causes[path] = row.event_id
    return [
        Change(path=path, before=old, after=new, event_id=causes.get(path))
        for path, old, new in _unequal(fold(empty_fold(), before), folded)
    ]


def _unequal(before: Fold, after: Fold) -> Iterator[tuple[str, Any, Any]]:
    for name, part in after.parts.items():
        known = before.parts.get(name)
        if known is part:  # untouched, as most are
            continue
        old, new = _fields(name, known), _fields(name, part)
        for path in dict.fromkeys((*old, *new)):
            if old.get(path) != new.get(path):
                yield path, old.get(path), new.get(path)


def _fields(name: str, part: Part | None) -> Fields:
    return dict(_flat(f"/{name}", part)) if part is not None else {}


def _flat(path: str, part: Part) -> Iterator[tuple[str, Any]]:
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if name == "rungs":
            rungs: tuple[RungPart, ...] = value
            for rung in rungs:
                yield from _flat(f"{path}/rungs/{rung.step}", rung)
        else:
            yield f"{path}/{name}", value
