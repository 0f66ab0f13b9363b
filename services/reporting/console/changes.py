"""The fields of a difference, under the things that they belong to, named as people name them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.reporting.console.timeline import Fact
from services.reporting.models import DiffView, StateView
from services.reporting.state import Change

NAMING = frozenset({"work_order_id", "revisit_id", "occurrence", "clock", "step", "round", "role"})
"""What a thing is called by is no change of it."""


class Field(NamedTuple):
    """One changed field: both values, and the event of the timeline that changed it."""

    name: str
    before: Fact
    after: Fact
    number: int | None


class Thing(NamedTuple):
    """What was changed: the ticket, its regulation, a work order, a clock, a step, a call-back."""

    part: str
    """`ticket`, `policy`, `work_orders`, `clocks`, `revisits`."""
    name: str
    """Of a clock its name, of a work order its role."""
    round: int | None
    step: str
    fields: list[Field]

    @property
    def is_new(self) -> bool:
        """Whether nothing of it was known before."""
        return all(one.before.value is None for one in self.fields)


def things_of(diff: DiffView, view: StateView, numbers: Mapping[UUID, int]) -> list[Thing]:
    """The changes that say something: of a new thing, only what differs from nothing."""
    names = _names(view)
    things: dict[tuple[str, ...], Thing] = {}
    for change in diff.changes:
        *place, field = change.path.removeprefix("/").split("/")
        if field in NAMING or (change.before is None and not change.after):
            continue
        thing = things.setdefault(tuple(place), _thing(place, names))
        thing.fields.append(_field(field, change, numbers))
    return list(things.values())


def _thing(place: Sequence[str], names: Mapping[str, tuple[str, int]]) -> Thing:
    part, *rest = place
    name, in_round = names.get(rest[0], ("", None)) if rest else ("", None)
    return Thing(part, name, in_round, rest[-1] if len(rest) > 1 else "", [])


def _names(view: StateView) -> dict[str, tuple[str, int]]:
    return {
        **{str(one.work_order_id): (one.role, one.round) for one in view.work_orders},
        **{
            f"{one.clock}:{one.round}:{one.occurrence}": (one.clock, one.round)
            for one in view.clocks
        },
        **{str(one.revisit_id): ("", one.round) for one in view.revisits},
    }


def _field(name: str, change: Change, numbers: Mapping[UUID, int]) -> Field:
    number = numbers.get(change.event_id) if change.event_id else None
    return Field(name, _fact(name, change.before), _fact(name, change.after), number)


def _fact(name: str, value: object) -> Fact:
    if isinstance(value, datetime):
        return Fact(name, value, "time")
    if isinstance(value, list | tuple):
        return Fact(name, ", ".join(map(str, value)))
    return Fact(name, value)
